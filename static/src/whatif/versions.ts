/** The versions of a workspace: undo, redo, and a list to open, compare and restore from. */
import { answered } from "../ask";
import { h } from "../dom";
import { moment, t } from "../i18n";
import type { ErrorAnswer, VersionLine, Versions } from "../protocol";

interface Actions {
  /** Another version is in force. */
  changed(): Promise<void>;
  /** A version goes into the editor, not saved. */
  open(version: VersionLine): void;
  /** Where the present state is compared with a version. */
  comparison(version: VersionLine): string;
  refused(answer: ErrorAnswer): void;
}

export class VersionList {
  readonly undo = h("button", { type: "button", class: "quiet" }, t("edit.undo"));
  readonly redo = h("button", { type: "button", class: "quiet" }, t("edit.redo"));
  readonly opener = h("button", { type: "button", class: "quiet", "aria-expanded": "false" }, t("edit.versions"));
  readonly root = h("section", { class: "versions", "aria-label": t("edit.versions"), hidden: true });
  private known: Versions | null = null;
  private dirty = false;

  constructor(
    private readonly url: string,
    private readonly act: Actions,
  ) {
    this.undo.addEventListener("click", () => void this.post("undo"));
    this.redo.addEventListener("click", () => void this.post("redo"));
    this.opener.addEventListener("click", () => this.toggle(this.root.hasAttribute("hidden")));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.toggle(false);
      this.opener.focus();
    });
    this.draw();
  }

  /** What is not saved would be lost by an undo, so that waits. */
  unsaved(dirty: boolean): void {
    this.dirty = dirty;
    this.draw();
  }

  async load(): Promise<void> {
    const found = await answered<Versions>(`${this.url}/versions`);
    if ("code" in found) return;
    this.known = found;
    this.draw();
  }

  private toggle(open: boolean): void {
    this.root.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) void this.load();
  }

  private async post(what: string): Promise<void> {
    const found = await answered<Versions>(`${this.url}/${what}`, { method: "POST" });
    if ("code" in found) return this.act.refused(found);
    this.known = found;
    await this.act.changed();
    this.draw();
  }

  private draw(): void {
    const { known, dirty } = this;
    const now = known?.versions.find(({ number }) => number === known.current);
    const made = now ? madeBy(now) : null;
    this.undo.textContent = known?.undo && made ? t("edit.undo-what", { what: made }) : t("edit.undo");
    this.undo.disabled = dirty || !known?.undo;
    this.redo.disabled = dirty || !known?.redo;
    this.undo.title = this.redo.title = dirty ? t("edit.undo-waits") : "";
    const lines = known?.versions ?? [];
    const list = h("ol", {}, ...lines.map((line) => this.line(line, known!.current)));
    this.root.replaceChildren(lines.length ? list : h("p", { class: "none" }, t("edit.no-versions")));
  }

  private line(version: VersionLine, current: number): HTMLElement {
    const here = version.number === current;
    const acts = h("span", { class: "acts" });
    const name = t("edit.version", { number: String(version.number) });
    if (here) acts.append(h("b", {}, t("edit.in-force")));
    else {
      const open = this.button(t("edit.open"), `${t("edit.open")}: ${name}`, () => this.act.open(version));
      const restore = this.button(t("edit.restore"), `${t("edit.restore")}: ${name}`, () => {
        void this.post(`versions/${version.number}/restore`);
      });
      restore.disabled = this.dirty;
      const href = this.act.comparison(version);
      acts.append(open, h("a", { href, "aria-label": `${t("edit.compare")}: ${name}` }, t("edit.compare")), restore);
    }
    const when = h("time", { datetime: version.made }, moment(version.made));
    const words = `${madeBy(version)}, ${sizeOf(version)}`;
    return h("li", { "aria-current": here ? "true" : null }, h("b", {}, name), when, h("small", {}, words), acts);
  }

  private button(words: string, name: string, press: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "quiet", "aria-label": name }, words);
    button.addEventListener("click", press);
    return button;
  }
}

const sizeOf = ({ files, lines }: VersionLine): string =>
  `${t("count.files", { count: files })}, ${t("count.lines", { count: lines })}`;

const MADE_BY: Readonly<Record<string, string>> = {
  upload: t("edit.made.upload"),
  save: t("edit.made.save"),
  settings: t("edit.made.settings"),
  restore: t("edit.made.restore"),
};

const madeBy = ({ made_by }: VersionLine): string => MADE_BY[made_by] ?? made_by;
