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
    ...labs.map((lab) => h("th", { scope: "col" }, lab)),
  );
  byId("rows").replaceChildren(h("thead", {}, head), h("tbody", {}, ...rows.map((row) => rowOf(row, labs))));
  byId("failing").replaceChildren(
    ...failing.map(({ lab, part, check, members }) =>
      h(
        "li",
        {},
        h("b", { class: "mono" }, check),
        t("class.failing", { lab, part, people: t("class.people", { count: members }) }),
      ),
    ),
  );
  byId("where").hidden = failing.length === 0;
}

function rowOf({ who, labs, at }: BoardRow, all: readonly string[]): HTMLElement {
  const cells = all.map((lab) => h("td", { class: lab === at ? "at" : "" }, ...square(labs[lab] ?? [])));
  return h("tr", {}, h("th", { scope: "row" }, who), ...cells);
}

/** How full the square is says the credit of the parts begun; a tick that all of them are done. */
function square(parts: readonly BoardPart[]): HTMLElement[] {
  if (parts.length === 0) return [h("span", { class: "visually-hidden" }, t("class.not-begun"))];
  const credit = parts.reduce((sum, part) => sum + (part.done ? 1 : part.credit), 0) / parts.length;
  const done = parts.every((part) => part.done);
  const failed = parts.flatMap((part) => part.failed);
  const words = done ? t("class.done") : progressOf(credit, failed);
  const fill = h("i", { class: `square${done ? " done" : failed.length ? " failing" : ""}`, title: words });
  fill.style.setProperty("--credit", String(credit));
  return [fill, h("span", { class: "visually-hidden" }, words)];
}

function progressOf(credit: number, failed: readonly string[]): string {
  const share = percent(Math.round(credit * 100) / 100);
  return failed.length ? t("class.fails", { share, checks: failed.join(", ") }) : share;
}
