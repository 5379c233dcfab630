/** What the machine of this step remembers, table by table, as its tools print it; what this step touched stands out. */
import { byId, h } from "../dom";
import { entriesAt, EVENTS, TOOLS, type Entry } from "../graph/entries";
import { placeOf, type View } from "./view";

const MOST = 20;

export function showTables(view: View): void {
  const { step, answer, at } = view;
  const gone = step.state.filter(({ event }) => event === "removed");
  const here = entriesAt(answer.steps, at).filter(({ netns }) => netns === step.netns);
  const tables = [...new Set([...here, ...gone].map(({ table }) => table))];
  byId("tables").hidden = tables.length === 0;
  byId("tables-where").textContent = placeOf(step);
  const parts = tables.map((table) => {
    const rows = here.filter((entry) => entry.table === table);
    const left = gone
      .filter((change) => change.table === table)
      .map(({ entry }) => ({ text: entry, event: "removed", at }));
    const name = TOOLS[table] ?? table;
    return h(
      "div",
      {},
      h("h3", {}, name),
      h("ul", { class: "tables", "aria-label": name }, ...[...rows.slice(-MOST), ...left].map((row) => item(row, at))),
    );
  });
  byId("tables-body").replaceChildren(...parts);
}

function item({ text, event, at }: Pick<Entry, "text" | "event" | "at">, now: number): HTMLElement {
  const touched = at === now;
  return h(
    "li",
    { class: touched ? event : "", "aria-current": touched ? "true" : null },
    h("code", {}, text),
    touched ? h("small", {}, EVENTS[event] ?? event) : null,
  );
}
