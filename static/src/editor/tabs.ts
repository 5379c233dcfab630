/** The files of an editor as tabs, with what may be done to them. */
import { h, icon } from "../dom";
import { t } from "../i18n";
import { freeName, shortNames, whyNoPath } from "./files";

export interface TabsActions {
  open(path: string): void;
  add(path: string): void;
  rename(path: string, to: string): void;
  remove(path: string): void;
}

export interface Shown {
  readonly paths: readonly string[];
  readonly current: string | null;
  readonly changed: ReadonlySet<string>;
  /** How many errors and warnings a file has. */
  readonly troubles: ReadonlyMap<string, number>;
}

const MOVES: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export class Tabs {
  readonly root = h("div", { class: "files" });
  private readonly list = h("div", { class: "tabs", role: "tablist", "aria-label": t("editor.files") });
  private readonly naming = h("form", { class: "naming", hidden: true });
  private readonly name = h("input", { class: "mono", "aria-label": t("editor.name"), spellcheck: "false" });
  private readonly wrong = h("p", { role: "alert" });
  private shown: Shown = { paths: [], current: null, changed: new Set(), troubles: new Map() };
  private named: (path: string) => void = () => undefined;

  constructor(
    private readonly panel: string,
    private readonly act: TabsActions,
    mayArrange: boolean,
  ) {
    this.root.append(this.list);
    if (mayArrange) this.root.append(this.tools(), this.naming);
    this.naming.append(this.name, h("button", { class: "quiet" }, t("editor.name-it")), this.wrong);
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.naming.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    this.naming.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.naming.hidden = true;
      this.focus();
    });
  }

  show(shown: Shown): void {
    const held = this.list.contains(document.activeElement);
    this.shown = shown;
    const names = shortNames(shown.paths);
    this.list.replaceChildren(...shown.paths.map((path) => this.tab(path, names.get(path)!)));
    const current = this.list.querySelector('[aria-selected="true"]');
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (held) this.focus();
  }

  private focus(): void {
    this.list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  private tab(path: string, name: string): HTMLElement {
    const here = path === this.shown.current;
    const troubles = this.shown.troubles.get(path) ?? 0;
    const changed = this.shown.changed.has(path);
    const button = h(
      "button",
      { type: "button", role: "tab", title: path, tabindex: here ? "0" : "-1", "aria-selected": String(here) },
      h("span", { class: "mono" }, name),
      changed ? h("i", { class: "dot", "aria-hidden": "true" }) : null,
      changed ? h("span", { class: "visually-hidden" }, t("editor.not-saved")) : null,
      troubles ? h("b", { class: "count", "aria-hidden": "true" }, String(troubles)) : null,
      troubles ? h("span", { class: "visually-hidden" }, t("editor.troubles", { count: troubles })) : null,
    );
    button.setAttribute("aria-controls", this.panel);
    button.addEventListener("click", () => this.act.open(path));
    return button;
  }

  private tools(): HTMLElement {
    const tool = (name: string, sign: string, press: () => void): HTMLElement => {
      const button = h("button", { type: "button", class: "quiet round", "aria-label": name, title: name }, icon(sign));
      button.addEventListener("click", press);
      return button;
    };
    const { act } = this;
    return h(
      "div",
      { class: "file-tools" },
      tool(t("editor.new"), "add", () => this.ask(freeName(new Set(this.shown.paths)), act.add.bind(act))),
      tool(t("editor.rename"), "rename", () => {
        const { current } = this.shown;
        if (current !== null) this.ask(current, (to) => act.rename(current, to));
      }),
      tool(t("editor.remove"), "remove", () => {
        if (this.shown.current !== null) act.remove(this.shown.current);
      }),
    );
  }

  private ask(first: string, named: (path: string) => void): void {
    this.named = named;
    this.name.value = first;
    this.wrong.textContent = "";
    this.naming.hidden = false;
    this.name.focus();
    const end = first.lastIndexOf(".");
    this.name.setSelectionRange(first.lastIndexOf("/") + 1, end > 0 ? end : first.length);
  }

  private take(): void {
    const path = this.name.value.trim();
    const others = new Set(this.shown.paths);
    const same = path === this.shown.current && this.named !== this.act.add;
    const wrong = same ? null : whyNoPath(path, others);
    this.wrong.textContent = wrong ?? "";
    if (wrong) return;
    this.naming.hidden = true;
    if (!same) this.named(path);
  }

  private pressed(event: KeyboardEvent): void {
    const { paths, current } = this.shown;
    const at = paths.indexOf(current ?? "");
    const move = MOVES[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? paths.length - 1 : move === undefined ? -1 : at + move;
    if (!paths.length || (to < 0 && move === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    this.act.open(paths[(to + paths.length) % paths.length]!);
    this.focus();
  }
}
