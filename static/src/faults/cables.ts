/** Cables of the picture as buttons for keys, and what is cut drawn as cut; the pointer picks the lines themselves. */
import { h } from "../dom";
import type { Picture } from "../graph";
import type { Cable } from "../graph/drawing";
import type { Point } from "../graph/geometry";
import { t } from "../i18n";

export const cutOf = (link: string): string => `link-cut:${link.slice(link.indexOf(":") + 1)}`;

/** Whose cable it is: a pod, or a machine. */
const ownerOf = (link: string): string => link.slice(link.indexOf(":") + 1).replace(/\/[^/]+$/, "");

/** In the middle of its last stretch: what comes before may be far from what it is plugged into. */
export function middleOf({ line }: Cable): Point {
  const [one, other] = [line.at(-2)!, line.at(-1)!];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

export class Cables {
  private readonly layer = h("div", { class: "layer cables" });
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private drawn = "";

  constructor(
    private readonly picture: Picture,
    private readonly flip: (fault: string) => void,
  ) {}

  draw(faults: readonly string[]): void {
    const { cy, drawing } = this.picture.parts;
    const cables = drawing.cables.filter(({ link }) => link !== undefined);
    this.place(cables);
    for (const { id, link } of cables) {
      const cut = faults.includes(cutOf(link!));
      this.buttons.get(link!)!.setAttribute("aria-pressed", String(cut));
      cy.getElementById(id).toggleClass("cut", cut);
    }
  }

  /** Anew only where something has moved, so that who is on a cable stays there. */
  private place(cables: readonly Cable[]): void {
    const { paper } = this.picture.parts;
    if (this.layer.parentElement !== paper) paper.append(this.layer);
    const looks = JSON.stringify(cables.map(({ link, line }) => [link, line]));
    if (looks === this.drawn) return;
    this.drawn = looks;
    const held = [...this.buttons].find(([, button]) => button === document.activeElement)?.[0];
    this.buttons.clear();
    for (const cable of cables) this.buttons.set(cable.link!, this.button(cable));
    this.layer.replaceChildren(...this.buttons.values());
    if (held !== undefined) this.buttons.get(held)?.focus({ preventScroll: true });
  }

  private button(cable: Cable): HTMLButtonElement {
    const { id, link } = cable;
    const name = t("faults.cut-of", { name: ownerOf(link!) });
    const button = h("button", { type: "button", class: "cable", "aria-label": name });
    const { x, y } = middleOf(cable);
    button.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    button.addEventListener("click", () => this.flip(cutOf(link!)));
    const point = (on: boolean): void => {
      this.picture.parts.cy.getElementById(id).toggleClass("pointed", on);
    };
    button.addEventListener("focus", () => point(true));
    button.addEventListener("blur", () => point(false));
    return button;
  }
}
