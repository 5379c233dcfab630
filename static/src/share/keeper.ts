/** Keeps what is being looked at, so that the address can say it, and brings it back from an address. */
import type { Picture } from "../graph";
import { seenIn, wordsOf, type Seen } from "./view";

export class Keeper {
  private panel: string | null = null;
  /** What an address has asked for, until there is something to look at. */
  private wanted: Seen | null;
  private readonly more = document.querySelector<HTMLDetailsElement>("details.more");

  constructor(
    private readonly picture: Picture,
    hash: string,
    changed: () => void,
  ) {
    this.wanted = seenIn(hash);
    for (const button of this.jumps()) {
      button.addEventListener("click", () => {
        this.panel = button.dataset["jump"]!;
        changed();
      });
    }
    this.more?.addEventListener("toggle", changed);
    picture.onLook(changed);
    picture.setLook(null, this.wanted.unfolded);
  }

  get words(): string {
    if (this.wanted) return wordsOf(this.wanted);
    const { look, unfolded } = this.picture.look;
    return wordsOf({ panel: this.panel, deep: this.more?.open ?? false, look, unfolded });
  }

  /** There is a step to look at: open what the address wants open, once. */
  restore(): void {
    const { wanted } = this;
    if (!wanted) return;
    this.wanted = null;
    if (this.more && wanted.deep) this.more.open = true;
    if (wanted.look) this.picture.setLook(wanted.look, []);
    if (wanted.panel) this.open(wanted.panel);
  }

  /** As a click on its name does, and then at once: a page that is still filling up would end a gentle scroll. */
  private open(panel: string): void {
    [...this.jumps()].find((button) => button.dataset["jump"] === panel)?.click();
    requestAnimationFrame(() =>
      document.getElementById(panel)?.scrollIntoView({ block: "start", behavior: "instant" }),
    );
  }

  private jumps(): NodeListOf<HTMLElement> {
    return document.querySelectorAll<HTMLElement>("[data-jump]");
  }
}
