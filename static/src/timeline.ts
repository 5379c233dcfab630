/** Time belongs to the browser: a cursor over the steps that have come, and the steps in groups for drawing. Pure. */
import type { LegHead, Step } from "./protocol";
import { t } from "./i18n";

export interface Cursor {
  /** -1 while there is no step. */
  readonly at: number;
  readonly count: number;
  readonly playing: boolean;
  readonly speed: number;
}

export type Move =
  | { readonly type: "first" | "previous" | "next" | "last" | "toggle" | "pause" | "tick" }
  | { readonly type: "seek"; readonly to: number }
  | { readonly type: "count"; readonly count: number }
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "reset" };

export const START: Cursor = { at: -1, count: 0, playing: false, speed: 1 };
export const SPEEDS = [0.5, 1, 2, 4] as const;
export const BEAT = 1100;

export function move(cursor: Cursor, change: Move): Cursor {
  const last = cursor.count - 1;
  const still = { ...cursor, playing: false };
  switch (change.type) {
    case "first":
      return { ...still, at: Math.min(0, last) };
    case "previous":
      return { ...still, at: clamp(cursor.at - 1, last) };
    case "next":
      return { ...still, at: clamp(cursor.at + 1, last) };
    case "last":
      return { ...still, at: last };
    case "seek":
      return { ...still, at: clamp(change.to, last) };
    case "toggle":
      return toggled(cursor, last);
    case "pause":
      return still;
    case "tick":
      return ticked(cursor, last);
    case "count":
      return counted(cursor, change.count);
    case "speed":
      return { ...cursor, speed: change.speed };
    case "reset":
      return { ...START, speed: cursor.speed };
  }
}

/** How long a step stays while playing, in milliseconds; one that changes the packet stays longer. */
export function beat(step: Step, speed: number): number {
  const weight = step.changes.some((change) => change.field !== "ip.ttl" && !change.field.startsWith("eth.")) ? 1.8 : 1;
  return (BEAT * weight) / speed;
}

export type Role = "client" | "pod" | "node" | "world";

/** The consecutive steps of a leg in one place. `first` is the index of its first step. */
export interface Band {
  readonly place: string;
  readonly role: Role;
  readonly first: number;
  readonly steps: readonly Step[];
}

export interface LegBands {
  readonly leg: number;
  readonly title: string;
  readonly bands: readonly Band[];
  readonly count: number;
}

/** Steps as legs of bands. A leg that has not begun to come is not there yet. */
export function bands(steps: readonly Step[], legs: readonly Pick<LegHead, "kind" | "packet">[]): LegBands[] {
  const client = steps[0]?.netns;
  const found: { leg: number; title: string; bands: { place: string; role: Role; first: number; steps: Step[] }[] }[] =
    [];
  steps.forEach((step, index) => {
    let leg = found.at(-1);
    if (!leg || leg.leg !== step.leg) {
      leg = { leg: step.leg, title: legTitle(legs[step.leg]), bands: [] };
      found.push(leg);
    }
    const band = leg.bands.at(-1);
    if (band && band.place === step.netns) band.steps.push(step);
    else leg.bands.push({ place: step.netns, role: roleOf(step, client), first: index, steps: [step] });
  });
  return found.map((leg) => ({ ...leg, count: leg.bands.reduce((sum, band) => sum + band.steps.length, 0) }));
}

/** "Request · SYN": what the leg is for, and what its packet is. */
export function legTitle(leg: Pick<LegHead, "kind" | "packet"> | undefined): string {
  if (!leg) return "";
  const title = LEG_TITLES[leg.kind];
  const what = saidIn(leg) || packetTitle(leg.packet.l4);
  return what && what !== title ? `${title} · ${what}` : title;
}

/** What the packet carries, where that tells more than its header: a question, its answer, a request. */
function saidIn({ kind, packet }: Pick<LegHead, "kind" | "packet">): string {
  if (kind === "data") return packet.payload;
  if (kind !== "dns") return "";
  const [question = "", answer] = packet.payload.split(" = ");
  return answer ? `${question.split(" ")[0]} ${answer}` : question.replace(/\.\?$/, "");
}

const LEG_TITLES: Record<LegHead["kind"], string> = {
  dns: t("leg.dns"),
  request: t("leg.request"),
  reply: t("leg.reply"),
  "icmp-error": t("leg.icmp-error"),
  ack: "ACK",
  data: t("leg.data"),
  proxied: t("leg.proxied"),
};
const FLAGS: Record<string, string> = {
  S: "SYN",
  SA: "SYN-ACK",
  A: "ACK",
  PA: "PSH-ACK",
  R: "RST",
  AR: "RST",
  FA: "FIN-ACK",
};

/** What the transport header calls itself: SYN, ICMP, UDP. */
export function packetTitle(l4: LegHead["packet"]["l4"]): string {
  if (l4.type === "tcp") return FLAGS[l4.flags] ?? l4.flags;
  if (l4.type === "sctp") return l4.chunk;
  return l4.type.toUpperCase();
}

/** "default/web-1" is a pod's namespace, a name without a slash is a machine's. */
export function roleOf(step: Pick<Step, "netns">, client: string | undefined): Role {
  if (step.netns === client && step.netns.includes("/")) return "client";
  if (step.netns.includes("/")) return "pod";
  return step.netns === "router" || step.netns === "internet" ? "world" : "node";
}

function toggled(cursor: Cursor, last: number): Cursor {
  if (cursor.playing) return { ...cursor, playing: false };
  if (last < 0) return cursor;
  return { ...cursor, playing: true, at: cursor.at >= last ? 0 : Math.max(0, cursor.at) };
}

/** The beat of play: on, and stop at the end. */
function ticked(cursor: Cursor, last: number): Cursor {
  if (!cursor.playing) return cursor;
  const at = clamp(cursor.at + 1, last);
  return { ...cursor, at, playing: at < last };
}

function counted(cursor: Cursor, count: number): Cursor {
  const at = count === 0 ? -1 : clamp(Math.max(0, cursor.at), count - 1);
  return { ...cursor, count, at, playing: cursor.playing && count > 0 };
}

const clamp = (index: number, last: number): number => Math.max(Math.min(0, last), Math.min(index, last));
