/** What one would type on a real cluster to see this step. Words are quoted for a shell, never run. */
import { byId, h } from "../dom";
import { copyButton } from "../clipboard";
import type { Command } from "../protocol";
import type { View } from "./view";
import { t } from "../i18n";

export function showCommands({ step }: View): void {
  const items = step.commands.map(item);
  byId("commands-body").replaceChildren(
    items.length ? h("ol", { class: "commands" }, ...items) : h("p", { class: "none" }, t("commands.none")),
  );
}

function item({ where, argv, output }: Command): HTMLElement {
  const line = shell(argv);
  const button = h(
    "button",
    { type: "button", class: "quiet", "aria-label": t("copy-what", { what: line }) },
    t("copy"),
  );
  copyButton(button, () => line);
  return h(
    "li",
    {},
    h("div", {}, h("small", {}, t("commands.on", { host: where })), button),
    h("code", {}, line),
    output ? h("pre", { tabindex: "0" }, output) : null,
  );
}

/** As Python's shlex.join. */
export function shell(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`)).join(" ");
}
