/** The grid: only what is in sight is drawn; one cell is the current one, moved by the arrows and by clicks. */
import { h } from "../dom";
import type { CellKind } from "../protocol";
import { theme } from "../themes";
import { nameOf, type Line, type Sheet } from "./lines";
import { axis, inSight, isRoomy, isWide, sizes, type Axis, type Sizes } from "./measure";
import { t } from "../i18n";

export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Source {
  cell(row: Line, column: Line): CellKind | null;
  /** The current cell is another one. */
  pointed(row: Line, column: Line): void;
  chosen(row: Line, column: Line): void;
}

/** Between the last column and the scroll bar; the gaps between namespaces are in it. */
const MARGIN = 40;
const NOBODY: Sheet = { rows: [], columns: [] };
const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

export class Grid {
  private sheet = NOBODY;
  private size: Sizes = sizes(0, 0, 0, 1);
  private across: Axis = axis([], 0, 0);
  private down: Axis = axis([], 0, 0);
  private at: Place = { row: 0, column: 0 };
  private drawn = "";
  private waiting = false;
  private scale = 1;
  private readonly canvas = h("div", { role: "presentation", class: "mx-canvas" });

  constructor(
    private readonly root: HTMLElement,
    private readonly source: Source,
  ) {
    root.append(this.canvas);
    root.addEventListener("scroll", () => this.soon(), { passive: true });
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("focus", () => this.point(this.at));
    root.addEventListener("click", (event) => {
      const place = placeOf(event.target);
      if (!place) return;
      this.point(place);
      this.choose();
    });
    root.addEventListener("mouseover", (event) => {
      const place = placeOf(event.target);
      if (place) this.source.pointed(...this.lines(place));
      this.light(place);
    });
    root.addEventListener("mouseleave", () => this.light(null));
    new ResizeObserver(() => this.measure()).observe(root);
  }

  show(sheet: Sheet): void {
    this.sheet = sheet;
    this.at = { row: 0, column: 0 };
    this.root.scrollTo(0, 0);
    this.root.setAttribute("aria-rowcount", String(sheet.rows.length + 1));
    this.root.setAttribute("aria-colcount", String(sheet.columns.length + 1));
    this.measure();
  }

  private measure(): void {
    const { rows, columns } = this.sheet;
    const letters = Math.max(0, ...columns.map((line) => line.title.length));
    this.scale = theme() === "projector" ? 1.5 : 1;
    this.size = sizes(columns.length, letters, this.root.clientWidth - MARGIN, this.scale);
    this.across = axis(columns, this.size.width, 8);
    this.down = axis(rows, this.size.height, this.size.band);
    this.root.classList.toggle("wide", isWide(this.size, this.scale));
    this.root.style.setProperty("--mx-side", `${this.size.side}px`);
    this.root.style.setProperty("--mx-head", `${this.size.head}px`);
    this.canvas.style.width = `${this.size.side + this.across.total}px`;
    this.canvas.style.height = `${this.size.head + this.down.total}px`;
    this.drawn = "";
    this.draw();
  }

  private soon(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  /** Draw what is in sight, if that is not what is drawn already. */
  private draw(): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.root;
    const rows = inSight(this.down, this.size.height, scrollTop, scrollTop + clientHeight);
    const columns = inSight(this.across, this.size.width, scrollLeft, scrollLeft + clientWidth);
    const above = this.sheet.rows[inSight(this.down, this.size.height, scrollTop, scrollTop, 0)[0]];
    const space = scrollTop > 0 ? (above?.namespace ?? "") : "";
    const window = `${rows} ${columns} ${space}`;
    if (window === this.drawn) return;
    this.drawn = window;
    const lines = this.sheet.rows.slice(...rows).map((line, index) => this.row(line, rows[0] + index, columns));
    this.canvas.replaceChildren(this.head(columns, space), ...this.bands(), ...lines);
    this.mark();
  }

  /** `space` is the namespace of the uppermost row, once its own heading is out of sight. */
  private head([first, last]: readonly [number, number], space: string): HTMLElement {
    const corner = h("div", { role: "columnheader", "aria-colindex": "1", class: "mx-corner" });
    corner.append(
      h("span", {}, `${t("matrix.who-asks")} ↓`, h("b", {}, space)),
      h("span", {}, `${t("matrix.who-is-asked")} →`),
    );
    const names = this.sheet.columns.slice(first, last).map((line, index) => {
      const label = { role: "columnheader", "aria-colindex": String(first + index + 2), "aria-label": nameOf(line) };
      const column = h("div", { ...label, class: classOf(line, "mx-column"), title: told(line) });
      column.append(h("span", {}, line.title));
      column.dataset["column"] = String(first + index);
      return put(column, this.size.side + this.across.starts[first + index]!, this.size.width);
    });
    const spaces = this.across.bands.map(({ at, end, name }) => {
      const label = h("div", { class: "mx-space", "aria-hidden": "true" }, h("span", {}, name));
      return put(label, this.size.side + at, end - at);
    });
    return h("div", { role: "row", "aria-rowindex": "1", class: "mx-head" }, corner, ...spaces, ...names);
  }

