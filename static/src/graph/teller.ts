/** Shows one moment of a trace: the trail so far, who acts, the envelope, the tickets, and how it ended. */
import type { Core } from "cytoscape";
import type { Drawing, ShapeKind } from "./drawing";
import { trailElements } from "./elements";
import { envelope, type Letter } from "./envelope";
import type { Point } from "./geometry";
import type { Graph, TraceView } from "./model";
import type { Overlay } from "./overlay";
import { pickable } from "./pointing";
import { actorOf } from "./places";
import type { Roles } from "./roles";
import { saysOf } from "./says";
import { hostOf } from "./scene/story";
import { entriesAt } from "./entries";
import { deniedBy } from "./fences";
import { MOST_SLIPS, slip, slipsOf } from "./slips";
import { ticketCard } from "./ticket";
import { onTop, ticketsAt } from "./tickets";
import { shownTrail, type Stop } from "./track";

/** Everything that a moment is told from. */
export interface Moment {
  graph: Graph;
  trace: TraceView;
  stops: Stop[];
  drawing: Drawing;
  /** The Service that acts in each leg; others step off their gates. */
  acting: ReadonlyMap<number, string>;
  roles: Roles;
  index: number;
}

/** What stands on a line, where an arrow would be hidden. */
const ON_THE_LINE = new Set<ShapeKind>([
  "jack",
  "router",
  "balancer",
  "internet",
  "gate",
  "small-gate",
  "diamond",
  "port",
  "tunnel",
  "loop",
  "sockets",
]);

export class Teller {
  private hops = 0;

  constructor(
    private readonly cy: Core,
    private readonly overlay: Overlay,
  ) {}

  /** Go to the moment along the line, unless something else is shown before the packet arrives. */
  async hop(moment: Moment): Promise<boolean> {
    const hop = ++this.hops;
    const zone = zoneOf(moment);
    this.overlay.travel(true);
    if (zone) this.overlay.glide(letterOf(moment), zone);
    const arrived = await this.overlay.mover.along(moment.stops[moment.index]!.way);
    if (!arrived || hop !== this.hops) return false;
    this.arrive(moment, true);
    return true;
  }

  /** The way that led to this moment once more, though the packet may have stood still since. */
  async again(moment: Moment): Promise<void> {
    const { stops, index } = moment;
    let last = index;
    while (last > 0 && stops[last]!.way.length < 2 && stops[last - 1]!.leg === stops[index]!.leg) last -= 1;
    if (stops[last]!.way.length > 1 && (await this.hop({ ...moment, index: last })) && last !== index)
      this.arrive(moment, true);
  }

  /** Everything as it is once the packet stands at this step. */
  arrive(moment: Moment, flip: boolean): void {
    this.hops++;
    const { graph, trace, stops, drawing, index } = moment;
    const stop = stops[index]!;
    const actor = actorOf(trace.steps[index]!, stop.place, graph);
    const ending = endingOf(trace, index);
    this.drawTrail(moment, actor, ending !== null);
    this.putGhosts(moment);
    this.overlay.travel(false);
    this.overlay.mover.put(stop.at);
    const zone = zoneOf(moment);
    const looks = { flip, parcel: !isFilled(actor, drawing) && ending === null };
    if (zone) this.overlay.showLetter(letterOf(moment), zone, stop.at, looks);
    this.overlay.showEnding(
      ending,
      deniedBy(trace.steps[index]!),
      stop.place.startsWith("pod:") ? above(stop.at) : stop.at,
    );
    this.overlay.note("acting", new Set([actor]));
    this.overlay.showTickets(piles(moment), drawing);
  }

  /** No packet stands anywhere. */
  clear(): void {
    this.hops++;
    this.overlay.hideLetter();
    this.overlay.showTickets([], null);
    this.overlay.note("acting", new Set());
    this.cy.elements(".trail, .arrow").remove();
    this.cy.elements(".acting, .ended").removeClass("acting ended");
  }

  private putGhosts({ drawing, acting, stops, index }: Moment): void {
    const service = acting.get(stops[index]!.leg);
    const away = drawing.shapes.filter(({ id, kind }) => kind === "ghost" && pickable(id) !== service);
    const ids = new Set(away.map(({ id }) => id));
    this.cy.batch(() => this.cy.nodes(".ghost").forEach((node) => void node.toggleClass("away", ids.has(node.id()))));
    this.overlay.note("away", ids);
  }

  private drawTrail({ stops, index, drawing }: Moment, actor: string, ended: boolean): void {
    const { leg } = stops[index]!;
    const runs = shownTrail(stops, index);
    const obstacles = drawing.shapes.filter((shape) => ON_THE_LINE.has(shape.kind));
    this.cy.batch(() => {
      this.cy.elements(".trail, .arrow").remove();
      this.cy.add(trailElements(runs, leg, obstacles));
      this.cy.elements(".acting, .ended").removeClass("acting ended");
      this.cy.getElementById(actor).addClass(ended ? "acting ended" : "acting");
    });
  }
}

/** In a pod the mark stands on its edge, clear of its name. */
const above = ({ x, y }: Point): Point => ({ x, y: y - 14 });

const zoneOf = ({ graph, trace, drawing, index }: Moment) => drawing.zones.get(hostOf(trace.steps[index]!, graph));

function letterOf({ trace, roles, index }: Moment): Letter {
  const step = trace.steps[index]!;
  return envelope(step.packet, step.changes, roles, saysOf(step));
}

/** What everybody remembers: the ticket touched last, and the slips, at each machine; one tag at a pod. */
function piles({ graph, trace, roles, index }: Moment): { home: string; cards: HTMLElement[] }[] {
  const entries = entriesAt(trace.steps, index);
  const found = new Map<string, HTMLElement[]>();
  for (const { ticket, others } of onTop(ticketsAt(trace, graph, index))) {
    found.set(ticket.host, [ticketCard(ticket, others, roles)]);
  }
  for (const [netns, { host }] of new Map(entries.map((entry) => [entry.netns, entry]))) {
    const { shown, more } = slipsOf(entries, netns, netns.includes("/") ? 1 : MOST_SLIPS);
    const home = netns.includes("/") ? `pod:${netns}` : hostOf({ host }, graph);
    const slips = shown.map((entry, i) => slip(entry, index, roles, i === shown.length - 1 ? more : 0));
    found.set(home, [...(found.get(home) ?? []), ...slips]);
  }
  return [...found].map(([home, cards]) => ({ home, cards }));
}

/** How the packet ended, if this is the last step of its leg and it did not arrive. */
export function endingOf(trace: TraceView, index: number): string | null {
  const [step, next] = [trace.steps[index]!, trace.steps[index + 1]];
  const leg = trace.legs[step.leg];
  const last = next ? next.leg !== step.leg : step.cause !== null || step.leg === trace.legs.length - 1;
  return last && leg && leg.disposition !== "delivered" ? leg.disposition : null;
}

/** Small things are filled while they act; the packet needs a parcel of its own only elsewhere. */
function isFilled(actor: string, drawing: Drawing): boolean {
  const kind = drawing.shapes.find((shape) => shape.id === actor)?.kind;
  return kind !== undefined && kind !== "pod" && kind !== "bar";
}
