/** A text field with suggestions, after the ARIA pattern "combobox with list autocomplete": anything may be typed. */
import { h } from "../dom";
import { matching, type Choice, type Groups } from "./choices";
import { t } from "../i18n";

const MOST = 60;

export class Combobox {
  private groups: Groups = [];
  private shown: HTMLElement[] = [];
  private active = -1;
  private typed = false;
  private readonly list: HTMLElement;

  constructor(
    readonly input: HTMLInputElement,
    private readonly chosen: () => void,
  ) {
    this.list = h("div", { id: `${input.id}-list`, class: "choices", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.parentElement!.append(this.list);
    input.addEventListener("input", () => {
      this.typed = true;
      this.open(input.value);
    });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => this.list.hidden && this.open(""));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", (event) => this.pointed(event));
  }

  get focused(): boolean {
    return document.activeElement === this.input;
  }

  set choices(groups: Groups) {
    const early = this.groups.length === 0 && this.typed && this.focused;
    this.groups = groups;
    if (early) this.open(this.value); // somebody was faster than the graph
  }

  get value(): string {
    return this.input.value.trim();
  }

  set value(text: string) {
    this.input.value = text;
    this.fit();
  }

  /** Where choices come from that are too many for this page; null where all of them are here. */
  lookup: ((typed: string) => Promise<Groups>) | null = null;
  private asked = 0;

  private open(typed: string): void {
    const ticket = (this.asked += 1);
    if (!this.lookup || !typed.trim()) return this.offer(matching(this.groups, typed));
    void this.lookup(typed).then((groups) => {
      if (ticket === this.asked && this.focused) this.offer(groups);
    });
  }

  private offer(groups: Groups): void {
    const all = groups.reduce((sum, group) => sum + group.choices.length, 0);
    let room = MOST;
    this.shown = [];
    this.list.replaceChildren();
    for (const group of groups) {
      const choices = group.choices.slice(0, room);
      room -= choices.length;
      if (choices.length === 0) break;
      const options = choices.map((choice) => this.option(choice));
      this.list.append(
        h(
          "div",
          { role: "group", "aria-label": group.title },
          h("b", { "aria-hidden": "true" }, group.title),
          ...options,
        ),
      );
    }
    if (all > MOST) this.list.append(h("p", {}, t("ask.more", { count: all - MOST })));
    this.expand(this.shown.length > 0);
    this.activate(-1);
    this.fit();
  }

  private option(choice: Choice): HTMLElement {
    const option = h(
      "div",
      {
        role: "option",
        id: `${this.input.id}-option-${this.shown.length}`,
        class: choice.role,
        "data-value": choice.value,
      },
      h("span", { class: "mono" }, choice.value),
      h("small", {}, choice.detail),
    );
    this.shown.push(option);
    return option;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open("");
      else this.activate(this.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      event.preventDefault();
      this.take(this.shown[this.active]!);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  private pointed(event: PointerEvent): void {
    event.preventDefault();
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) this.take(option);
  }

  private take(option: HTMLElement): void {
    this.value = option.dataset["value"]!;
    this.close();
    this.chosen();
  }

  private activate(index: number): void {
    const count = this.shown.length;
    this.shown[this.active]?.removeAttribute("aria-selected");
    this.active = index < 0 ? (index === -1 ? -1 : count - 1) : index % Math.max(1, count);
    const option = this.shown[this.active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private close(): void {
    this.expand(false);
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }

  private expand(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  /** As wide as its text, within what the style allows. */
  private fit(): void {
    this.input.size = Math.min(34, Math.max(10, this.input.value.length));
  }
}
