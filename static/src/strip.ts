/** The timeline as drawn: legs of bands of dots, and the slider that lies over them. Layout is the style's business. */
import { byId, h } from "./dom";
import type { Answer } from "./state";
import { bands, type Band } from "./timeline";

const MOST_DOTS = 600;

export class Strip {
  private readonly slider = byId<HTMLInputElement>("slider");
  private readonly root = byId("legs");
  private dots: HTMLElement[] = [];
  private drawn = "";
  private at = -1;

  constructor(seek: (index: number) => void) {
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
  }

  show(at: number, words: string): void {
    const [from, to] = [Math.min(this.at, at), Math.max(this.at, at)];
    for (let index = Math.max(0, from); index <= to; index += 1) {
      this.dots[index]?.classList.toggle("done", index <= at);
      this.dots[index]?.classList.toggle("at", index === at);
    }
    this.at = at;
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
    for (const { at, picked } of trace.choices) if (picked >= 0) this.dots[at]?.classList.add("choice");
    return legs;
  }

  private band({ place, role, steps }: Band, few: boolean): HTMLElement {
    const dots = steps.map((step) =>
      h("i", { class: step.cause ? "failed" : step.chances.length ? "choice" : "", "data-n": String(step.seq + 1) }),
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
