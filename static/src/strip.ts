/**
 * The timeline as drawn: phases of legs of bands of ticks, the slider that lies over them, a fork where chance
 * decided, and a button where a phase is folded.
 * Layout is the style's business; only forks and folds have to be put where their ticks are.
 */
import { choiceName } from "./branches";
import { byId, h, icon } from "./dom";
import { fitLabels } from "./labels";
import { phases, type Phase, type PhaseKind } from "./phases";
import type { Choice } from "./protocol";
import type { Answer } from "./state";
import { drawPhase, type Tick } from "./striplegs";
import { t } from "./i18n";

export class Strip {
  private readonly slider = byId<HTMLInputElement>("slider");
  private readonly root = byId("legs");
  private readonly forks = byId("forks");
  private readonly folds = byId("folds");
  private answer: Answer | null = null;
  private drawn = "";
  private at = -1;
  private all: readonly Phase[] = [];
  private ticks: Tick[] = [];
  /** The place in `ticks` of each step. */
  private tickOf: number[] = [];
  private choices: readonly Choice[] = [];
  private readonly unfolded = new Set<PhaseKind>();

  constructor(
    seek: (index: number) => void,
    private readonly open: (choice: number, fork: HTMLElement) => void,
  ) {
    new ResizeObserver(() => this.place()).observe(this.root);
    this.slider.addEventListener("input", () => seek(Number(this.slider.value) - 1));
    this.slider.addEventListener("pointerdown", (event) => this.drag(event, seek));
  }

  get phases(): readonly Phase[] {
    return this.all;
  }

  fill(answer: Answer | null): void {
    const key = answer ? `${answer.id} ${answer.trace.key} ${answer.steps.length}` : "";
    if (key === this.drawn) return;
    this.drawn = key;
    this.answer = answer;
    const count = answer?.steps.length ?? 0;
    this.slider.min = count ? "1" : "0";
    this.slider.max = String(count);
    this.slider.disabled = count === 0;
    this.all = answer ? phases(answer.steps, answer.trace.legs) : [];
    this.choices = (answer?.trace.choices ?? []).filter(({ at }) => at < count);
    this.draw();
  }

  /** The button of a choice point. */
  forkAt(choice: number): HTMLElement | null {
    return (this.forks.children[choice] as HTMLElement | undefined) ?? null;
  }

  show(at: number, words: string): void {
    const [from, to] = [this.tickOf[Math.max(0, this.at)] ?? 0, this.tickOf[at] ?? 0];
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const { dot, first, last } = this.ticks[index]!;
      dot.classList.toggle("done", first <= at);
      dot.classList.toggle("at", first <= at && at <= last);
      dot.dataset["n"] = String(at + 1);
    }
    this.at = at;
    this.choices.forEach((choice, index) => {
      this.forks.children[index]?.classList.toggle("done", choice.at <= at);
      this.forks.children[index]?.classList.toggle("at", choice.at === at);
    });
    this.slider.value = String(at + 1);
    this.slider.setAttribute("aria-valuetext", words);
  }

  private draw(): void {
    const heads = this.answer?.trace.legs ?? [];
    const made = this.all.map((phase) => drawPhase(phase, heads, this.isFolded(phase), this.answer?.steps.length ?? 0));
    this.root.replaceChildren(...made.map(({ root }) => root));
    this.ticks = made.flatMap(({ ticks }) => ticks);
    this.tickOf = [];
    this.ticks.forEach(({ first, last }, index) => {
      for (let step = first; step <= last; step += 1) this.tickOf[step] = index;
    });
    for (const { at } of this.choices) this.ticks[this.tickOf[at] ?? -1]?.dot.classList.add("choice");
    this.forks.replaceChildren(...this.choices.map((choice, index) => this.fork(choice, index)));
    this.folds.replaceChildren(...this.all.filter((phase) => this.mayFold(phase)).map((phase) => this.fold(phase)));
    this.at = -1;
    this.place();
  }

  private isFolded(phase: Phase): boolean {
    return this.mayFold(phase) && !this.unfolded.has(phase.kind);
  }

  /** Names are looked up in many steps that are all alike: nobody has to see them to see the rest, if there is one. */
  private mayFold({ kind }: Phase): boolean {
    return kind === "lookup" && (this.answer?.trace.legs ?? []).some((leg) => leg.kind !== "dns");
  }

  /** Over a folded phase the button lies on all of it, over an open one on its title. */
  private fold(phase: Phase): HTMLElement {
    const folded = this.isFolded(phase);
    const name = `${phase.title}, ${phase.note}`;
    const button = h(
      "button",
      { type: "button", class: folded ? "fold" : "fold open", "aria-expanded": String(!folded), "aria-label": name },
      icon(folded ? "unfold" : "fold"),
    );
    button.title = folded ? t("strip.unfold") : t("strip.fold");
    button.addEventListener("click", () => this.toggle(phase.kind));
    return button;
  }

  private toggle(kind: PhaseKind): void {
    const at = this.at;
    if (!this.unfolded.delete(kind)) this.unfolded.add(kind);
    this.draw();
    this.show(at, this.slider.getAttribute("aria-valuetext") ?? "");
    this.folds.querySelector("button")?.focus({ preventScroll: true });
  }

  private fork(choice: Choice, index: number): HTMLElement {
    const name = choiceName(choice);
    const button = h(
      "button",
      {
        type: "button",
        class: "fork",
        title: name,
        "aria-label": name,
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
      },
      icon("fork"),
      h("small", { "aria-hidden": "true" }, t("choice.one-of", { count: choice.options.length })),
    );
    button.addEventListener("click", () => this.open(index, button));
    return button;
  }

  private place(): void {
    fitLabels(this.root);
    const { left } = this.forks.getBoundingClientRect();
    const places = this.choices.map(({ at }) => this.ticks[this.tickOf[at] ?? -1]?.dot.getBoundingClientRect());
    places.forEach((box, index) => {
      const fork = this.forks.children[index] as HTMLElement | undefined;
      if (box && fork) fork.style.left = `${box.left + box.width / 2 - left}px`;
    });
    this.all.forEach((phase, index) => {
      if (!this.mayFold(phase)) return;
      const box = this.root.children[index]!.getBoundingClientRect();
      const button = this.folds.children[this.all.filter((one) => this.mayFold(one)).indexOf(phase)] as HTMLElement;
      button.style.left = `${box.left - left}px`;
      button.style.width = `${box.width}px`;
    });
  }

  /** To the tick that is nearest to the pointer: their distances differ, so the slider's own reckoning would miss. */
  private drag(event: PointerEvent, seek: (index: number) => void): void {
    const boxes = this.ticks.map(({ dot }) => dot.getBoundingClientRect());
    const centres = boxes.map((box) => box.left + box.width / 2);
    if (centres.length === 0 || event.button !== 0) return;
    event.preventDefault();
    this.slider.focus({ preventScroll: true });
    this.slider.setPointerCapture(event.pointerId);
    const go = ({ clientX }: PointerEvent): void => seek(this.ticks[nearest(centres, clientX)]!.first);
    go(event);
    this.slider.addEventListener("pointermove", go);
    const done = (): void => this.slider.removeEventListener("pointermove", go);
    this.slider.addEventListener("pointerup", done, { once: true });
    this.slider.addEventListener("pointercancel", done, { once: true });
  }
}

/** The index of the number nearest to x. */
export function nearest(centres: readonly number[], x: number): number {
  let best = 0;
  centres.forEach((centre, index) => {
    if (Math.abs(centre - x) < Math.abs(centres[best]! - x)) best = index;
  });
  return best;
}
