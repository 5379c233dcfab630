/** The rules that the packet met: the way to the one that acted, those that were passed, and where chance decided. */
import { byId, h } from "../dom";
import { branchList, type TakeWay } from "../branches";
import type { Choice, Considered, RuleRef, Step } from "../protocol";
import { decides, elementOf, isNft, missedIn, partsOf } from "../ruletext";
import type { View } from "./view";
import { percent, t } from "../i18n";

const ENDINGS = new Set(["REJECT", "DROP", "reject", "drop"]);
const FOLDED = 7;

/** What a reader may do where chance decided. */
export interface OtherWays {
  readonly draw: () => void;
  readonly take: TakeWay;
}

export function showRules({ step, answer, at }: View, ways: OtherWays): void {
  const decided = decides(step);
  const path = step.path.filter(
    (rule) => !decided || rule.text !== step.matched?.text || rule.chain !== step.matched.chain,
  );
  byId("rules-note").textContent = decided ? note(step, path.length) : "";
  byId("rules-title").textContent = decided ? t("rules.did-it") : path.length ? t("rules.on-way") : t("rules.title");
  const parts: HTMLElement[] = [];
  if (path.length || decided) parts.push(ladder(path, decided ? step.matched : null));
  if (path.length && !decided) parts.push(h("p", { class: "none" }, t("rules.no-one")));
  answer.trace.choices.forEach((choice, index) => {
    if (choice.at === at) parts.push(chance(choice, index, ways));
  });
  if (step.considered.length) parts.push(passed(step.considered));
  if (parts.length === 0) parts.push(h("p", { class: "none" }, NO_RULE[step.kind] ?? t("rules.none")));
  byId("rules-body").replaceChildren(...parts);
}

const NO_RULE: Partial<Record<Step["kind"], string>> = {
  nat: t("rules.none.nat"),
  netfilter: t("rules.none.netfilter"),
  route: t("rules.none.route"),
  conntrack: t("rules.none.conntrack"),
};

function note(step: Step, before: number): string {
  if (!step.matched) return "";
  const count = before + step.considered.length;
  return count === 0 ? "" : t("rules.before", { count });
}

function ladder(path: readonly RuleRef[], matched: RuleRef | null): HTMLElement {
  const items = path.map(rung);
  if (items.length > FOLDED) {
    const middle = items.splice(3, items.length - 5);
    const fold = h(
      "li",
      { class: "fold" },
      h(
        "details",
        {},
        h("summary", {}, t("rules.more", { count: middle.length })),
        h("ol", { class: "rules" }, ...middle),
      ),
    );
    items.splice(3, 0, fold);
  }
  if (matched) items.push(hit(matched));
  return h("ol", { class: "rules" }, ...items);
}

function rung(rule: RuleRef): HTMLElement {
  if (isNft(rule)) return nftRung(rule);
  const taken =
    rule.probability == null ? conditionOf(rule.text) : t("choice.chance", { share: percent(rule.probability) });
  return h("li", { title: rule.text }, h("span", {}, rule.chain), h("small", {}, taken));
}

/** As nft list prints it, under its chain; with what a map had to say. */
function nftRung(rule: RuleRef): HTMLElement {
  const found = elementOf(rule);
  const said = found ? t("rules.map-has", found) : chanceOf(rule);
  return h(
    "li",
    { class: "nft" },
    h("span", {}, `chain ${rule.chain}`),
    code(rule),
    said ? h("small", {}, said) : null,
  );
}

const chanceOf = ({ probability }: RuleRef): string =>
  probability == null ? "" : t("choice.chance", { share: percent(probability) });

/** A rule's text; what it does in bold, its comment aside. */
function code(rule: RuleRef): HTMLElement {
  const { when, does, comment } = partsOf(rule);
  return h("code", {}, when, h("b", {}, does), comment ? h("i", {}, ` # ${comment}`) : null);
}

/** The rule in full. */
function hit(rule: RuleRef): HTMLElement {
  const no = ENDINGS.has(rule.verdict ?? "") ? " no" : "";
  const place = t("rules.place", { table: rule.table, number: String(rule.number), chain: rule.chain });
  const chain = isNft(rule) ? h("span", {}, `chain ${rule.chain}`) : null;
  return h("li", { class: `hit${no}`, "aria-current": "true", title: place }, chain, code(rule));
}

/** The shortest thing that tells a rule from its neighbours. */
function conditionOf(text: string): string {
  return /--dport \S+|-d \S+|-m mark \S+ \S+|--ctstate \S+/.exec(text)?.[0] ?? "";
}

function passed(considered: readonly Considered[]): HTMLElement {
  const many = t("rules.passed", { count: considered.length });
  const items = considered.map(({ rule, failed }) => {
    const set = missedIn(failed);
    const why = set
      ? h("small", {}, t("rules.not-in", { set }))
      : h("small", {}, t("rules.failed"), h("code", {}, failed));
    const chain = isNft(rule) ? h("span", {}, `chain ${rule.chain}`) : null;
    return h("li", {}, chain, h("code", {}, rule.text), why);
  });
  return h("details", { class: "passed" }, h("summary", {}, many), h("ol", {}, ...items));
}

function chance(choice: Choice, index: number, { draw, take }: OtherWays): HTMLElement {
  const again = h("button", { class: "quiet", type: "button" }, t("choice.again"));
  again.addEventListener("click", draw);
  const list = branchList(choice, (option) => {
    if (option !== choice.picked) take(index, option);
  });
  return h("div", { class: "chance" }, h("h3", {}, t("choice.picks")), list, again);
}
