/** What the legs of a trace are for: names are looked up, a connection is opened, data go over it. Pure. */
import type { LegHead, Step } from "./protocol";
import { bands, legTitle, packetTitle, type LegBands } from "./timeline";
import { t } from "./i18n";

export type PhaseKind = "lookup" | "connection" | "data" | "proxied" | "answer";

/** Consecutive legs that serve one end. `first` and `last` are indexes of steps, `note` says how much there is. */
export interface Phase {
  readonly kind: PhaseKind;
  readonly title: string;
  readonly note: string;
  readonly first: number;
  readonly last: number;
  readonly legs: readonly LegBands[];
}

type Heads = readonly Pick<LegHead, "kind" | "packet">[];

/** The legs that have come, in phases. */
export function phases(steps: readonly Step[], heads: Heads): Phase[] {
  const found: { kind: PhaseKind; first: number; legs: LegBands[] }[] = [];
  for (const leg of bands(steps, heads)) {
    const before = found.at(-1);
    const first = leg.bands[0]!.first;
    const kind = kindOf(heads[leg.leg]?.kind ?? "request", steps[first]!, before?.kind);
    if (before?.kind === kind && !(kind === "proxied" && heads[leg.leg]?.kind === "proxied")) before.legs.push(leg);
    else found.push({ kind, first, legs: [leg] });
  }
  return found.map((phase, index) => ({
    ...phase,
    title: titleOf(phase.kind, heads[phase.legs[0]!.leg]),
    note: noteOf(phase.kind, phase.legs, heads),
    last: (found[index + 1]?.first ?? steps.length) - 1,
  }));
}

/** A proxy's own connection lasts until the proxy answers its client. */
function kindOf(leg: LegHead["kind"], first: Step, before: PhaseKind | undefined): PhaseKind {
  if (leg === "dns") return "lookup";
  if (leg === "proxied") return "proxied";
  if (before === "proxied" || before === "answer") return first.kind === "proxy" ? "answer" : before;
  return leg === "data" ? "data" : "connection";
}

function titleOf(kind: PhaseKind, head: Heads[number] | undefined): string {
  if (kind === "lookup") return t("phase.lookup");
  if (kind === "proxied") return t("phase.proxied");
  if (kind === "answer") return t("phase.answer");
  if (kind === "data") return t("phase.data");
  return head?.packet.l4.type === "tcp" || head?.packet.l4.type === "sctp"
    ? t("phase.connection")
    : t("phase.exchange");
}

function noteOf(kind: PhaseKind, legs: readonly LegBands[], heads: Heads): string {
  if (kind !== "lookup") return "";
  const questions = legs.filter(({ leg }) => heads[leg]?.packet.payload.endsWith("?")).length;
  return t("phase.questions", { count: questions });
}

/** Where the phase after (or before) the one of this step begins; going back, first to the start of its own. */
export function neighbouring(all: readonly Phase[], at: number, onward: boolean): number {
  if (onward) return all.find(({ first }) => first > at)?.first ?? all.at(-1)?.last ?? at;
  return all.findLast(({ first }) => first < at)?.first ?? 0;
}

/** The first step after the name lookup in which this step is; null where there is nothing to skip. */
export function afterLookup(all: readonly Phase[], at: number): number | null {
  const here = all.findIndex(({ first, last }) => first <= at && at <= last);
  return all[here]?.kind === "lookup" ? (all[here + 1]?.first ?? null) : null;
}

/** What a leg may be called, the fullest name first; the strip takes the longest that fits. */
export function legNames(head: Heads[number] | undefined): string[] {
  if (!head) return [];
  const { kind, packet } = head;
  const full = legTitle(head);
  const [type = "", answer] = packet.payload.split(" = ");
  if (kind === "dns") return [full, answer ?? `${type.split(" ")[0]}?`];
  if (kind === "data" && packet.payload) return [full, packet.payload];
  const what = packetTitle(packet.l4);
  const shortest = kind === "request" || kind === "reply" || kind === "icmp-error" ? full.split(" · ")[0]! : what;
  return [...new Set([full, shortest, what])];
}
