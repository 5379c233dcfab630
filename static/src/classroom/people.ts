/** Who is in the class, for the presenter: another name, out, in again, and the door. */
import { byId, h, icon } from "../dom";
import { t } from "../i18n";
import type { ClassClientMessage, ClassMember } from "../protocol";

export class People {
  private readonly list = byId("people-list");
  private readonly lock = byId<HTMLInputElement>("lock");

  constructor(private readonly send: (message: ClassClientMessage) => boolean) {
    this.lock.addEventListener("change", () => this.send({ type: "class.lock", locked: this.lock.checked }));
  }

  locked(locked: boolean): void {
    this.lock.checked = locked;
  }

  show(members: readonly ClassMember[]): void {
    if (this.list.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement) return;
    const none = h("li", { class: "none" }, t("class.nobody"));
    const ordered = [...members].sort(
      (one, other) => Number(other.here) - Number(one.here) || one.number - other.number,
    );
    this.list.replaceChildren(...(ordered.length ? ordered.map((member) => this.row(member)) : [none]));
  }

  private row({ member, number, name, removed, here }: ClassMember): HTMLElement {
    const who = name || t("class.guest", { number: String(number) });
    const field = h("input", {
      value: who,
      maxlength: "40",
      "aria-label": t("class.name-of", { who }),
      spellcheck: "false",
    });
    field.addEventListener("change", () => this.send({ type: "class.moderate", member, name: field.value }));
    const words = removed ? t("class.let-in", { who }) : t("class.remove", { who });
    const button = h(
      "button",
      { type: "button", class: "quiet", "aria-label": words, title: words },
      removed ? t("class.let-in.short") : icon("remove"),
    );
    button.addEventListener("click", () => this.send({ type: "class.moderate", member, removed: !removed }));
    const away = here || removed ? null : h("small", {}, t("class.away"));
    return h("li", { class: removed ? "removed" : here ? "here" : "" }, field, away, button);
  }
}
