/** Before and after, side by side: the verdict, the steps of both with the first that differs, and what else changes. */
import { answered } from "../ask";
import { h } from "../dom";
import { t } from "../i18n";
import { flowList } from "../panels/flows";
import type { Changed, ChangedFlow, Compared, ErrorAnswer, Side } from "../protocol";
import { objectList } from "./things";
import { placeOf, verdictOf } from "./verdict";

export type Which = "before" | "after";

interface Actions {
  /** Show one of the two in the picture, at a step. */
  show(which: Which, at: number | null): void;
  trace(flow: ChangedFlow): void;
}

/** The height of a column's name, which stays in sight. */
const HEAD = 34;
/** So many steps that are the same stay in sight before the first that differs. */
const ALIKE = 2;

export class Sides {
  readonly root = h("section", { class: "sides", role: "region", "aria-label": t("edit.sides") });
  private readonly verdict = h("div", { class: "verdict", role: "status" });
  private readonly which = h("div", { class: "which", role: "group", "aria-label": t("edit.picture-shows") });
  private readonly columns = h("div", { class: "columns" });
  private readonly rest = h("details", { class: "else" });
  private readonly buttons: Record<Which, HTMLButtonElement>;
  private readonly items: Record<Which, HTMLElement[]> = { before: [], after: [] };
  private readonly current: Record<Which, HTMLElement | undefined> = { before: undefined, after: undefined };
  private diffUrl: string | null = null;

  /** Without `act` there is no picture beside it. */
  constructor(private readonly act: Actions | null) {
    this.buttons = { before: this.chooser("before"), after: this.chooser("after") };
    this.which.append(h("span", {}, t("edit.picture-shows")), this.buttons.before, this.buttons.after);
    this.root.append(h("header", {}, this.verdict, act ? this.which : null), this.columns, act ? this.rest : "");
    this.rest.addEventListener("toggle", () => this.rest.open && void this.compareAll());
  }

  /** Nothing to compare, and why. */
  none(words: string): void {
    this.root.classList.add("none");
    this.verdict.replaceChildren(h("p", {}, words));
    this.items.before = this.items.after = [];
    this.columns.replaceChildren();
    this.rest.hidden = true;
  }

  busy(): void {
    this.root.setAttribute("aria-busy", "true");
  }

  /** `diffUrl` tells what else changes. */
  show(compared: Compared | ErrorAnswer, diffUrl: string | null): void {
    this.root.removeAttribute("aria-busy");
    if ("code" in compared) return this.none(`${compared.message} ${compared.hint}`);
    this.root.classList.remove("none");
    this.tell(compared);
    const alike = compared.same ? 0 : Math.max(0, (compared.after.fork ?? compared.before.fork ?? 0) - ALIKE);
    const lists = (["before", "after"] as const).map((which) => this.list(which, compared[which], alike));
    this.columns.replaceChildren(...lists);
    this.toFork();
    this.diffUrl = diffUrl;
    this.rest.hidden = false;
    if (this.rest.open) void this.compareAll();
    else this.rest.replaceChildren(h("summary", {}, t("edit.else")));
  }

  /** Which of the two the picture shows, and at which step. */
  mark(shown: Which, at: number): void {
    for (const which of ["before", "after"] as const) {
      this.buttons[which].setAttribute("aria-pressed", String(which === shown));
      this.current[which]?.removeAttribute("aria-current");
      this.current[which] = which === shown ? this.items[which][at] : undefined;
      this.current[which]?.setAttribute("aria-current", "step");
    }
  }

  private chooser(which: Which): HTMLButtonElement {
    const button = h("button", { type: "button", "aria-pressed": "false" }, t(`edit.${which}`));
    button.addEventListener("click", () => this.act?.show(which, null));
    return button;
  }

  private tell(compared: Compared): void {
    const { before, now, turned, good } = verdictOf(compared);
    this.verdict.className = `verdict ${good ? "good" : "bad"}`;
    if (compared.same) this.verdict.replaceChildren(h("p", {}, t("edit.same", { now })));
    else if (turned)
      this.verdict.replaceChildren(
        h("p", {}, h("s", {}, t("edit.was", { before })), " ", h("b", {}, t("edit.now", { now }))),
      );
    else this.verdict.replaceChildren(h("p", {}, t("edit.other-way", { now })));
  }

  private list(which: Which, side: Side, alike: number): HTMLElement {
    const items = side.steps.map((step, at) => {
      const fork = at === side.fork;
      const button = h(
        "button",
        { type: "button" },
        h("span", { class: "n" }, String(at + 1)),
        h("b", {}, placeOf(step)),
        h("span", {}, step.said),
        fork ? h("em", {}, t("edit.first-difference")) : null,
      );
      button.addEventListener("click", () => this.act?.show(which, at));
      return h("li", { class: fork ? "differs" : step.failed ? "failed" : "" }, button);
    });
    this.items[which] = items;
    const hidden = Math.min(alike, items.length);
    for (const item of items.slice(0, hidden)) item.classList.add("alike");
    const end = side.refused ? h("p", { class: "refused" }, side.refused.message, " ", side.refused.hint) : null;
    const list = h("ol", { "aria-label": t(which === "before" ? "edit.steps-before" : "edit.steps-after") }, ...items);
    return h("div", { class: `column ${which}` }, h("h3", {}, t(`edit.${which}`)), this.fold(hidden, list), list, end);
  }

  /** The steps that are the same come out by a click; in both columns at once. */
  private fold(hidden: number, list: HTMLElement): HTMLElement | null {
    if (!hidden) return null;
    const button = h("button", { type: "button", class: "quiet" }, t("edit.alike", { count: hidden }));
    button.addEventListener("click", () => {
      const open = this.columns.classList.toggle("whole");
      button.setAttribute("aria-expanded", String(open));
    });
    button.setAttribute("aria-expanded", String(this.columns.classList.contains("whole")));
    list.classList.add("hides");
    return button;
  }

  private toFork(): void {
    const fork = this.columns.querySelector<HTMLElement>(".differs");
    if (!fork) this.columns.scrollTop = 0;
    else this.columns.scrollTop = Math.max(0, fork.offsetTop - HEAD);
  }

  private async compareAll(): Promise<void> {
    const url = this.diffUrl!;
    const summary = h("summary", {}, t("edit.else"));
    this.rest.replaceChildren(summary, h("p", { class: "busy", role: "status" }, t("edit.comparing")));
    const found = await answered<Changed>(url);
    if (url !== this.diffUrl) return;
    if ("code" in found) this.rest.replaceChildren(summary, h("p", {}, `${found.message} ${found.hint}`));
    else {
      const words = t("edit.flows-change", { count: found.flows.length, all: found.asked });
      const more = found.unchecked ? ` ${t("edit.unchecked", { count: found.unchecked })}` : "";
      const list = flowList(found.flows, (flow) => this.act?.trace(flow));
      this.rest.replaceChildren(summary, h("p", { role: "status" }, words + more), list, objectList(found));
    }
  }
}
