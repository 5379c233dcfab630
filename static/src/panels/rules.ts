/** The rules that the packet met: the way to the one that acted, those that were passed, and where chance decided. */
import { byId, h } from "../dom";
import { branchList, percent, type TakeWay } from "../branches";
import type { Choice, Considered, RuleRef, Step } from "../protocol";
import type { View } from "./view";

const ENDINGS = new Set(["REJECT", "DROP"]);
const FOLDED = 7;

/** What a reader may do where chance decided. */
export interface OtherWays {
  readonly draw: () => void;
  readonly take: TakeWay;
}

export function showRules({ step, answer, at }: View, ways: OtherWays): void {
  const path = step.path.filter((rule) => rule.text !== step.matched?.text || rule.chain !== step.matched.chain);
  byId("rules-note").textContent = note(step, path.length);
  byId("rules-title").textContent = step.matched ? "Rule that did it" : "Rules";
  const parts: HTMLElement[] = [];
  if (path.length || step.matched) parts.push(ladder(path, step));
  answer.trace.choices.forEach((choice, index) => {
    if (choice.at === at) parts.push(chance(choice, index, ways));
  });
  if (step.considered.length) parts.push(passed(step.considered));
  if (parts.length === 0) parts.push(h("p", { class: "none" }, NO_RULE[step.kind] ?? "No rule acts here."));
  byId("rules-body").replaceChildren(...parts);
}

const NO_RULE: Partial<Record<Step["kind"], string>> = {
  nat: "No rule is asked: conntrack remembers this connection and translates as before.",
  netfilter: "No rule here wanted this packet, so it goes on.",
  route: "Routes decide here, not rules.",
  conntrack: "Connection tracking only remembers; rules come later.",
};

function note(step: Step, before: number): string {
  if (!step.matched) return "";
  const count = before + step.considered.length;
  return count === 0 ? "" : `${count} ${count === 1 ? "rule" : "rules"} before it`;
}

function ladder(path: readonly RuleRef[], step: Step): HTMLElement {
  const items = path.map(rung);
  if (items.length > FOLDED) {
    const middle = items.splice(3, items.length - 5);
    const fold = h(
      "li",
      { class: "fold" },
      h("details", {}, h("summary", {}, `${middle.length} more`), h("ol", { class: "rules" }, ...middle)),
    );
    items.splice(3, 0, fold);
  }
  if (step.matched) items.push(hit(step.matched));
  return h("ol", { class: "rules" }, ...items);
}

function rung(rule: RuleRef): HTMLElement {
  const taken = rule.probability == null ? conditionOf(rule.text) : `chance ${percent(rule.probability)}`;
  return h("li", { title: rule.text }, h("span", {}, rule.chain), h("small", {}, taken));
}

/** The rule in full; what it does in bold. */
function hit(rule: RuleRef): HTMLElement {
  const at = rule.text.search(/\s(?=-[jg] )/);
  const [when, does] = at < 0 ? [rule.text, ""] : [rule.text.slice(0, at + 1), rule.text.slice(at + 1)];
  const no = ENDINGS.has(rule.verdict ?? "") ? " no" : "";
  const place = `${rule.table}, rule ${rule.number} of ${rule.chain}`;
  return h("li", { class: `hit${no}`, "aria-current": "true", title: place }, when, h("b", {}, does));
}

/** The shortest thing that tells a rule from its neighbours. */
function conditionOf(text: string): string {
  return /--dport \S+|-d \S+|-m mark \S+ \S+|--ctstate \S+/.exec(text)?.[0] ?? "";
}

function passed(considered: readonly Considered[]): HTMLElement {
  const many = considered.length === 1 ? "1 rule did not fit" : `${considered.length} rules did not fit`;
  const items = considered.map(({ rule, failed }) =>
    h("li", {}, h("code", {}, rule.text), h("small", {}, "failed: ", h("code", {}, failed))),
  );
  return h("details", { class: "passed" }, h("summary", {}, many), h("ol", {}, ...items));
}

function chance(choice: Choice, index: number, { draw, take }: OtherWays): HTMLElement {
  const again = h("button", { class: "quiet", type: "button" }, "Draw again");
  again.addEventListener("click", draw);
  const list = branchList(choice, (option) => {
    if (option !== choice.picked) take(index, option);
  });
  return h("div", { class: "chance" }, h("h3", {}, "Chance picks one"), list, again);
}
