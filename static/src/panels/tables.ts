/** The kernel's tables that this step wrote or read: conntrack, neighbor, fdb. */
import { byId, h } from "../dom";
import type { View } from "./view";

const EVENTS: Record<string, string> = {
  created: "new",
  used: "found",
  confirmed: "kept",
  removed: "gone",
  updated: "changed",
};

export function showTables({ step }: View): void {
  const items = step.state.map(({ table, event, entry }) =>
    h(
      "li",
      { class: event },
      h("div", {}, h("b", {}, table), h("small", {}, EVENTS[event] ?? event)),
      h("code", {}, entry),
    ),
  );
  const section = byId("tables");
  section.hidden = items.length === 0;
  byId("tables-body").replaceChildren(h("ul", { class: "tables" }, ...items));
}
