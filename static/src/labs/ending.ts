/** What is told when a lab is done: what is easily believed and what is so, the real commands, and what comes next. */
import { h } from "../dom";
import { own, t } from "../i18n";
import type { Ending } from "./api";
import { markup, type ColourOf } from "./markup";
import { anotherSeed } from "./progress";

const LONGEST_WORD = 40;

export interface NextLab {
  readonly title: string;
  readonly url: string;
}

/** A command breaks between its words, and not at their hyphens: -s, node-a. */
const wordsOf = (command: string): (HTMLElement | string)[] =>
  command.split(/( )/).map((word) => (isName(word) ? h("span", { class: "unbroken" }, word) : word));

const isName = (word: string): boolean => word.includes("-") && word.length <= LONGEST_WORD;

export function ending(told: Ending, next: NextLab | null, score: string, colour: ColourOf): HTMLElement[] {
  const commands = h(
    "ul",
    { class: "lab-commands" },
    ...told.commands.map((one) => h("li", { class: "mono" }, ...wordsOf(one))),
  );
  const reading = told.reading.map(({ title, url }) =>
    h("li", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title)),
  );
  const parts: (HTMLElement | null)[] = [
    h("h1", { tabindex: "-1", ...own() }, t("lab.stays")),
    score ? h("p", { class: "lab-score", ...own() }, score) : null,
    told.think ? h("p", { class: "lab-think" }, ...markup(told.think, colour)) : null,
    told.truth ? h("p", { class: "lab-truth" }, ...markup(told.truth, colour)) : null,
    told.commands.length ? h("h2", own(), t("lab.real")) : null,
    told.commands.length ? commands : null,
    reading.length ? h("h2", own(), t("lab.read-on")) : null,
    reading.length ? h("ul", { class: "lab-reading" }, ...reading) : null,
    h(
      "div",
      { class: "lab-act", ...own() },
      next
        ? h("a", { class: "btn", href: next.url }, t("lab.next-lab", { title: next.title }))
        : h("a", { class: "btn", href: "/labs/" }, t("lab.map")),
      next ? h("a", { class: "lab-hint", href: "/labs/" }, t("lab.all")) : null,
      h("a", { class: "lab-hint", href: `?seed=${anotherSeed()}` }, t("lab.other-names")),
    ),
  ];
  return parts.filter((part) => part !== null);
}
