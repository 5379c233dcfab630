/** Flows that differ, each with what is different about it: a list for fixes and for copies. */
import { h } from "../dom";
import type { ChangedFlow } from "../protocol";
import { t } from "../i18n";

const WHAT: Readonly<Record<string, string>> = {
  verdict: t("flow.verdict"),
  endpoints: t("flow.endpoints"),
  source: t("flow.source"),
  path: t("flow.path"),
  allowed: t("flow.allowed"),
};

/** `trace` makes each flow a button. */
export function flowList(flows: readonly ChangedFlow[], trace?: (flow: ChangedFlow) => void): HTMLElement {
  return h("ul", { class: "flows" }, ...flows.map((flow) => h("li", {}, head(flow, trace), ...respects(flow))));
}

function head(flow: ChangedFlow, trace?: (flow: ChangedFlow) => void): HTMLElement {
  const spoken = flow.protocol === "TCP" || flow.protocol === "any" ? "" : ` ${flow.protocol}`;
  const words = `${flow.from} → ${flow.to}${spoken}`;
  if (!trace) return h("span", { class: "mono" }, words);
  const button = h("button", { type: "button", class: "mono", title: t("flow.trace") }, words);
  button.addEventListener("click", () => trace(flow));
  return button;
}

function respects({ respects: all }: ChangedFlow): HTMLElement[] {
  return all.map(({ what, old, new: now }) =>
    h("p", {}, `${WHAT[what] ?? what} `, h("s", {}, list(old)), " → ", h("b", {}, list(now))),
  );
}

const list = (words: readonly string[]): string => words.join(", ") || t("nobody");
