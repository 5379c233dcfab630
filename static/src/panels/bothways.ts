/** The request going down beside its answer coming up; a line joins each translation with the one that undoes it. */
import { bothWays, type Cell, type Row } from "../bothways";
import { byId, h } from "../dom";
import { legTitle, roleOf } from "../timeline";
import { rowsOf, titleOf } from "../graph/titles";
import { address, type View } from "./view";
import { t } from "../i18n";

type Side = "down" | "up";

export class BothWaysPanel {
  private readonly body = byId("both-ways-body");
  private drawn: unknown = null;
  private legs = "";
  private cells: { at: number; leg: number; button: HTMLElement }[] = [];

  constructor(seek: (index: number) => void) {
    this.body.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-at]");
      if (button) seek(Number(button.dataset["at"]));
    });
  }

  show(view: View): void {
    const { answer, step, at } = view;
    const ways = bothWays(answer.steps, at);
    const legs = `${ways.down} ${ways.up}`;
    if (this.drawn !== answer || legs !== this.legs) this.draw(view, ways);
    this.drawn = answer;
    this.legs = legs;
    const here = this.cells.filter((cell) => cell.leg === step.leg && cell.at <= at);
    const last = here.reduce<(typeof here)[number] | null>(
      (best, one) => (best && best.at > one.at ? best : one),
      null,
    );
    for (const cell of this.cells) {
      if (cell === last) cell.button.setAttribute("aria-current", "step");
      else cell.button.removeAttribute("aria-current");
    }
  }

  private draw(view: View, { down, up, places }: ReturnType<typeof bothWays>): void {
    this.cells = [];
    const { legs } = view.answer.trace;
    const heads = [
      h("th", { scope: "col" }, legTitle(legs[down]), h("i", { "aria-hidden": "true" }, " ↓")),
      h(
        "th",
        { scope: "col" },
        up === null ? t("both.no-answer") : legTitle(legs[up]),
        up === null ? "" : h("i", { "aria-hidden": "true" }, " ↑"),
      ),
    ];
    const rows = places.flatMap((place) => place.rows);
    const before = { down: earlier(rows, "down"), up: earlier([...rows].reverse(), "up") };
    const groups = places.map(({ netns, rows }) => {
      const role = roleOf({ netns }, view.answer.steps[0]?.netns);
      const name = h(
        "tr",
        { class: "both-place" },
        h("th", { scope: "rowgroup", colspan: "2", class: `c-${role}` }, netns.split("/").at(-1)!),
      );
      return h("tbody", {}, name, ...rows.map((row) => this.row(row, before, view)));
    });
    const caption = h("caption", { class: "visually-hidden" }, t("both.caption"));
    this.body.replaceChildren(h("table", { class: "both" }, caption, h("thead", {}, h("tr", {}, ...heads)), ...groups));
  }

  private row(row: Row, before: Record<Side, Before>, view: View): HTMLElement {
    const cells = (["down", "up"] as const).map((side) => this.cell(row, side, before[side], view));
    return h("tr", { class: row.pair ? "paired" : "" }, ...cells);
  }

  private cell(row: Row, side: Side, before: Before, view: View): HTMLElement {
    const { [side]: cell, pair } = row;
    if (!cell) return h("td", {});
    const other = side === "down" ? row.up : row.down;
    const button = h(
      "button",
      {
        type: "button",
        "data-at": String(cell.at),
        class: cell.kind,
      },
      h("i", { class: "visually-hidden" }, spokenCell(cell, side, other, pair)),
      pair ? h("b", { class: "mark", "aria-hidden": "true" }, pair) : null,
      ...(cell.kind === "nat" ? translation(cell, view) : ends(cell, before.get(cell) ?? null, view)).map(unspoken),
    );
    this.cells.push({ at: cell.at, leg: cell.step.leg, button });
    return h("td", {}, button);
  }
}

/** What is seen of a cell; what is heard of it is a sentence of its own. */
function unspoken(seen: HTMLElement): HTMLElement {
  seen.ariaHidden = "true";
  return seen;
}

type Before = ReadonlyMap<Cell, Cell>;

/** The cell before each, in the order that the packet meets them. */
function earlier(rows: readonly Row[], side: Side): Before {
  const cells = rows.flatMap((row) => row[side] ?? []);
  return new Map(cells.slice(1).map((cell, index) => [cell, cells[index]!]));
}

const inner = ({ packet }: Cell) => packet.vxlan?.inner ?? packet;

/** Both ends of the packet as it passes; where they are as they were at the stop before, only that. */
function ends(cell: Cell, before: Cell | null, { roles }: View): HTMLElement[] {
  if (cell.kind === "ends") return [h("em", {}, t("both.ends"))];
  const [from, to] = rowsOf(inner(cell), []);
  if (before && sameEnds(cell, before)) return [h("small", {}, t("both.unchanged"))];
  const end = (words: string, { address: host, port }: NonNullable<typeof from>): HTMLElement =>
    h(
      "span",
      {},
      h("small", {}, words),
      address(host, roles),
      port === null ? "" : h("small", { class: "mono" }, `:${port}`),
    );
  return [end("", from!), end("→ ", to!)];
}

/** The packet after a cell is the one that the next place gets. */
const sameEnds = (one: Cell, other: Cell): boolean => {
  const [a, b] = [rowsOf(inner(one), []), rowsOf(inner(other), [])];
  return a.every((row, i) => row.address === b[i]!.address && row.port === b[i]!.port);
};

/** What a translation wrote over, and with what. */
function translation(cell: Cell, { roles }: View): HTMLElement[] {
  const changed = rowsOf(cell.packet, cell.changes).filter((row) => row.was);
  return changed.flatMap((row) => [
    h("em", {}, nameOf(cell)),
    h("s", { class: "mono" }, endOf(row.was!.address, row.was!.port)),
    h("span", {}, address(row.address, roles), row.port === null ? "" : h("small", { class: "mono" }, `:${row.port}`)),
  ]);
}

const endOf = (host: string, port: number | string | null): string => (port ? `${host}:${port}` : host);

function nameOf({ step, changes }: Cell): string {
  const to = changes.some(({ field }) => field === "ip.dst" || field.endsWith(".dport"));
  return `${step.undoes === null ? "" : "un-"}${to === (step.undoes === null) ? "DNAT" : "SNAT"}`;
}

function spokenCell(cell: Cell, side: Side, other: Cell | null, pair: string | null): string {
  const step = String(cell.at + 1);
  if (cell.kind === "ends") return t("both.spoken.ends", { step });
  if (cell.kind === "passes") {
    const { ip } = inner(cell);
    return t("both.spoken.passes", { packet: titleOf(inner(cell)), from: ip.src, to: ip.dst, step });
  }
  const changed = rowsOf(cell.packet, cell.changes).filter((row) => row.was);
  const words = changed.map((row) =>
    t("both.spoken.becomes", { old: endOf(row.was!.address, row.was!.port), new: endOf(row.address, row.port) }),
  );
  const partner = pair && other ? t(side === "down" ? "both.spoken.undone" : "both.spoken.undoes", at(other)) : "";
  const told = t("both.spoken.nat", { what: nameOf(cell), changes: words.join(", "), step });
  return `${pair ? `${pair}: ` : ""}${told}${partner}`;
}

const at = (cell: Cell): { step: string } => ({ step: String(cell.at + 1) });
