/** Everything that is wrong with the manifests, by file and line. */
import { byId, h } from "../dom";
import type { Problem } from "../protocol";
import type { ManifestPanel } from "./manifest";
import { t } from "../i18n";

const ORDER = { error: 0, warning: 1, info: 2 };
const MOST = 300;

export function showProblems(problems: readonly Problem[], manifest: ManifestPanel): void {
  const sorted = [...problems].sort((one, other) => ORDER[one.level] - ORDER[other.level]);
  const count = sorted.filter((problem) => problem.level !== "info").length;
  const words = count === 0 ? t("problems.none") : t("problems.count", { count });
  const button = byId("problems-count");
  button.textContent = words;
  button.classList.toggle(
    "c-drop",
    sorted.some((problem) => problem.level === "error"),
  );
  const rest = sorted.length > MOST ? h("p", { class: "none" }, t("and-more", { count: sorted.length - MOST })) : null;
  const list = h("ul", { class: "problems" }, ...sorted.slice(0, MOST).map((problem) => item(problem, manifest)));
  byId("problems-body").replaceChildren(
    ...(sorted.length ? [list, ...(rest ? [rest] : [])] : [h("p", { class: "none" }, t("problems.nothing"))]),
  );
}

function item(problem: Problem, manifest: ManifestPanel): HTMLElement {
  const parts: (HTMLElement | null)[] = [
    h("div", {}, h("b", {}, t(`problems.${problem.level}`)), h("code", {}, problem.id)),
    h("p", { lang: "en" }, problem.message),
    problem.hint ? h("p", { class: "hint", lang: "en" }, problem.hint) : null,
  ];
  const { file, line } = problem;
  if (file) {
    const link = h(
      "button",
      { type: "button", class: "place mono" },
      line === null ? file : t("file-line", { file, line: String(line) }),
    );
    link.addEventListener("click", () => manifest.point({ file, line: line ?? 1 }));
    parts.push(link);
  }
  return h("li", { class: problem.level }, ...parts);
}
