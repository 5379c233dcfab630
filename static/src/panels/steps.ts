/** The whole trace as a list: the same as the picture, for a keyboard and a screen reader. */
import { byId, h, icon } from "../dom";
import type { Step } from "../protocol";
import type { Answer } from "../state";
import { decides } from "../ruletext";
import { bands, roleOf } from "../timeline";
import { t } from "../i18n";

export class StepsPanel {
  private readonly list = byId<HTMLOListElement>("steps");
  private items: HTMLElement[] = [];
  private first: Step | undefined;
  private current: HTMLElement | null = null;

  constructor(seek: (index: number) => void) {
    this.list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>("li[data-at]");
      if (item) seek(Number(item.dataset["at"]));
    });
  }

  /** Add the steps that have come since. */
  fill({ steps, trace }: Answer): void {
    if (steps[0] !== this.first || steps.length < this.items.length) this.clear(steps[0]);
    const titles = new Map(bands(steps, trace.legs).map((leg) => [leg.leg, leg.title]));
    for (let index = this.items.length; index < steps.length; index += 1) {
      const step = steps[index]!;
      const begins = index === 0 || steps[index - 1]!.leg !== step.leg;
      this.items.push(item(step, index, steps[0]!, begins ? (titles.get(step.leg) ?? "") : ""));
      this.list.append(this.items[index]!);
    }
  }

  show(at: number): void {
    this.current?.removeAttribute("aria-current");
    this.current = this.items[at] ?? null;
    if (!this.current) return;
    this.current.setAttribute("aria-current", "step");
    const [top, height] = [this.current.offsetTop, this.current.offsetHeight];
    this.list.scrollTop = top - (this.list.clientHeight - height) / 2;
  }

  private clear(first: Step | undefined): void {
    this.first = first;
    this.items = [];
    this.list.replaceChildren();
  }
}

/** What was decided, by a rule that decided something; else where it happens. */
function what(step: Step): string {
  return (decides(step) && step.matched!.verdict) || step.hook || t(`kind.${step.kind}`);
}

function item(step: Step, index: number, first: Step, title: string): HTMLElement {
  const place = step.netns.split("/").at(-1)!;
  const button = h(
    "button",
    { type: "button" },
    h("span", { class: "n" }, String(index + 1)),
    h("b", { class: `c-${roleOf(step, first.netns)}` }, place),
    h("span", { class: "what", lang: "en" }, step.narration?.plain ?? step.kind),
    h("small", { class: "mono" }, what(step)),
    h("i", { class: step.badge, title: t(`badge.${step.badge}`) }, icon(step.badge)),
    h("span", { class: "visually-hidden" }, t(`badge.${step.badge}`)),
  );
  return h("li", { "data-at": String(index), "data-title": title || null, class: step.cause ? "failed" : "" }, button);
}
