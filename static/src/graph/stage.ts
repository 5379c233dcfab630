/** Holds the present graph, trace and step, and keeps Cytoscape and the HTML layer in step with them. */
import cytoscape, { type Core } from "cytoscape";
import { Camera } from "./camera";
import { controls } from "./controls";
import { emptyDrawing, type Drawing } from "./drawing";
import { elementsOf, trailElements } from "./elements";
import { envelope } from "./envelope";
import type { Picture } from "./index";
import { layout } from "./layout";
import type { Graph, TraceView } from "./model";
import { mayMove } from "./motion";
import { Overlay } from "./overlay";
import { Pointing } from "./pointing";
import { actorOf } from "./places";
import { Roles } from "./roles";
import { fold, type Scene } from "./scene/fold";
import { hostOf } from "./scene/story";
import { stylesheet } from "./stylesheet";
import { ticketCard } from "./ticket";
import { ticketsAt } from "./tickets";
import { track, trail, type Stop } from "./track";

const NOTHING: Graph = { segments: [], hosts: [], pods: [], services: [], namespaces: [] };
const GOOD = new Set(["delivered"]);

export class Stage implements Picture {
  private readonly cy: Core;
  private readonly overlay: Overlay;
  private readonly camera: Camera;
  private readonly pointing: Pointing;
  private readonly resize: ResizeObserver;
  private readonly unfolded = new Set<string>();
  private graph: Graph = NOTHING;
  private trace: TraceView | null = null;
  private drawing: Drawing = emptyDrawing();
  private scene: Scene | null = null;
  private stops: Stop[] = [];
  private roles = new Roles(NOTHING, null);
  private step = -1;

  constructor(private readonly container: HTMLElement) {
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
    this.camera = new Camera(this.cy, container, (pan, zoom) => this.overlay.view(pan, zoom));
    this.pointing = new Pointing(this.cy, this.overlay, (id) => this.unfold(id));
    this.overlay.root.append(
      controls({ in: () => this.camera.zoomBy(1.25), out: () => this.camera.zoomBy(0.8), fit: () => this.fit() }),
    );
    this.resize = new ResizeObserver(() => this.resized());
    this.resize.observe(container);
  }

  setGraph(graph: Graph): void {
    this.graph = graph;
    this.redraw();
  }

  setTrace(trace: TraceView | null): void {
    const [before, steps] = [this.trace, this.step];
    this.trace = trace;
    const same = before && trace && before.steps[0] === trace.steps[0];
    if (!same) this.step = -1;
    this.redraw();
    if (same && steps >= 0) this.showStep(steps, { animate: false });
  }

  showStep(index: number, { animate }: { animate: boolean }): void {
    const { trace, stops } = this;
    const step = trace?.steps[index];
    const stop = stops[index];
    if (!trace || !step || !stop) return;
    const onward = index === this.step + 1;
    this.step = index;
    const move = animate && onward && mayMove() && stop.way.length > 1;
    this.camera.follow(stop.at, this.drawing.plates.get(hostOf(step, this.graph)), animate);
    if (move) this.hop(index, stop);
    else this.arrive(index, animate && mayMove());
  }

  fit(): void {
    this.camera.fit(this.drawing);
  }

  setTheme(): void {
    this.cy.style(stylesheet(colour));
    this.overlay.view(this.cy.pan(), this.cy.zoom());
  }

  destroy(): void {
    this.resize.disconnect();
    this.overlay.remove();
    this.cy.destroy();
    this.container.classList.remove("picture");
  }

  onPick(callback: (elementId: string) => void): void {
    this.pointing.picked = callback;
  }

  private redraw(): void {
    this.scene = fold(this.graph, this.trace, this.unfolded);
    this.drawing = layout(this.scene, this.camera.room);
    this.roles = new Roles(this.graph, this.trace);
    this.stops = this.scene.traced && this.trace ? track(this.trace, this.graph, this.drawing.ways) : [];
    this.overlay.hideLetter();
    this.overlay.showTickets([], this.drawing);
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(elementsOf(this.drawing));
    });
    this.overlay.draw(this.drawing);
    this.pointing.graph = this.graph;
    this.camera.refit(this.drawing);
    this.overlay.view(this.cy.pan(), this.cy.zoom());
  }

  private async hop(index: number, stop: Stop): Promise<void> {
    const step = this.trace!.steps[index]!;
    const zone = this.drawing.zones.get(hostOf(step, this.graph));
    this.overlay.travel(true);
    if (zone) this.overlay.glide(envelope(step.packet, step.changes, this.roles), zone);
    const arrived = await this.overlay.mover.along(stop.way);
    if (arrived && this.step === index) this.arrive(index, true);
  }

  /** Everything as it is once the packet stands at this step. */
  private arrive(index: number, flip: boolean): void {
    const trace = this.trace!;
    const step = trace.steps[index]!;
    const stop = this.stops[index]!;
    const last = trace.steps[index + 1]?.leg !== step.leg;
    const leg = trace.legs[step.leg];
    const ending = last && leg && !GOOD.has(leg.disposition) ? leg.disposition : null;
    const actor = actorOf(step, stop.place, this.graph);
    this.drawTrail(index, stop, actor, ending !== null);
    this.overlay.travel(false);
    this.overlay.mover.put(stop.at);
    const looks = { flip, parcel: !this.filled(actor) && ending === null };
    const zone = this.drawing.zones.get(hostOf(step, this.graph));
    if (zone) this.overlay.showLetter(envelope(step.packet, step.changes, this.roles), zone, stop.at, looks);
    this.overlay.showEnding(ending, stop.at);
    this.overlay.note("acting", new Set([actor]));
    const tickets = ticketsAt(trace, this.graph, index);
    this.overlay.showTickets(
      tickets.map((ticket) => ({ host: ticket.host, card: ticketCard(ticket, this.roles) })),
      this.drawing,
    );
  }

  /** Small things are filled while they act; the packet needs a parcel of its own only elsewhere. */
  private filled(actor: string): boolean {
    const kind = this.drawing.shapes.find((shape) => shape.id === actor)?.kind;
    return kind !== undefined && kind !== "pod" && kind !== "bar";
  }

  private drawTrail(index: number, stop: Stop, actor: string, ended: boolean): void {
    const shown = trail(this.stops, index).filter(
      (run) => run.leg === stop.leg || (stop.back && run.leg === stop.leg - 1),
    );
    this.cy.batch(() => {
      this.cy.elements(".trail, .arrow").remove();
      this.cy.add(trailElements(shown, stop.leg));
      this.cy.elements(".acting, .ended").removeClass("acting ended");
      this.cy.getElementById(actor).addClass(ended ? "acting ended" : "acting");
    });
  }

  private unfold(id: string): void {
    if (this.unfolded.has(id)) this.unfolded.delete(id);
    else this.unfolded.add(id);
    const step = this.step;
    this.redraw();
    this.camera.show(
      this.drawing,
      this.drawing.shapes.find((shape) => shape.id === id || shape.id === `${id}#plate`),
    );
    if (step >= 0) this.showStep(step, { animate: false });
  }

  private resized(): void {
    this.cy.resize();
    this.camera.refit(this.drawing);
  }
}

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "gray";
