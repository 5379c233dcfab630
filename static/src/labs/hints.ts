/** Hints: a place, a field, the line. Each comes when it is asked for, and costs nothing. */
import { h } from "../dom";
import { own, t } from "../i18n";
import { markup, type ColourOf } from "./markup";

type Asking = (depth: number) => Promise<{ hint: string; more: boolean } | null>;

export function hints(count: number, ask: Asking, colour: ColourOf): HTMLElement {
  const list = h("ol", { class: "lab-hints", "aria-live": "polite" });
  const button = h("button", { class: "lab-hint", type: "button", hidden: count === 0, ...own() }, t("lab.hint"));
  let shown = 0;
  button.addEventListener("click", async () => {
    const found = await ask(shown);
    if (!found) return;
    shown += 1;
    list.append(h("li", {}, ...markup(found.hint, colour)));
    button.textContent = t("lab.hint.more");
    button.hidden = !found.more;
  });
  return h("div", { class: "lab-help" }, button, list);
}
