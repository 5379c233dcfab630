/** What was found, as a card over the picture: what it is, and what to do with it. */
import { byId, h, icon } from "../dom";
import { t } from "../i18n";
import type { Found, Origin } from "../protocol";

export interface CardActions {
  from: (source: string) => void;
  to: (target: string) => void;
  manifest: (origin: Origin) => void;
  find: (question: string) => void;
}

const ICONS: Readonly<Record<string, string>> = { pod: "pod", workload: "pod", service: "service", node: "node" };

export class FoundCard {
  private readonly card = byId("found");
  private before: Element | null = null;

  constructor(private readonly actions: CardActions) {
    this.card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  /** `above`: what was found is in the lower half, and must not be covered. */
  show(found: Found, above: boolean): void {
    this.before ??= document.activeElement;
    const sign = ICONS[found.kind];
    this.card.className = `found ${found.kind}${above ? " above" : ""}`;
    this.card.setAttribute("aria-label", t("find.found", { what: found.title }));
    this.card.replaceChildren(
      h("header", {}, sign ? icon(sign) : null, h("b", { class: "mono" }, found.title), this.closing()),
      h("p", { lang: "en" }, found.detail),
      h("div", { class: "found-actions" }, ...this.buttons(found)),
    );
    this.card.hidden = false;
    this.card.querySelector<HTMLElement>(".found-actions button")?.focus();
  }

  close(): void {
    this.card.hidden = true;
    if (this.before instanceof HTMLElement) this.before.focus();
    this.before = null;
  }

  private closing(): HTMLElement {
    const button = h("button", { type: "button", class: "quiet round", "aria-label": t("find.close") }, "×");
    button.addEventListener("click", () => this.close());
    return button;
  }

  private buttons(found: Found): HTMLElement[] {
    const { from, to, origin } = found;
    const name = found.title;
    const asked = found.kind === "pod" || found.kind === "workload" || found.kind === "service";
    const machine = found.kind === "pod" || found.kind === "node";
    return [
      ...(from ? [action(t("find.from"), "strong", () => this.actions.from(from))] : []),
      ...(to ? [action(t("find.to"), "strong", () => this.actions.to(to))] : []),
      ...(origin?.file ? [action(t("find.manifests"), "", () => this.actions.manifest(origin))] : []),
      ...(asked ? [action(t("find.who"), "", () => this.actions.find(`who can reach ${name}`))] : []),
      ...(machine ? [action(t("find.segment"), "", () => this.actions.find(`beside ${name}`))] : []),
      ...(machine ? [action(t("find.connects"), "", () => this.actions.find(`what connects ${name}`))] : []),
    ];
  }
}

function action(words: string, look: string, act: () => void): HTMLElement {
  const button = h("button", { type: "button", class: look }, words);
  button.addEventListener("click", act);
  return button;
}
