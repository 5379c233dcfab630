/** The steps of a trace as stops on the drawn lines, and the way between each two of them. */
import { around, extend, keepRight, overlaps, type Box, type Point } from "./geometry";
import type { Graph, LegView, Step, TraceView } from "./model";
import { placeOf } from "./places";
import { homeOf } from "./scene/story";
import { asksNeighbour, titleOf } from "./titles";
import type { Ways } from "./ways";

/** A question is what neighbours ask and answer (ARP, ND) while the packet itself waits. */
export type Style = "request" | "reply" | "refusal" | "question";

export interface Stop {
  place: string;
  at: Point;
  /** From the stop before it in the same leg; empty where the packet stays. */
  way: Point[];
  leg: number;
  style: Style;
  /** This packet goes back to who asked first. */
  back: boolean;
  /** Which question or answer between neighbours this frame is; null for the packet itself. */
  asks: string | null;
}

/** Answers keep to the right, so that two legs on one cable lie side by side. */
const LANE = 7;

export function track(trace: TraceView, graph: Graph, ways: Ways): Stop[] {
  const stops: Stop[] = [];
  const [first] = trace.steps;
  /** Who opened the present connection: the client, or a proxy. */
  let asker = first ? homeOf(first, graph) : null;
  let back = false;
  /** Where the packet itself is, while it waits for neighbours. */
  let own: Stop | undefined;
  trace.steps.forEach((step, index) => {
    const asks = asking(step);
    const begins = stops[index - 1]?.leg !== step.leg;
    const before = asks || begins || !own ? stops[index - 1] : own;
    const leg = trace.legs[step.leg];
    if (begins && leg?.kind === "proxied") asker = homeOf(step, graph);
    if (begins) back = goesBack(leg, step, homeOf(step, graph) === asker);
    const place = placeOf(step, before?.place ?? null, graph, ways) ?? before?.place ?? "";
    const way = begins || !before || before.place === place ? [] : ways.between(before.place, place);
    const stop: Stop = {
      place,
      at: ways.at(place),
      way,
      leg: step.leg,
      style: asks ? "question" : styleOf(step, leg, back),
      back,
      asks,
    };
    stops.push(stop);
    if (!asks) own = stop;
  });
  for (const leg of new Set(stops.map((stop) => stop.leg))) {
    moveAside(stops.filter((stop) => stop.leg === leg && stop.back && !stop.asks));
  }
  return stops;
}

/** Put the ways of one leg on the lane of the answers, corners and all. */
function moveAside(stops: Stop[]): void {
  const points: Point[] = [];
  const spans = stops.map((stop) => {
    if (!points.length && stop.way.length) points.push(stop.way[0]!);
    const from = points.length - 1;
    points.push(...stop.way.slice(1));
    return { stop, from, to: points.length - 1 };
  });
  const lane = keepRight(points, LANE);
  for (const { stop, from, to } of spans) {
    const end = lane[Math.max(0, to)];
    if (end) stop.at = end.arrive;
    if (to > from && from >= 0) {
      stop.way = lane.slice(from, to + 1).map((p, i) => (i ? p.arrive : p.leave));
    }
  }
}

/** "ARP request 10.244.1.2 10.244.1.1": one question, however many hear it. */
function asking({ packet }: Step): string | null {
  return asksNeighbour(packet) ? `${titleOf(packet)} ${packet.ip.src} ${packet.ip.dst}` : null;
}

/** `first` is the leg's first step: a proxy that hands on an answer begins with having read it. */
function goesBack(leg: LegView | undefined, first: Step, fromAsker: boolean): boolean {
  if (leg?.kind === "reply" || leg?.kind === "icmp-error") return true;
  if (leg?.kind === "dns") return first.packet.payload.includes(" = ");
  return leg?.kind === "data" && (first.kind === "proxy" || !fromAsker);
}

function styleOf(step: Step, leg: LegView | undefined, back: boolean): Style {
  const { l4 } = step.packet;
  const reset = l4.type === "tcp" && l4.flags.includes("R");
  if (leg?.kind === "icmp-error" || reset) return "refusal";
  return back ? "reply" : "request";
}

export interface Run {
  leg: number;
  style: Style;
  line: Point[];
}

/** A packet that goes round in circles would not be clearer for a longer trail. */
const LONGEST = 800;

/** The trail up to and with a stop: the ways of each leg joined to as few lines as possible. */
export function trail(stops: Stop[], upTo = stops.length - 1): Run[] {
  const runs: Run[] = [];
  for (const stop of stops.slice(Math.max(0, upTo - LONGEST), upTo + 1)) {
    if (stop.way.length < 2) continue;
    const last = runs[runs.length - 1];
    const joins = last && last.leg === stop.leg && isSame(last.line[last.line.length - 1]!, stop.way[0]!);
    if (joins) for (const point of stop.way) extend(last.line, point);
    else runs.push({ leg: stop.leg, style: stop.style, line: [...stop.way] });
  }
  return runs;
}

const isSame = (a: Point, b: Point): boolean => Math.abs(a.x - b.x) + Math.abs(a.y - b.y) < 15;

/** What is drawn while somebody stands at a stop: the present leg and, paler, the question that it answers. */
export function shownTrail(stops: Stop[], upTo: number): Run[] {
  const { leg, back, asks } = stops[upTo]!;
  const own = trail(stops.filter((stop, index) => !stop.asks && index <= upTo));
  if (!asks) return own.filter((run) => run.leg === leg || (back && run.leg === leg - 1));
  let first = upTo;
  while (stops[first - 1]?.asks === asks) first -= 1;
  const waiting = own.filter((run) => run.leg === leg).map((run) => ({ ...run, leg: ELSEWHERE }));
  return [...waiting, ...trail(stops.slice(first, upTo + 1))];
}

/** The leg of what is drawn paler. */
const ELSEWHERE = -1;

export interface Arrow extends Point {
  heading: "up" | "down" | "left" | "right";
}

/** Where along a straight part an arrow may stand: not quite the middle first, where a gate would hide it. */
const SHARES = [0.45, 0.62, 0.3, 0.75];
const ARROW = 18;

/** Arrows on the long straight parts, clear of what stands on the line. */
export function arrows(line: Point[], obstacles: readonly Box[] = [], least = 84): Arrow[] {
  return line.slice(1).flatMap((b, i) => {
    const a = line[i]!;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    if (Math.abs(dx) + Math.abs(dy) < least) return [];
    const heading = Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? "right" : "left") : dy > 0 ? "down" : "up";
    const points = SHARES.map((share): Arrow => ({ x: a.x + dx * share, y: a.y + dy * share, heading }));
    const free = points.find(({ x, y }) => !obstacles.some((box) => overlaps(box, around(x, y, ARROW, ARROW))));
    return free ? [free] : [];
  });
}
