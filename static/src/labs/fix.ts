/** Break and fix: an editor, and checks that run as somebody types, after a rest of 300 ms. */
import { byId, h, icon } from "../dom";
import { openEditor, type Editor } from "../editor";
import { own, t } from "../i18n";
import type { Checked, CheckState, LabTask, Scene } from "./api";
import { markup, plain, type ColourOf } from "./markup";
import { bringIntoView } from "./narrow";

const REST = 300;

export interface Mending {
  readonly task: LabTask;
  readonly colour: ColourOf;
  readonly nonce: string;
  /** Files as they were left the last time. */
  readonly kept: Readonly<Record<string, string>>;
  check(files: Record<string, string>): Promise<Checked | null>;
  show(files: Record<string, string>, check: string): Promise<Scene | null>;
  play(scene: Scene): void;
  changed(files: Record<string, string>): void;
  done(checked: Checked): void;
}

export class Fix {
  readonly root: HTMLElement;
  private readonly count = h("span", {});
  private readonly rows = new Map<string, HTMLElement>();
  private readonly said = h("div", { class: "lab-said", role: "status", hidden: true });
  private editor: Editor | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  private gone = false;
  private opened = false;

  constructor(
    private readonly mending: Mending,
    tools: HTMLElement,
  ) {
    const { task, colour } = mending;
    for (const { id, must } of task.checks ?? [])
      this.rows.set(id, h("li", { class: "lab-check" }, h("b", {}, ...markup(must, colour))));
    const now = h("button", { class: "btn", type: "button", ...own() }, t("lab.check"));
    now.addEventListener("click", () => void this.run());
    this.root = h(
      "section",
      { class: "lab-ask", "aria-label": t("lab.checks") },
      h("p", { class: "lab-question" }, ...markup(task.text ?? "", colour)),
      h("h2", { class: "lab-checks-title", ...own() }, t("lab.checks"), " ", this.count),
      h("ul", { class: "lab-checks" }, ...this.rows.values()),
      this.said,
      h("div", { class: "lab-act" }, now, tools),
    );
    void this.open();
  }

  focus(): void {
    this.editor?.focus();
  }

  close(): void {
    this.gone = true;
    clearTimeout(this.timer);
    this.editor?.destroy();
    this.editor = null;
  }

  private async open(): Promise<void> {
    const { task, nonce, kept } = this.mending;
    const start = task.files ?? [];
    const changed = (): void => {
      if (this.editor) this.mending.changed(this.files());
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.run(), REST);
    };
    const editor = await openEditor(byId("lab-editor"), { files: start, nonce, changed });
    if (this.gone) {
      editor.destroy();
      return;
    }
    this.editor = editor;
    const left = start.map(({ path, text }) => ({ path, text: kept[path] ?? text }));
    if (left.some(({ text }, index) => text !== start[index]!.text)) editor.putFiles(left);
    byId("lab-reset").onclick = () => {
      this.editor?.putFiles(start);
      void this.run();
      this.editor?.focus();
    };
    await this.run();
  }

  private files(): Record<string, string> {
    return Object.fromEntries((this.editor?.files() ?? []).map(({ path, text }) => [path, text]));
  }

  /** The latest answer counts; one that was overtaken does not. */
  private async run(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.editor) return;
    const mine = (this.turn += 1);
    const files = this.files();
    for (const row of this.rows.values()) row.classList.add("running");
    const checked = await this.mending.check(files);
    if (mine !== this.turn || this.gone) return;
    for (const row of this.rows.values()) row.classList.remove("running");
    if (!checked) return;
    this.editor.setProblems(checked.problems);
    for (const state of checked.checks) this.tell(state, files);
    const holding = checked.checks.filter((one) => one.holds).length;
    this.count.textContent = t("lab.hold", { holding, count: checked.checks.length });
    this.said.hidden = checked.credit < 1;
    if (checked.credit < 1) {
      await this.openFirst(checked, files);
      return;
    }
    this.said.replaceChildren(...markup(checked.explanation, this.mending.colour));
    this.mending.done(checked);
    const shown = this.mending.task.flow ? "" : checked.checks.find((one) => one.trace)?.id;
    if (shown !== undefined) await this.play(shown, files);
  }

  /** To begin with, the picture shows what the first check that fails has to show. */
  private async openFirst({ checks }: Checked, files: Record<string, string>): Promise<void> {
    const failing = checks.find((one) => one.trace && !one.holds);
    if (failing && !this.opened) await this.play(failing.id, files);
  }

  private tell({ id, holds, said, hint, trace, step }: CheckState, files: Record<string, string>): void {
    const row = this.rows.get(id);
    if (!row) return;
    const name = row.querySelector("b")!;
    const state = holds === null ? "unknown" : holds ? "holds" : "fails";
    row.className = `lab-check ${state}`;
    row.setAttribute("aria-label", `${t(`lab.check.${state}`)}: ${name.textContent}`);
    const mark = h(
      "span",
      { class: "lab-mark", "aria-hidden": "true" },
      holds === null ? "–" : icon(holds ? "tick" : "cross"),
    );
    const open = h(
      "button",
      { type: "button", ...own() },
      step === null ? t("lab.trace") : t("lab.trace.step", { step: step + 1 }),
    );
    open.addEventListener("click", async () => {
      await this.play(id, files);
      bringIntoView(byId("picture"));
    });
    const rest = holds ? [] : [h("p", {}, ...markup(said)), hint ? h("p", {}, ...markup(hint)) : "", trace ? open : ""];
    row.replaceChildren(mark, h("div", {}, name, ...rest));
    open.title = plain(said);
  }

  private async play(id: string, files: Record<string, string>): Promise<void> {
    this.opened = true;
    const scene = await this.mending.show(files, id);
    if (scene && !this.gone) this.mending.play(scene);
  }
}
