/** The board: one row a student, one column a lab, a square that fills with the credit; under it where many fail. */
import { Desk } from "../classroom/desk";
import { tokenOf } from "../classroom/front";
import { byId, h } from "../dom";
import { percent, t } from "../i18n";
import type { Board, BoardPart, BoardRow, ClassBoot } from "../protocol";

const AGAIN = 3000;
const boot = JSON.parse(byId("netviz-class").textContent!) as ClassBoot;
const desk = new Desk(boot, tokenOf(location.hash));

void show();

async function show(): Promise<void> {
  const board = await desk.board().catch(() => undefined);
  byId("lost").hidden = board !== undefined;
  if (board === null) {
    byId("refused").hidden = false;
    return;
  }
  if (board) draw(board);
  setTimeout(() => void show(), AGAIN);
}

function draw({ labs, rows, failing }: Board): void {
  byId("empty").hidden = rows.length > 0;
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, t("class.who")),
    ...labs.map((lab) => h("th", { scope: "col" }, linkOf(lab))),
  );
  byId("rows").replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows.map((row) => rowOf(row, labs))));
  byId("failing").replaceChildren(
    ...failing.map(({ lab, part, check, members }) =>
      h(
        "li",
        {},
        h("b", { class: "people" }, t("class.people", { count: members })),
        h("span", {}, h("b", { class: "mono" }, check), t("class.failing", { part }), linkOf(lab)),
      ),
    ),
  );
  byId("where").hidden = failing.length === 0;
  byId("summary").textContent = summaryOf(rows);
}

/** How many are there, and how many have done all that they began. */
function summaryOf(rows: readonly BoardRow[]): string {
  const parts = rows.map(({ labs, at }) => labs[at] ?? []);
  const done = parts.filter((mine) => mine.length > 0 && mine.every((part) => part.done)).length;
  return rows.length ? t("class.board.summary", { people: t("class.people", { count: rows.length }), done }) : "";
}

/** A lab by its number and words, as its folder is called; it opens beside the board. */
function linkOf(lab: string): HTMLElement {
  const [, number, words] = /^0*(\d+)-(.+)$/.exec(lab) ?? [];
  const name = number && words ? `${number} · ${words.replaceAll("-", " ")}` : lab;
  return h("a", { href: `/labs/${encodeURIComponent(lab)}/`, target: "_blank", rel: "noreferrer" }, name);
}

function rowOf({ who, labs, at }: BoardRow, all: readonly string[]): HTMLElement {
  const cells = all.map((lab) => h("td", { class: lab === at ? "at" : "" }, ...square(labs[lab] ?? [], lab === at)));
  return h("tr", {}, h("th", { scope: "row" }, who), ...cells);
}

/** Where somebody is now, words say it, too. How full the square is says the credit of the parts begun; a tick that all of them are done. */
function square(parts: readonly BoardPart[], said: boolean): HTMLElement[] {
  if (parts.length === 0) return [h("span", { class: "visually-hidden" }, t("class.not-begun"))];
  const credit = parts.reduce((sum, part) => sum + (part.done ? 1 : part.credit), 0) / parts.length;
  const done = parts.every((part) => part.done);
  const failed = parts.flatMap((part) => part.failed);
  const words = done ? t("class.done") : progressOf(credit, failed);
  const fill = h("i", { class: `square${done ? " done" : failed.length ? " failing" : ""}`, title: words });
  fill.style.setProperty("--credit", String(credit));
  return [fill, h("span", { class: said ? "said" : "visually-hidden" }, words)];
}

function progressOf(credit: number, failed: readonly string[]): string {
  const share = percent(Math.round(credit * 100) / 100);
  return failed.length ? t("class.fails", { share, checks: failed.join(", ") }) : share;
}
