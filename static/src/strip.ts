/**
 * The timeline as drawn: legs of bands of dots, the slider that lies over them, and a fork where chance decided.
 * Layout is the style's business; only the forks have to be put where their dots are.
 */
import { choiceName } from "./branches";
import { byId, h, icon } from "./dom";
import { asksNeighbour } from "./graph/titles";
import type { Choice } from "./protocol";
import type { Answer } from "./state";
import { bands, type Band } from "./timeline";

const MOST_DOTS = 600;

export class Strip {
  private readonly slider = byId<HTMLInputElement>("slider");
  private readonly root = byId("legs");
  private dots: HTMLElement[] = [];
  private drawn = "";
  private at = -1;
  private readonly forks = byId("forks");
  private choices: readonly Choice[] = [];

  constructor(
    seek: (index: number) => void,
    private readonly open: (choice: number, fork: HTMLElement) => void,
  ) {
    new ResizeObserver(() => this.placeForks()).observe(this.root);
    this.slider.addEventListener("input", () => seek(Number(this.slider.value) - 1));
    this.slider.addEventListener("pointerdown", (event) => this.drag(event, seek));
  }

  fill(answer: Answer | null): void {
    const key = answer ? `${answer.id} ${answer.trace.key} ${answer.steps.length}` : "";
    if (key === this.drawn) return;
    this.drawn = key;
    this.dots = [];
    this.at = -1;
    this.root.replaceChildren(...(answer ? this.legs(answer) : []));
    const count = answer?.steps.length ?? 0;
    this.slider.min = count ? "1" : "0";
    this.slider.max = String(count);
    this.slider.disabled = count === 0;
    this.choices = (answer?.trace.choices ?? []).filter(({ at }) => at < count);
    this.forks.replaceChildren(...this.choices.map((choice, index) => this.fork(choice, index)));
    this.placeForks();
  }

  /** The button of a choice point. */
  forkAt(choice: number): HTMLElement | null {
    return (this.forks.children[choice] as HTMLElement | undefined) ?? null;
  }

  show(at: number, words: string): void {
    const [from, to] = [Math.min(this.at, at), Math.max(this.at, at)];
    for (let index = Math.max(0, from); index <= to; index += 1) {
      this.dots[index]?.classList.toggle("done", index <= at);
      this.dots[index]?.classList.toggle("at", index === at);
    }
    this.at = at;
    this.choices.forEach((choice, index) => {
      this.forks.children[index]?.classList.toggle("done", choice.at <= at);
      this.forks.children[index]?.classList.toggle("at", choice.at === at);
    });
    this.slider.value = String(at + 1);
    this.slider.setAttribute("aria-valuetext", words);
    const share = this.dots.length ? (at + 1) / this.dots.length : 0;
    this.root.style.setProperty("--share", String(share));
  }

  private legs({ steps, trace }: Answer): HTMLElement[] {
    const few = steps.length <= MOST_DOTS;
    const legs = bands(steps, trace.legs).map((leg) => {
      const title = h("b", { class: "leg-title" }, leg.title);
      const made = h(
        "div",
        { class: "leg" },
        title,
        h("div", { class: "bands" }, ...leg.bands.map((band) => this.band(band, few))),
      );
      made.style.flexGrow = String(leg.count + leg.bands.length * 0.5);
      return made;
    });
    for (const { at } of trace.choices) this.dots[at]?.classList.add("choice");
    return legs;
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
      h("small", { "aria-hidden": "true" }, `1 of ${choice.options.length}`),
    );
    button.addEventListener("click", () => this.open(index, button));
    return button;
  }

  private placeForks(): void {
    if (this.choices.length === 0) return;
    const { left } = this.forks.getBoundingClientRect();
    const places = this.choices.map(({ at }) => this.dots[at]?.getBoundingClientRect());
    places.forEach((box, index) => {
      const fork = this.forks.children[index] as HTMLElement | undefined;
      if (box && fork) fork.style.left = `${box.left + box.width / 2 - left}px`;
    });
  }

  private band({ place, role, steps }: Band, few: boolean): HTMLElement {
    const dots = steps.map((step) =>
      h("i", {
        class: step.cause ? "failed" : asksNeighbour(step.packet) ? "asks" : "",
        "data-n": String(step.seq + 1),
      }),
    );
    this.dots.push(...dots);
    const made = h(
      "div",
      { class: `band ${role}` },
      h("div", { class: "dots" }, ...(few ? dots : [])),
      h("small", {}, place.split("/").at(-1)!),
    );
    made.style.flexGrow = String(steps.length);
    return made;
  }

  /** To the dot that is nearest to the pointer: their distances differ, so the slider's own reckoning would miss. */
  private drag(event: PointerEvent, seek: (index: number) => void): void {
    const centres = this.dots.map((dot) => dot.getBoundingClientRect()).map((box) => box.left + box.width / 2);
    if (centres.length === 0 || event.button !== 0) return;
    event.preventDefault();
    this.slider.focus({ preventScroll: true });
    this.slider.setPointerCapture(event.pointerId);
    const go = ({ clientX }: PointerEvent): void => seek(nearest(centres, clientX));
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
