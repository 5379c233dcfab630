/** Holds the present graph, trace and step, and keeps Cytoscape and the HTML layer in step with them. */
import cytoscape, { type Core } from "cytoscape";
import { Camera } from "./camera";
import { compose } from "./compose";
import { controls } from "./controls";
import { forestallStyle } from "./dom";
import { emptyDrawing, type Drawing } from "./drawing";
import { elementsOf } from "./elements";
import type { Look } from "../share/view";
import type { Parts, Picture } from "./index";
import type { Graph, TraceView } from "./model";
import { mayMove } from "./motion";
import { Overlay } from "./overlay";
import { Pointing } from "./pointing";
import { Roles } from "./roles";
import { hostOf } from "./scene/story";
import { stylesheet } from "./stylesheet";
import { Teller } from "./teller";
import { track, type Stop } from "./track";

const NOTHING: Graph = { segments: [], hosts: [], pods: [], services: [], namespaces: [] };

export class Stage implements Picture {
  private readonly cy: Core;
  private readonly overlay: Overlay;
  private readonly camera: Camera;
  private readonly pointing: Pointing;
  private readonly teller: Teller;
  private readonly resize: ResizeObserver;
  private readonly unfolded = new Set<string>();
  private graph: Graph = NOTHING;
  private trace: TraceView | null = null;
  private drawing: Drawing = emptyDrawing();
  private stops: Stop[] = [];
  private roles = new Roles(NOTHING, null);
  private acting: ReadonlyMap<number, string> = new Map();
  private step = -1;
  private frame = 0;
  /** What is drawn at present, to leave alone what has not changed. */
  private looks = "";
  private looked: () => void = () => undefined;

  constructor(private readonly container: HTMLElement) {
    forestallStyle();
    container.classList.add("picture");
    this.cy = cytoscape({
      container,
      style: stylesheet(colour),
      minZoom: 0.1,
      maxZoom: 4,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
    });
    this.overlay = new Overlay(container);
    this.camera = new Camera(
      this.cy,
      container,
      (pan, zoom) => this.overlay.view(pan, zoom),
      () => this.looked(),
    );
    this.teller = new Teller(this.cy, this.overlay);
    this.pointing = new Pointing(this.cy, this.overlay, (id) => this.unfold(id));
    this.overlay.root.append(
      controls({ in: () => this.camera.zoomBy(1.25), out: () => this.camera.zoomBy(0.8), fit: () => this.fit() }),
    );
    this.resize = new ResizeObserver(() => this.resized());
    this.resize.observe(container);
  }

  setGraph(graph: Graph): void {
    this.graph = graph;
    this.later();
  }

  setTrace(trace: TraceView | null): void {
    const grows = trace !== null && trace.steps[0] === this.trace?.steps[0];
    this.trace = trace;
    if (!grows) {
      this.step = -1;
      this.teller.clear();
    }
    this.later();
  }

  showStep(index: number, { animate }: { animate: boolean }): void {
    this.catchUp();
    const { trace, stops, acting } = this;
    const step = trace?.steps[index];
    const stop = stops[index];
    if (!trace || !step || !stop) return;
    const onward = index === this.step + 1;
    this.step = index;
    const move = animate && onward && mayMove() && stop.way.length > 1;
    this.camera.follow(stop.at, this.drawing.plates.get(hostOf(step, this.graph)), animate);
    const moment = { graph: this.graph, trace, stops, drawing: this.drawing, acting, roles: this.roles, index };
    if (move) void this.teller.hop(moment);
    else this.teller.arrive(moment, animate && mayMove());
  }

  fit(): void {
    this.camera.fit(this.drawing);
    this.looked();
  }

  get look(): { look: Look | null; unfolded: string[] } {
    return { look: this.camera.look, unfolded: [...this.unfolded] };
  }

  setLook(look: Look | null, unfolded: readonly string[]): void {
    for (const id of unfolded) this.unfolded.add(id);
    this.camera.look = look;
    this.later();
  }

  onLook(callback: () => void): void {
    this.looked = callback;
  }

  get parts(): Parts {
    return { cy: this.cy, paper: this.overlay.paper, drawing: this.drawing };
  }

  setTheme(): void {
    this.cy.style(stylesheet(colour));
    this.camera.release();
    this.later();
    this.overlay.view(this.cy.pan(), this.cy.zoom());
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.resize.disconnect();
    this.overlay.remove();
    this.cy.destroy();
    this.container.classList.remove("picture");
  }

  onPick(callback: (elementId: string) => void): void {
    this.pointing.picked = callback;
  }

  /** Steps may arrive one by one; the picture is made once for all that came before the next frame. */
  private later(): void {
    this.frame ||= requestAnimationFrame(() => this.catchUp());
  }

  private catchUp(): void {
    if (!this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.refresh();
  }

  private redraw(): void {
    const { scene, drawing } = compose(this.graph, this.trace, this.unfolded, this.camera.room);
    this.drawing = drawing;
    this.acting = scene.story?.acting ?? new Map();
    this.roles = new Roles(this.graph, this.trace);
    this.stops = scene.traced && this.trace ? track(this.trace, this.graph, drawing.ways) : [];
    this.pointing.graph = this.graph;
    const looks = JSON.stringify([drawing.shapes, drawing.words]);
    if (looks === this.looks) return;
    this.looks = looks;
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(elementsOf(drawing));
    });
    this.overlay.draw(drawing);
    this.camera.refit(drawing);
    this.overlay.view(this.cy.pan(), this.cy.zoom());
  }

  private unfold(id: string): void {
    if (this.unfolded.has(id)) this.unfolded.delete(id);
    else this.unfolded.add(id);
    this.looked();
    this.refresh();
    this.camera.show(
      this.drawing,
      this.drawing.shapes.find((shape) => shape.id === id || shape.id === `${id}#plate`),
    );
  }

  private resized(): void {
    this.cy.resize();
    if (this.camera.free) this.later();
  }

  /** Draw again in the room there is now, at the same step. */
  private refresh(): void {
    const step = this.step;
    this.redraw();
    this.camera.refit(this.drawing);
    if (step >= 0) this.showStep(step, { animate: false });
  }
}

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "gray";
