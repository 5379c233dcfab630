/** The line that caused it, in the file it stands in. Files come masked from the server, once each. */
import { byId, h } from "../dom";
import type { Origin } from "../protocol";
import { about } from "../subject";
import type { View } from "./view";
import { t } from "../i18n";

const AROUND = 4;

export class ManifestPanel {
  private readonly texts = new Map<string, Promise<string[] | null>>();
  private wanted = 0;
  /** Where files can be changed: goes to a line of one. */
  edit: { to(file: string, line: number): void; open(): boolean } | null = null;

  /** `source`: where files are asked for, or, where nobody can be asked, what is known of them. */
  constructor(private readonly source: string | ReadonlyMap<string, string>) {}

  show({ step }: View): void {
    const lines = distinct(step.origins.length ? step.origins : (step.matched?.origins ?? []));
    byId("manifest-title").textContent = lines.length ? t("manifest.because") : t("manifest.title");
    if (lines.length) void this.open(lines, 0);
    else this.say(nobodyWrote(step.origins[0] ?? step.matched?.origins?.[0]));
  }

  /** A file at a line, asked for by a problem, an explanation or a click in the picture; `acts` are what to do there. */
  point(
    origin: Pick<Origin, "file" | "line"> & Partial<Origin>,
    title = t("manifest.look"),
    acts: readonly HTMLElement[] = [],
  ): void {
    byId("manifest-title").textContent = title;
    void this.open([{ object: "", field: "", ...origin }], 0, acts);
    if (this.edit?.open()) this.edit.to(origin.file, origin.line ?? 1);
    else byId("manifest").scrollIntoView({ block: "nearest" });
  }

  /** Another state: its files may be others. */
  forget(): void {
    this.texts.clear();
  }

  private async open(origins: readonly Origin[], chosen: number, acts: readonly HTMLElement[] = []): Promise<void> {
    const ticket = (this.wanted += 1);
    const origin = origins[chosen]!;
    const text = await this.text(origin.file);
    if (ticket !== this.wanted) return;
    byId("manifest-note").textContent =
      origin.line === null ? origin.file : t("file-line", { file: origin.file, line: String(origin.line) });
    const parts: HTMLElement[] = [];
    if (text && origin.line !== null) parts.push(excerpt(text, origin.line, marked(origins, origin.file)));
    if (origin.field) parts.push(h("p", { class: "field" }, `${origin.object} · `, h("code", {}, origin.field)));
    if (origins.length > 1) parts.push(this.others(origins, chosen));
    const all = this.edit ? [...acts, this.editor(origin)] : acts;
    if (all.length) parts.push(h("div", { class: "acts" }, ...all));
    byId("manifest-body").replaceChildren(...parts);
  }

  private editor({ file, line }: Origin): HTMLElement {
    const button = h("button", { type: "button", class: "quiet" }, t("manifest.edit"));
    button.addEventListener("click", () => this.edit?.to(file, line ?? 1));
    return button;
  }

  private others(origins: readonly Origin[], chosen: number): HTMLElement {
    const items = origins.map((origin, index) => {
      const place = `${origin.file}:${origin.line ?? ""}`;
      const button = h(
        "button",
        { type: "button", "aria-pressed": String(index === chosen), title: place },
        origin.object || place,
      );
      button.append(h("small", { class: "mono" }, origin.field));
      button.addEventListener("click", () => void this.open(origins, index));
      return h("li", {}, button);
    });
    return h("ul", { class: "origins", "aria-label": t("manifest.lines") }, ...items);
  }

  private say(words: string): void {
    this.wanted += 1;
    byId("manifest-note").textContent = "";
    byId("manifest-body").replaceChildren(h("p", { class: "none" }, words));
  }

  private text(path: string): Promise<string[] | null> {
    const known = this.texts.get(path);
    if (known) return known;
    if (typeof this.source !== "string") return Promise.resolve(this.source.get(path)?.split("\n") ?? null);
    const address = this.source + path.split("/").map(encodeURIComponent).join("/");
    const asked = fetch(about(address)).then(
      async (answer) => (answer.ok ? (await answer.text()).split("\n") : null),
      () => null,
    );
    this.texts.set(path, asked);
    void asked.then((text) => text ?? this.texts.delete(path));
    return asked;
  }
}

/** Some things are taken to be there; most steps without a line are simply what Linux does. */
function nobodyWrote(origin: Origin | undefined): string {
  if (origin?.object) return t("manifest.assumed", { object: origin.object });
  return t("manifest.linux");
}

function distinct(origins: readonly Origin[]): Origin[] {
  const found = new Map(origins.map((origin) => [`${origin.file}:${origin.line}`, origin]));
  return [...found.values()].filter((origin) => origin.file);
}

const marked = (origins: readonly Origin[], file: string): Set<number | null> =>
  new Set(origins.filter((origin) => origin.file === file).map((origin) => origin.line));

/** A few lines around one; the indentation that all share is cut away. */
function excerpt(text: readonly string[], line: number, marks: ReadonlySet<number | null>): HTMLElement {
  const first = Math.max(1, line - AROUND);
  const shown = text.slice(first - 1, line + AROUND - 1);
  const indents = shown.filter((one) => one.trim()).map((one) => one.search(/\S/));
  const cut = indents.length ? Math.min(...indents) : 0;
  const rows = shown.map((content, index) => {
    const number = first + index;
    const here = number === line ? { class: "on", "aria-current": "true" } : { class: marks.has(number) ? "also" : "" };
    return h("span", here, h("u", {}, String(number)), `${content.slice(cut)}\n`);
  });
  return h("pre", { class: "yaml", tabindex: "0" }, ...rows);
}
