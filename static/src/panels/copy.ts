/** A copy says so: the way back to its original, and which flows it answers otherwise. */
import { queryOf } from "../address";
import { answered } from "../ask";
import { byId, h } from "../dom";
import type { Boot, Changed, ChangedFlow } from "../protocol";
import type { Question } from "../session";
import { flowList } from "./flows";
import { t } from "../i18n";

export class CopyPanel {
  private readonly root = byId("copy");
  private readonly back = h("a", {}, t("copy.back"));
  private readonly look = h("button", { type: "button", class: "quiet" }, t("copy.look"));
  private readonly body = h("div", { role: "status" });

  constructor(
    private readonly boot: Pick<Boot, "workspaceUrl" | "original" | "originalUrl">,
    private readonly trace: (flow: ChangedFlow) => void,
  ) {
    if (!boot.originalUrl) return;
    this.root.hidden = false;
    this.back.href = boot.originalUrl;
    this.look.addEventListener("click", () => void this.compare());
    const words = t("copy.words");
    this.root.append(
      h("h2", {}, t("copy.title")),
      h("p", {}, words),
      h("p", { class: "acts" }, this.look, this.back),
      this.body,
    );
  }

  /** The way back leads to the same question. */
  show(question: Question | null): void {
    if (this.boot.originalUrl) this.back.href = this.boot.originalUrl + queryOf(question);
  }

  /** Another cluster: what was compared is of no use. */
  forget(): void {
    this.body.replaceChildren();
  }

  private async compare(): Promise<void> {
    this.look.disabled = true;
    this.body.replaceChildren(h("p", { class: "busy" }, t("copy.comparing")));
    const query = new URLSearchParams({ against: this.boot.original! });
    const found = await answered<Changed>(`${this.boot.workspaceUrl}/diff?${query}`);
    this.look.disabled = false;
    if ("code" in found) this.body.replaceChildren(h("p", {}, `${found.message} ${found.hint}`));
    else this.body.replaceChildren(h("p", {}, summary(found)), flowList(found.flows, this.trace));
  }
}

function summary({ flows, asked, unchecked }: Changed): string {
  const told = flows.length
    ? t("copy.changed", { flows: flows.length, count: asked })
    : t("copy.none", { count: asked });
  return unchecked ? told + t("copy.unchecked", { count: unchecked }) : told;
}
