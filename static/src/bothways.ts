/** Request and answer side by side, machine by machine; a translation stands beside the one that undoes it. Pure. */
import { asksNeighbour } from "./graph/titles";
import type { Change, Packet, Step } from "./protocol";

/** One thing to see of a packet in one place: how it came, how a rule rewrote it, how it left. */
export interface Cell {
  /** The index of its step. */
  readonly at: number;
  readonly kind: "passes" | "nat" | "ends";
  readonly packet: Packet;
  readonly changes: readonly Change[];
  readonly step: Step;
}

export interface Row {
  readonly down: Cell | null;
  readonly up: Cell | null;
  /** The letter that marks a translation and the one that undoes it. */
  readonly pair: string | null;
}

export interface Place {
  readonly netns: string;
  readonly rows: readonly Row[];
}

export interface BothWays {
  readonly down: number;
  /** The leg that answers, if there is one. */
  readonly up: number | null;
  readonly places: readonly Place[];
}

interface Visit {
  netns: string;
  cells: Cell[];
}

/** The leg that a step belongs to and the one that answers it, or that it answers: one that sets out elsewhere. */
export function legsAt(steps: readonly Step[], at: number): [number, number | null] {
  const origins = new Map<number, string>();
  for (const step of steps) if (!origins.has(step.leg)) origins.set(step.leg, step.netns);
  const wanted = steps[at]?.leg ?? 0;
  for (let leg = 0; leg < wanted; leg += 1) {
    if (!isAnswered(leg, origins)) continue;
    if (leg + 1 === wanted) return [leg, wanted];
    leg += 1;
  }
  return [wanted, isAnswered(wanted, origins) ? wanted + 1 : null];
}

function isAnswered(leg: number, origins: ReadonlyMap<number, string>): boolean {
  const next = origins.get(leg + 1);
  return next !== undefined && next !== origins.get(leg);
}

export function bothWays(steps: readonly Step[], at: number): BothWays {
  const [down, up] = legsAt(steps, at);
  const there = visits(steps, down, false);
  const back = up === null ? [] : visits(steps, up, true).reverse();
  const undone = new Map<number, string>();
  const letter = (cell: Cell): string => {
    const known = undone.get(cell.step.seq);
    if (known) return known;
    undone.set(cell.step.seq, String.fromCharCode(65 + undone.size));
    return undone.get(cell.step.seq)!;
  };
  const pairs = side(there, back, (one, other) => one.netns === other.netns);
  const places = pairs.map(([one, other]) => ({
    netns: (one ?? other)!.netns,
    rows: side(one?.cells ?? [], other?.cells ?? [], belong).map(([d, u]) => ({
      down: d,
      up: u,
      pair: d && u && undoes(d, u) ? letter(d) : null,
    })),
  }));
  return { down, up, places };
}

/** A translation stands beside the one that takes it back; how the packet came beside how the answer leaves. */
const belong = (down: Cell, up: Cell): boolean => (down.kind === "nat" || up.kind === "nat" ? undoes(down, up) : true);
const undoes = (down: Cell, up: Cell): boolean => up.step.undoes === down.step.seq;

/** A leg's visits to one place after another: how the packet comes, and what happens to it; an answer is read upwards. */
function visits(steps: readonly Step[], leg: number, upwards: boolean): Visit[] {
  const found: { netns: string; cells: Cell[] }[] = [];
  steps.forEach((step, at) => {
    if (step.leg !== leg || asksNeighbour(step.packet)) return;
    if (found.at(-1)?.netns !== step.netns) found.push({ netns: step.netns, cells: [] });
    found.at(-1)!.cells.push({ at, kind: kindOf(step), packet: step.packet, changes: step.changes, step });
  });
  return found.map(({ netns, cells }) => {
    const edge: Cell = { ...(upwards ? cells.at(-1)! : cells[0]!), kind: "passes" };
    const inside = cells.filter((cell) => cell.kind !== "passes");
    return { netns, cells: [edge, ...(upwards ? inside.reverse() : inside)] };
  });
}

function kindOf(step: Step): Cell["kind"] {
  if (step.kind === "nat" && step.changes.some(({ field }) => /^(ip|tcp|udp|sctp)\./.test(field))) return "nat";
  return step.cause !== null && step.kind !== "deliver" ? "ends" : "passes";
}

/** Two lists beside each other: what belongs together in one row, the rest in rows of its own, nothing out of order. */
export function side<T>(
  one: readonly T[],
  other: readonly T[],
  belongs: (a: T, b: T) => boolean,
): [T | null, T | null][] {
  const rows: [T | null, T | null][] = [];
  let next = 0;
  for (const a of one) {
    const found = other.findIndex((b, index) => index >= next && belongs(a, b));
    if (found < 0) {
      rows.push([a, null]);
      continue;
    }
    while (next < found) rows.push([null, other[next++]!]);
    rows.push([a, other[next++]!]);
  }
  while (next < other.length) rows.push([null, other[next++]!]);
  return rows;
}
