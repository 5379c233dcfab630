/** What the strip of steps is made of: phases of legs of bands of ticks. A folded phase has one tick a leg. */
import { h } from "./dom";
import { asksNeighbour } from "./graph/titles";
import { label } from "./labels";
import { legNames, type Phase } from "./phases";
import type { LegHead, Step } from "./protocol";
import type { Band, LegBands } from "./timeline";
import { t } from "./i18n";

/** What stands for one step, or for a whole leg; `first` and `last` are indexes of steps. */
export interface Tick {
  readonly dot: HTMLElement;
  readonly first: number;
  readonly last: number;
}

export interface Drawn {
  readonly root: HTMLElement;
  readonly ticks: readonly Tick[];
}

type Heads = readonly LegHead[];

/** Longer traces have one tick a band. */
const MOST_TICKS = 600;
/** The room that a leg's gaps take, in steps. */
const GAP = 0.5;

export function drawPhase(phase: Phase, heads: Heads, folded: boolean, steps: number): Drawn {
  const ticks: Tick[] = [];
  const few = steps <= MOST_TICKS;
  const head = h("div", { class: "phase-head" }, label("b", "phase-title", titles(phase, folded)));
  const legs = folded ? [foldedLegs(phase, ticks)] : phase.legs.map((leg) => drawLeg(leg, heads, ticks, few));
  const root = h(
    "div",
    { class: `phase ${phase.kind}${folded ? " folded" : ""}` },
    head,
    h("div", { class: "phase-legs" }, ...legs),
  );
  if (!folded) root.style.flexGrow = String(phase.legs.reduce((sum, leg) => sum + widthOf(leg), 0));
  return { root, ticks };
}

const SHORT: Partial<Record<Phase["kind"], () => string>> = {
  lookup: () => t("phase.lookup.short"),
  proxied: () => t("phase.proxied.short"),
};

/** Folded, the note stands below the title. */
function titles({ kind, title, note }: Phase, folded: boolean): string[] {
  const short = [title, SHORT[kind]?.() ?? title];
  if (!note) return short;
  return folded ? short : [`${title} · ${note}`, ...short];
}

const widthOf = (leg: LegBands): number => leg.count + leg.bands.length * GAP;

function drawLeg(leg: LegBands, heads: Heads, ticks: Tick[], few: boolean): HTMLElement {
  const made = h(
    "div",
    { class: "leg" },
    label("b", "leg-title", legNames(heads[leg.leg])),
    h("div", { class: "bands" }, ...leg.bands.map((band) => drawBand(band, ticks, few))),
  );
  made.style.flexGrow = String(widthOf(leg));
  return made;
}

function drawBand({ place, role, first, steps }: Band, ticks: Tick[], few: boolean): HTMLElement {
  const groups = few ? steps.map((step) => [step]) : [steps];
  let next = first;
  const dots = groups.map((group) => {
    const dot = h("i", { class: lookOf(group) });
    ticks.push({ dot, first: next, last: next + group.length - 1 });
    next += group.length;
    return dot;
  });
  const name = place.split("/").at(-1)!;
  const made = h("div", { class: `band ${role}` }, h("div", { class: "dots" }, ...dots), label("small", "", [name]));
  made.style.flexGrow = String(steps.length);
  return made;
}

function lookOf(steps: readonly Step[]): string {
  if (steps.some((step) => step.cause)) return "failed";
  return steps.every((step) => asksNeighbour(step.packet)) ? "asks" : "";
}

function foldedLegs({ legs, note }: Phase, ticks: Tick[]): HTMLElement {
  const dots = legs.map(({ bands, count }) => {
    const dot = h("i", { class: lookOf(bands.flatMap((band) => band.steps)) });
    ticks.push({ dot, first: bands[0]!.first, last: bands[0]!.first + count - 1 });
    return dot;
  });
  return h(
    "div",
    { class: "leg" },
    h("b", { class: "leg-title" }, note),
    h("div", { class: "bands" }, h("div", { class: "band lookup" }, h("div", { class: "dots" }, ...dots))),
  );
}