  private bands(): HTMLElement[] {
    return this.down.bands.map(({ at, name }) => {
      const band = h("div", { role: "presentation", class: "mx-band" }, h("span", { "aria-hidden": "true" }, name));
      band.style.top = `${this.size.head + at}px`;
      band.style.height = `${this.size.band}px`;
      return band;
    });
  }

  private row(line: Line, number: number, [first, last]: readonly [number, number]): HTMLElement {
    const name = h("div", { role: "rowheader", "aria-colindex": "1", class: "mx-name", title: told(line) });
    name.setAttribute("aria-label", nameOf(line));
    name.append(h("span", {}, line.title), h("small", {}, line.members.length > 1 ? t("matrix.alike") : line.note));
    const cells = this.sheet.columns.slice(first, last).map((column, index) => {
      const cell = this.cell(line, column);
      cell.id = `mx-${number}-${first + index}`;
      cell.dataset["row"] = String(number);
      cell.dataset["column"] = String(first + index);
      cell.setAttribute("aria-colindex", String(first + index + 2));
      return put(cell, this.size.side + this.across.starts[first + index]!, this.size.width);
    });
    const row = h("div", { role: "row", "aria-rowindex": String(number + 2), class: classOf(line, "mx-row") });
    row.append(name, ...cells);
    row.style.top = `${this.size.head + this.down.starts[number]!}px`;
    row.style.height = `${this.size.height}px`;
    return row;
  }

  private cell(row: Line, column: Line): HTMLElement {
    const kind = this.source.cell(row, column);
    const label = t("matrix.cell", {
      from: nameOf(row),
      to: nameOf(column),
      words: kind ? kind.words : t("matrix.itself"),
    });
    const cell = h("div", { role: "gridcell", "aria-label": label, class: `mx-cell ${kind?.open ?? "itself"}` });
    cell.append(h("i", { "aria-hidden": "true" }), h("span", { "aria-hidden": "true" }, this.word(kind)));
    return cell;
  }

  private word(kind: CellKind | null): string {
    if (!kind) return "";
    if (kind.open !== "some" || !isRoomy(this.size, this.scale)) return kind.open;
    return kind.words;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") this.choose();
    else if (event.key === "PageUp" || event.key === "PageDown") this.page(event.key === "PageUp" ? -1 : 1);
    else if (MOVES[event.key]) this.move(MOVES[event.key]!, event.ctrlKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move([down, right]: readonly [number, number], far: boolean): void {
    const whole = far && !Number.isFinite(right) ? right : down;
    this.point({ row: this.at.row + whole, column: this.at.column + right });
  }

  private page(direction: number): void {
    const seen = Math.floor((this.root.clientHeight - this.size.head) / this.size.height) - 1;
    this.point({ row: this.at.row + direction * Math.max(1, seen), column: this.at.column });
  }

  /** Make a cell the current one and bring it into sight. */
  private point({ row, column }: Place): void {
    const { rows, columns } = this.sheet;
    if (!rows.length || !columns.length) return;
    this.at = { row: clamp(row, rows.length), column: clamp(column, columns.length) };
    this.reveal();
    this.draw();
    this.mark();
    this.source.pointed(...this.lines(this.at));
  }

  private reveal(): void {
    const { root, size } = this;
    const left = this.across.starts[this.at.column]!;
    const top = this.down.starts[this.at.row]!;
    const room = { width: root.clientWidth - size.side, height: root.clientHeight - size.head };
    if (left < root.scrollLeft) root.scrollLeft = left;
    if (left + size.width > root.scrollLeft + room.width) root.scrollLeft = left + size.width - room.width;
    if (top - size.band < root.scrollTop) root.scrollTop = top - size.band;
    if (top + size.height > root.scrollTop + room.height) root.scrollTop = top + size.height - room.height;
  }

  /** Show which cell is the current one; what is not in sight is not there to be shown. */
  private mark(): void {
    const id = `mx-${this.at.row}-${this.at.column}`;
    this.canvas.querySelector(".mx-cell.at")?.classList.remove("at");
    const cell = document.getElementById(id);
    cell?.classList.add("at");
    if (cell) this.root.setAttribute("aria-activedescendant", id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  /** The heading of the column under the pointer; CSS does the row. */
  private light(place: Place | null): void {
    this.canvas.querySelector(".mx-column.on")?.classList.remove("on");
    const columns = this.canvas.querySelectorAll<HTMLElement>(".mx-column");
    if (place) [...columns].find((one) => Number(one.dataset["column"]) === place.column)?.classList.add("on");
  }

  private choose(): void {
    if (this.sheet.rows.length) this.source.chosen(...this.lines(this.at));
  }

  private lines({ row, column }: Place): [Line, Line] {
    return [this.sheet.rows[row]!, this.sheet.columns[column]!];
  }
}

function placeOf(target: EventTarget | null): Place | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>(".mx-cell") : null;
  return cell ? { row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) } : null;
}

function put(element: HTMLElement, left: number, width: number): HTMLElement {
  element.style.left = `${left}px`;
  element.style.width = `${width}px`;
  return element;
}

const told = (line: Line): string => `${nameOf(line)} (${line.note})`;
const classOf = (line: Line, name: string): string => (line.members.length ? name : `${name} outside`);
const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
