/** Everything that is wrong with the manifests, by file and line. */
import { byId, h } from "../dom";
import type { Problem } from "../protocol";
import type { ManifestPanel } from "./manifest";
import { t } from "../i18n";

/** Where nothing runs there is nothing to ask; say so before somebody tries. */
export function tellIfNothingRuns(pods: number): void {
  if (pods === 0 && !document.body.classList.contains("traced")) byId("say").textContent = t("problems.no-pods");
}

const ORDER = { error: 0, warning: 1, info: 2 };
/** So many of one kind are shown at first, and so many where somebody wants them all. */
const FEW = 3;
const MOST = 200;

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
  const list = h("ul", { class: "problems" }, ...kinds(sorted).flatMap((alike) => kind(alike, manifest)));
  byId("problems-body").replaceChildren(sorted.length ? list : h("p", { class: "none" }, t("problems.nothing")));
}

/** What it means, with an example, and how to mend it; beside the page, where nothing unsaved is left behind. */
export function problemLink(id: string): HTMLElement {
  const href = `/problems/${encodeURIComponent(id)}/`;
  return h("a", { href, target: "_blank", rel: "noopener", title: t("problems.what") }, h("code", {}, id));
}

/** Problems of one kind together, where the first of them stands. */
function kinds(sorted: readonly Problem[]): Problem[][] {
  const found = new Map<string, Problem[]>();
  for (const problem of sorted) {
    const name = `${problem.level} ${problem.id}`;
    found.set(name, [...(found.get(name) ?? []), problem]);
  }
  return [...found.values()];
}

/** The first few of a kind, and the rest on demand: a folder of a hundred charts must not bury what is wrong besides. */
function kind(alike: Problem[], manifest: ManifestPanel): HTMLElement[] {
  const few = alike.length > FEW + 1 ? FEW : alike.length;
  const shown = alike.slice(0, few).map((problem) => item(problem, manifest));
  const rest = alike.slice(few);
  return rest.length ? [...shown, more(rest, manifest)] : shown;
}

function more(rest: Problem[], manifest: ManifestPanel): HTMLElement {
  const [{ level, id }] = rest as [Problem];
  const words = h("summary", {}, t("problems.more", { count: rest.length }), " ", h("code", {}, id));
  const details = h("details", {}, words);
  const write = (): void => {
    const list = h("ul", { class: "problems" }, ...rest.slice(0, MOST).map((problem) => item(problem, manifest)));
    const left = rest.length > MOST ? h("p", { class: "none" }, t("and-more", { count: rest.length - MOST })) : "";
    details.append(list, left);
  };
  details.addEventListener("toggle", write, { once: true });
  return h("li", { class: `${level} more` }, details);
}

function item(problem: Problem, manifest: ManifestPanel): HTMLElement {
  const parts: (HTMLElement | null)[] = [
    h("div", {}, h("b", {}, t(`problems.${problem.level}`)), problemLink(problem.id)),
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
