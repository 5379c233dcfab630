/** Holds the present graph, trace and step, and keeps Cytoscape and the HTML layer in step with them. */
import cytoscape, { type Core } from "cytoscape";
import { Camera } from "./camera";
import { compose } from "./compose";
import { controls } from "./controls";
import { forestallStyle } from "./dom";
import { emptyDrawing, type Drawing } from "./drawing";
import type { Box, Point } from "./geometry";
import { elementsOf } from "./elements";
import type { Look } from "../share/view";
import type { Parts, Picture } from "./index";
import { Memory } from "./memory";
import type { Graph, TraceView } from "./model";
import { Minimap } from "./minimap";
import { mayMove } from "./motion";
import { Overlay } from "./overlay";
import { Pointing } from "./pointing";
import { Roles } from "./roles";
import { hostOf } from "./scene/story";
import { Sheet, viewOf } from "./sheet";
import { stylesheet } from "./stylesheet";
import { Teller, type Moment } from "./teller";
import { track, type Stop } from "./track";

const NOTHING: Graph = { segments: [], hosts: [], pods: [], services: [], namespaces: [] };

/** In place of a step: whichever is shown next. */
const NEXT = -2;

export class Stage implements Picture {
  private readonly cy: Core;
  private readonly sheet: Sheet;
  private readonly overlay: Overlay;
  private readonly camera: Camera;
  private readonly pointing: Pointing;
  private readonly minimap: Minimap;
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
  private readonly memory = new Memory();
  private unfolds: () => void = () => undefined;
  private looked: () => void = () => undefined;
  private drawn: () => void = () => undefined;
  /** The step at which the reader's own look is kept, wherever the packet is. */
  private held = -1;

  constructor(private readonly container: HTMLElement) {
    forestallStyle();
    container.classList.add("picture");
    this.sheet = new Sheet(
      container,
      () => this.camera.room,
      () => ({ w: this.drawing.width, h: this.drawing.height }),
    );
    this.cy = cytoscape({
      container: this.sheet.root,
      style: styleNow(),
      minZoom: 0.1,
      maxZoom: 4,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
    });
    this.sheet.take(this.cy);
    this.overlay = new Overlay(this.sheet.root);
    this.minimap = new Minimap(colour, (middle) => this.camera.centre(middle));
    this.camera = new Camera(
      this.cy,
      container,
      () => this.viewed(),
      () => this.looked(),
    );
    this.teller = new Teller(this.cy, this.overlay);
    this.pointing = new Pointing(this.cy, this.overlay, (id) => this.unfold(id));
    this.overlay.root.append(
      controls({
        in: () => this.camera.zoomBy(1.25),
        out: () => this.camera.zoomBy(0.8),
        fit: () => this.fit(),
        replay: () => this.replay(),
      }),
    );
    this.overlay.root.append(this.minimap.root);
    this.resize = new ResizeObserver(() => this.resized());
    this.resize.observe(container);
  }

  setGraph(graph: Graph): void {
    if (machinesOf(graph) !== machinesOf(this.graph)) this.memory.forget();
    this.graph = graph;
    this.later();
  }

  setTrace(trace: TraceView | null): void {
    const grows = trace !== null && trace.steps[0] === this.trace?.steps[0];
    this.trace = trace;
    if (!grows) {
      this.memory.forget();
      this.step = -1;
      this.teller.clear();
    }
    this.later();
  }

  showStep(index: number, { animate }: { animate: boolean }): void {
    this.catchUp();
    const { trace, stops } = this;
    const step = trace?.steps[index];
    const stop = stops[index];
    if (!trace || !step || !stop) return;
    const onward = index === this.step + 1;
    this.step = index;
    const move = animate && onward && mayMove() && stop.way.length > 1;
    if (this.held === NEXT) this.held = index;
    if (this.held !== index) {
      this.held = -1;
      this.camera.follow(stop.at, this.drawing.plates.get(hostOf(step, this.graph)), animate);
    }
    const moment = this.moment(trace, index);
    if (move) void this.teller.hop(moment);
    else this.teller.arrive(moment, animate && mayMove());
  }

