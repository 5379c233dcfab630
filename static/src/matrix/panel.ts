/** Who reaches whom: the matrix over the page, its filters, and what its current cell says. */
import { about } from "../subject";
import { answered } from "../ask";
import { byId, h } from "../dom";
import type { Matrix } from "../protocol";
import { Grid } from "./grid";
import { cellOf, foldable, MANY, nameOf, namespaces, sheet, type End, type Line } from "./lines";
import { probeOf, questionOfCell, type CellQuestion } from "./question";
import { t } from "../i18n";

export class MatrixPanel {
  private readonly dialog = byId<HTMLDialogElement>("matrix");
  private readonly space = byId<HTMLSelectElement>("matrix-namespace");
  private readonly name = byId<HTMLInputElement>("matrix-name");
  private readonly end = byId<HTMLSelectElement>("matrix-end");
  private readonly fold = byId<HTMLInputElement>("matrix-fold");
  private readonly note = byId("matrix-note");
  private readonly told = byId("matrix-told");
  private readonly grid: Grid;
  private matrix: Matrix | null = null;

  constructor(
    private readonly url: string,
    private readonly ask: (question: CellQuestion) => void,
  ) {
    this.grid = new Grid(byId("matrix-grid"), {
      cell: (row, column) => cellOf(this.matrix!, row, column),
      pointed: (row, column) => this.tell(row, column),
      chosen: (row, column) => this.choose(row, column),
    });
    byId("matrix-open").addEventListener("click", () => void this.open());
    byId("matrix-close").addEventListener("click", () => this.dialog.close());
    byId("matrix-filter").addEventListener("submit", (event) => event.preventDefault());
    for (const field of [this.space, this.end, this.fold]) field.addEventListener("change", () => this.fill());
    this.name.addEventListener("input", () => this.fill());
  }

  /** Another cluster: what was worked out for the one before is of no use. */
  forget(): void {
    this.matrix = null;
  }

  async open(): Promise<void> {
    if (!this.dialog.open) this.dialog.showModal();
    if (this.matrix) {
      byId("matrix-grid").focus({ preventScroll: true });
      return;
    }
    this.say(t("matrix.working"), "busy");
    const answer = await answered<Matrix>(about(this.url));
    if ("code" in answer) {
      this.say(`${answer.message} ${answer.hint}`, "refused");
      return;
    }
    this.matrix = answer;
    this.offer(answer);
    this.fill();
    byId("matrix-grid").focus({ preventScroll: true });
  }

  private offer(matrix: Matrix): void {
    const every = h("option", { value: "" }, t("matrix.all-namespaces"));
    this.space.replaceChildren(every, ...namespaces(matrix).map((name) => h("option", { value: name }, name)));
    const folds = foldable(matrix.workloads);
    byId("matrix-folding").hidden = !folds;
    this.fold.checked = folds && matrix.workloads.length > MANY;
  }

  private fill(): void {
    const { matrix } = this;
    if (!matrix) return;
    const filter = {
      namespace: this.space.value,
      name: this.name.value,
      end: this.end.value as End,
      fold: this.fold.checked,
    };
    const found = sheet(matrix, filter);
    const none = !found.rows.length || !found.columns.length;
    this.dialog.classList.toggle("empty", none);
    this.grid.show(none ? { rows: [], columns: [] } : found);
    this.told.textContent = t("matrix.point");
    const [words, mood] = remark(matrix, none);
    this.say(words, mood);
  }

  private say(words: string, mood: string): void {
    this.note.hidden = !words;
    this.note.textContent = words;
    this.note.className = `mx-note ${mood}`;
  }

  private tell(row: Line, column: Line): void {
    const kind = cellOf(this.matrix!, row, column);
    const question = questionOfCell(this.matrix!, row, column);
    const hint =
      typeof question === "string" ? question : t("matrix.trace", { protocol: question.protocol, to: question.to });
    this.told.replaceChildren(
      h("b", {}, nameOf(row)),
      " → ",
      h("b", {}, nameOf(column)),
      ": ",
      h("strong", { class: kind?.open ?? "itself" }, kind?.words ?? t("matrix.itself")),
      h("small", {}, hint),
      this.probe(column),
    );
  }

  private choose(row: Line, column: Line): void {
    this.tell(row, column);
    const question = questionOfCell(this.matrix!, row, column);
    if (typeof question === "string") return;
    this.go(question);
  }

  /** The kubelet's probe is a question as any other, and policies treat it as one of its own. */
  private probe(column: Line): HTMLElement | string {
    const question = probeOf(column);
    if (!question) return "";
    const button = h("button", { type: "button" }, t("matrix.probe"));
    button.title = t("matrix.from-to", { from: question.from, to: question.to });
    button.addEventListener("click", () => this.go(question));
    return button;
  }

  private go(question: CellQuestion): void {
    this.dialog.close();
    this.ask(question);
  }
}

/** What there is to say of the whole. */
function remark({ workloads, policies, enforced }: Matrix, none: boolean): [string, string] {
  if (!workloads.length) return [t("matrix.no-workloads"), "quiet"];
  if (none) return [t("matrix.no-such-name"), "quiet"];
  if (!policies) return [t("matrix.no-policy"), "quiet"];
  if (!enforced) return [t("matrix.not-enforced"), "warn"];
  return ["", ""];
}
