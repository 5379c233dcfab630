/** Where chance decides: every way that it could go, how likely each is, and the one that was taken. */
import { byId, h } from "./dom";
import type { Choice, Option } from "./protocol";
import { onTheme } from "./themes";
import { percent, t } from "./i18n";

/** Take another way: at this choice point, that option; both by index. */
export type TakeWay = (choice: number, option: number) => void;

/** "default/web-2" is a pod; its own name is enough where all come from one namespace. */
export function shortNames(options: readonly Option[]): string[] {
  const spaces = new Set(options.map(({ pick }) => (pick.includes("/") ? pick.split("/")[0] : "")));
  return options.map(({ pick }) => (spaces.size === 1 ? pick.split("/").at(-1)! : pick));
}

/** What a choice point is called: "Choice at step 7: web-2, one of 3 ways". */
export function choiceName({ at, options, picked }: Choice): string {
  const taken = options[picked];
  const count = options.length;
  const step = String(at + 1);
  return taken
    ? t("choice.taken", { step, pick: taken.pick, count, share: percent(taken.probability) })
    : t("choice.name", { step, count });
}

/** The choice point at a step, or else the next one after it, or else the first. */
export function choiceFrom(choices: readonly Choice[], step: number): number {
  const here = choices.findIndex(({ at }) => at >= step);
  return here >= 0 ? here : choices.length ? 0 : -1;
}

/** The options as a list in which one is picked. Arrow keys go through it, Enter takes one. */
export function branchList(choice: Choice, take: (option: number) => void, leave?: () => void): HTMLElement {
  const names = shortNames(choice.options);
  const items = choice.options.map((option, index) => branch(option, names[index]!, index === choice.picked));
  const list = h("ul", { class: "ways", role: "listbox", "aria-label": t("choice.ways") }, ...items);
  const focused = (): number => items.findIndex((item) => item === document.activeElement);
  list.addEventListener("click", (event) => {
    const index = items.findIndex((item) => item.contains(event.target as Node));
    if (index >= 0) take(index);
  });
  list.addEventListener("keydown", (event) => {
    const at = focused();
    const last = items.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    if (to !== undefined) items[to]!.focus();
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) take(at);
    else if (event.key === "Escape" && leave) leave();
    else return;
    event.preventDefault();
  });
  return list;
}

function branch({ pick, probability }: Option, name: string, taken: boolean): HTMLElement {
  const bar = h("i", { "aria-hidden": "true" });
  bar.style.setProperty("--share", String(probability));
  return h(
    "li",
    { role: "option", "aria-selected": String(taken), tabindex: taken ? "0" : "-1", title: pick },
    h("b", { class: "mono" }, name),
    h("small", {}, taken ? t("choice.is-taken") : ""),
    h("span", {}, percent(probability)),
    bar,
  );
}

/** The sheet over the timeline that opens at a fork. */
export class Branches {
  private readonly sheet = byId("branches");
  private opener: HTMLElement | null = null;

  constructor(private readonly pick: TakeWay) {
    document.addEventListener("pointerdown", (event) => {
      if (!(event.target instanceof Node) || this.sheet.contains(event.target)) return;
      if (!this.opener?.contains(event.target)) this.close(false);
    });
    const again = (): void => {
      if (this.opener) this.place(this.opener);
    };
    window.addEventListener("resize", again);
    onTheme(() => requestAnimationFrame(again));
  }

  get isOpen(): boolean {
    return !this.sheet.hidden;
  }

  toggle(choice: Choice, index: number, opener: HTMLElement): void {
    if (this.isOpen && opener === this.opener) this.close(true);
    else this.open(choice, index, opener);
  }

  open(choice: Choice, index: number, opener: HTMLElement): void {
    this.close(false);
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    const take = (option: number): void => {
      this.close(true);
      if (option !== choice.picked) this.pick(index, option);
    };
    const list = branchList(choice, take, () => this.close(true));
    const head = h("h2", {}, t("choice.decides"), h("span", {}, t("choice.step", { step: choice.at + 1 })));
    this.sheet.replaceChildren(head, list, h("p", {}, t("choice.other")));
    this.sheet.hidden = false;
    this.place(opener);
    const first = list.querySelector<HTMLElement>("[aria-selected=true]") ?? list.querySelector<HTMLElement>("li");
    first?.focus({ preventScroll: false });
  }

  close(back: boolean): void {
    if (!this.isOpen) return;
    this.sheet.hidden = true;
    this.opener?.setAttribute("aria-expanded", "false");
    if (back) this.opener?.focus({ preventScroll: true });
    this.opener = null;
  }

  /** Above its fork, inside the window. */
  private place(opener: HTMLElement): void {
    const fork = opener.getBoundingClientRect();
    const { width } = this.sheet.getBoundingClientRect();
    const left = Math.max(8, Math.min(innerWidth - width - 8, fork.left + fork.width / 2 - 36));
    this.sheet.style.left = `${left}px`;
    this.sheet.style.bottom = `${innerHeight - fork.top + 10}px`;
    this.sheet.style.setProperty("--tip", `${fork.left + fork.width / 2 - left}px`);
  }
}