  replay(): void {
    if (this.trace && this.stops[this.step] && mayMove()) void this.teller.again(this.moment(this.trace, this.step));
  }

  private moment(trace: TraceView, index: number): Moment {
    const { graph, stops, drawing, acting, roles } = this;
    return { graph, trace, stops, drawing, acting, roles, index };
  }

  fit(): void {
    this.memory.forget();
    this.camera.release();
    this.refresh();
    this.looked();
  }

  get look(): { look: Look | null; unfolded: string[] } {
    return { look: this.camera.look, unfolded: [...this.unfolded] };
  }

  setLook(look: Look | null, unfolded: readonly string[]): void {
    for (const id of unfolded) this.unfolded.add(id);
    this.camera.look = look;
    if (look) this.held = this.step >= 0 ? this.step : NEXT;
    this.later();
  }

  onLook(callback: () => void): void {
    this.looked = callback;
  }

  get parts(): Parts {
    return { cy: this.cy, paper: this.overlay.paper, drawing: this.drawing };
  }

  setTheme(): void {
    this.cy.style(styleNow());
    this.memory.forget();
    this.camera.release();
    this.later();
    this.viewed();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.resize.disconnect();
    this.overlay.remove();
    this.cy.destroy();
    this.sheet.remove();
    this.container.classList.remove("picture");
  }

  onPick(callback: (elementId: string) => void): void {
    this.pointing.picked = callback;
  }

  onCable(callback: (link: string, at: Point) => void): void {
    this.pointing.pulled = callback;
  }

  onDraw(callback: () => void): void {
    this.drawn = callback;
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

  private redraw(refits = true): void {
    this.camera.measure();
    const { scene, drawing } = compose(this.graph, this.trace, this.unfolded, this.camera.room, this.memory);
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
    if (refits) this.camera.refit(drawing);
    this.viewed(); // first: how large words are depends on it, and all of them are laid out anew when that changes
    this.minimap.draw(drawing);
    this.overlay.draw(drawing);
    this.drawn();
  }

  private unfold(id: string): void {
    if (this.unfolded.has(id)) this.unfolded.delete(id);
    else this.unfolded.add(id);
    this.redrawAround(id);
  }

  /** What was unfolded or found comes into view, and nothing else moves. */
  private redrawAround(id: string): void {
    this.looked();
    this.unfolds();
    this.redraw(false);
    this.camera.bring(this.boxOf(id));
    if (this.step >= 0) this.showStep(this.step, { animate: false });
  }

  private boxOf(id: string): Box | undefined {
    return this.drawing.shapes.find((shape) => shape.id === id || shape.id === `${id}#plate`);
  }

  /** Unfold as much as it takes to see something, bring it into view and mark it; null where it has no place. */
  reveal(id: string, host: string | null): number | null {
    this.catchUp();
    const owner = this.graph.pods.find((pod) => id.startsWith(pod.id) && /^(?:\/.*)?$/.test(id.slice(pod.id.length)));
    const shown = owner?.id ?? id;
    if (host && !this.boxOf(shown)) this.unfolded.add(host);
    if (!this.boxOf(shown)) this.unfolded.add(shown);
    this.redrawAround(this.boxOf(id) ? id : shown);
    this.pointing.mark(this.boxOf(id) || id.startsWith("svc:") ? id : shown);
    const box = this.boxOf(id) ?? this.boxOf(shown);
    return box ? this.camera.heightOf(box) : null;
  }

  onUnfold(callback: () => void): void {
    this.unfolds = callback;
  }

  private viewed(): void {
    this.overlay.view(viewOf(this.cy));
    this.minimap.view(this.camera.seen);
  }

  private resized(): void {
    this.camera.measure();
    this.cy.resize();
    if (!this.camera.free) return;
    this.memory.forget();
    this.later();
  }

  /** Draw again in the room there is now, at the same step. */
  private refresh(): void {
    const step = this.step;
    this.redraw();
    this.camera.refit(this.drawing);
    if (step >= 0) this.showStep(step, { animate: false });
  }
}

const machinesOf = (graph: Graph): string => graph.hosts.map(({ id }) => id).join();

const styleNow = () => stylesheet(colour, document.documentElement.dataset["theme"] === "projector");

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "gray";
