/** The find box: one field for everything, answers grouped by kind, after the ARIA pattern of a combobox. */
import { byId, h } from "../dom";
import { t } from "../i18n";
import type { ErrorAnswer, Found, FoundAnswer } from "../protocol";
import { Lookup } from "./lookup";

export class FindBox {
  private readonly dialog = byId<HTMLDialogElement>("find");
  private readonly input = byId<HTMLInputElement>("find-input");
  private readonly list = byId("find-list");
  private readonly note = byId("find-note");
  private options: { readonly element: HTMLElement; readonly take: () => void }[] = [];
  private active = -1;
  /** What is listed answers an earlier text. */
  private waiting = false;
  /** Enter was pressed while we were waiting: the first answer is meant. */
  private hasty = false;

  constructor(
    private readonly lookup: Lookup,
    private readonly chosen: (found: Found) => void,
    private readonly suggestions: () => readonly string[],
  ) {
    byId("find-open").addEventListener("click", () => this.open());
    byId("find-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.lookup.stop());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  /** Opens with a question in it, if there is one; else with what was asked last, ready to be typed over. */
  open(text?: string): void {
    if (text !== undefined) this.input.value = text;
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
    this.input.select();
    this.typed();
  }

  private typed(): void {
    const text = this.input.value.trim();
    if (!text) {
      this.waiting = false;
      this.lookup.stop();
      this.offer();
      return;
    }
    this.waiting = true;
    this.hasty = false;
    this.lookup.later(text, (answer) => {
      this.waiting = false;
      this.show(answer);
      if (this.hasty) this.options[0]?.take();
    });
  }

  /** Before anything is typed: what can be asked, with names from this cluster. */
  private offer(): void {
    this.clear(t("find.try"));
    const heading = h("b", { "aria-hidden": "true" }, t("find.example"));
    const options = this.suggestions().map((text) =>
      this.option(h("span", { class: "mono" }, text), "", "example", () => this.open(text)),
    );
    this.list.append(h("div", { role: "group", "aria-label": t("find.example") }, heading, ...options));
    this.expand();
  }

  private show(answer: FoundAnswer | ErrorAnswer): void {
    if ("code" in answer) {
      this.clear(`${answer.message} ${answer.hint}`);
      return;
    }
    this.clear(answer.remark);
    for (const { title, total, found } of answer.groups) {
      const more = total > found.length ? ` ${t("find.of", { shown: found.length, total })}` : "";
      const heading = h("b", { "aria-hidden": "true" }, title, h("small", {}, more));
      const options = found.map((one) => this.found(one));
      this.list.append(h("div", { role: "group", "aria-label": `${title}${more}`, lang: "en" }, heading, ...options));
    }
    this.expand();
    this.activate(this.options.length ? 0 : -1);
  }

  private found(found: Found): HTMLElement {
    const title = h("span", { class: found.kind === "problem" ? "" : "mono" }, found.title);
    return this.option(title, found.detail, found.asks ? "flow" : found.kind, () => {
      this.dialog.close();
      this.chosen(found);
    });
  }

  private option(title: HTMLElement, detail: string, kind: string, take: () => void): HTMLElement {
    const id = `find-option-${this.options.length}`;
    const element = h("div", { role: "option", id, class: kind, "aria-selected": "false" }, title);
    if (detail) element.append(h("small", {}, detail));
    this.options.push({ element, take });
    return element;
  }

  private clear(note: string): void {
    this.note.textContent = note;
    this.note.hidden = !note;
    this.options = [];
    this.active = -1;
    this.list.replaceChildren();
    this.list.scrollTop = 0;
    this.input.removeAttribute("aria-activedescendant");
  }

  private expand(): void {
    this.input.setAttribute("aria-expanded", String(this.options.length > 0));
  }

  private key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const by = steps[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const count = this.options.length;
      const next = Math.abs(by) === 1 ? (this.active + by + count) % count : this.active + by;
      if (count) this.activate(Math.max(0, Math.min(count - 1, next)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.waiting) this.hasty = true;
      else this.options[this.active]?.take();
    }
  }

  private clicked(event: MouseEvent): void {
    const element = (event.target as Element).closest("[role=option]");
    this.options.find((option) => option.element === element)?.take();
  }

  private activate(index: number): void {
    this.options[this.active]?.element.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.options[index]?.element;
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }
}
