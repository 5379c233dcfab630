/** Three small buttons in the corner, for who has no wheel. */
import { el } from "./dom";
import { t } from "../i18n";

export function controls(does: Readonly<Record<"in" | "out" | "fit" | "replay", () => void>>): HTMLElement {
  const button = (text: string, name: string, act: () => void): HTMLElement => {
    const made = el("button", "", text);
    made.type = "button";
    made.setAttribute("aria-label", name);
    made.addEventListener("click", act);
    return made;
  };
  const all = el("div", "picture-controls");
  all.append(
    button("+", t("picture.zoom-in"), does.in),
    button("−", t("picture.zoom-out"), does.out),
    button("⤢", t("picture.fit"), does.fit),
    button("↻", t("picture.replay"), does.replay),
  );
  all.addEventListener("mousedown", (event) => event.stopPropagation());
  all.addEventListener("touchstart", (event) => event.stopPropagation(), { passive: true });
  return all;
}
