/** Two states of a cluster: which objects are others, which flows, and one flow side by side. */
import { answered } from "../ask";
import { byId, h } from "../dom";
import { t } from "../i18n";
import { flowList } from "../panels/flows";
import type { Changed, ChangedFlow, Compared, CompareBoot } from "../protocol";
import { toggleDark } from "../themes";
import { Sides } from "../whatif/sides";
import { objectList } from "../whatif/things";

const boot = JSON.parse(byId("netviz-boot").textContent!) as CompareBoot;
const sides = new Sides(null);
const flows = byId("compare-flows");

byId("theme").addEventListener("click", () => toggleDark());
byId("compare-sides").append(sides.root);
sides.none(t("compare.choose"));
name("before", boot.before);
name("after", boot.after);
void load();

function name(which: "before" | "after", words: string): void {
  byId(`compare-${which}`).textContent = boot.versions ? t("edit.version", { number: words }) : words;
}

async function load(): Promise<void> {
  const found = await answered<Changed>(`${boot.apiUrl}/diff?${boot.query}`);
  if ("code" in found) {
    byId("compare-objects").replaceChildren(h("p", { role: "alert" }, `${found.message} ${found.hint}`));
    flows.replaceChildren();
    return;
  }
  byId("compare-objects").replaceChildren(objectList(found));
  const words = t("edit.flows-change", { count: found.flows.length, all: found.asked });
  const more = found.unchecked ? ` ${t("edit.unchecked", { count: found.unchecked })}` : "";
  flows.replaceChildren(
    h("p", { role: "status" }, words + more),
    flowList(found.flows, (flow) => void show(flow)),
  );
  document.documentElement.dataset["ready"] = "";
  if (found.flows[0]) await show(found.flows[0]);
}

async function show(flow: ChangedFlow): Promise<void> {
  const { from, to, protocol } = flow;
  sides.busy();
  byId("compare-flow").textContent = `${from} → ${to}`;
  const query = new URLSearchParams({ from, to, protocol });
  sides.show(await answered<Compared>(`${boot.apiUrl}/compare?${boot.query}&${query}`), null);
}
