/** Share: the link to exactly this, a code for phones, a frame for other sites, and everything that can be taken away. */
import { copyButton } from "../clipboard";
import { byId, h, prose } from "../dom";
import type { Picture } from "../graph";
import { t } from "../i18n";
import type { Boot } from "../protocol";
import type { Answer } from "../state";
import { about } from "../subject";
import { download } from "../download";
import { embedPath, fileName, frameCode, isLocal } from "./links";
import { drawn, painted } from "./picture";
import { traceQuery } from "./query";

export interface Shared {
  readonly boot: Boot;
  readonly picture: Picture;
  readonly answer: () => Answer | null;
  readonly at: () => number;
}

/** The forms of a trace, those for people first. */
const FORMS = ["html", "markdown", "pcapng", "mermaid", "json"] as const;
type Form = (typeof FORMS)[number];

export class ShareDialog {
  private readonly button = byId<HTMLButtonElement>("share");
  private readonly sheet = h("dialog", { class: "share", "aria-labelledby": "share-title" });

  constructor(private readonly shared: Shared) {
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.addEventListener("click", () => this.open());
    this.sheet.addEventListener("close", () => this.button.focus());
    this.sheet.addEventListener("click", (event) => {
      if (event.target === this.sheet) this.sheet.close();
    });
    document.body.append(this.sheet);
  }

  private open(): void {
    const close = h("button", { class: "quiet", type: "button" }, t("share.close"));
    close.addEventListener("click", () => this.sheet.close());
    this.sheet.replaceChildren(
      h("header", {}, h("h2", { id: "share-title" }, t("share.title")), close),
      h("div", { class: "share-body" }, this.link(), this.frame(), this.files()),
    );
    this.sheet.showModal();
    this.sheet.querySelector<HTMLInputElement>("#share-link")?.select();
  }

  private link(): HTMLElement {
    const mine = this.shared.boot.editable ? t("share.link.mine") : t("share.link.theirs");
    const words = h(
      "div",
      {},
      h("h3", {}, h("label", { for: "share-link" }, t("share.link"))),
      h("p", {}, t("share.link.says")),
      field("share-link", location.href, t("share.link.copy")),
      note(mine),
      isLocal(location.hostname) ? note(t("share.local")) : null,
    );
    return h("section", { class: "share-link" }, words, this.code());
  }

  private code(): HTMLElement {
    const path = location.pathname + location.search + location.hash;
    const image = h("img", { alt: t("share.code"), src: `/api/v1/qr.svg?path=${encodeURIComponent(path)}` });
    const figure = h("figure", { class: "share-code" }, image);
    image.addEventListener("error", () => figure.replaceChildren(h("figcaption", {}, t("share.code.long"))));
    return figure;
  }

  private frame(): HTMLElement {
    const { embedSites: sites, embedUrl } = this.shared.boot;
    const address = location.origin + embedPath(embedUrl, location.search, location.hash);
    return h(
      "section",
      {},
      h("h3", {}, h("label", { for: "share-frame" }, t("share.frame"))),
      field("share-frame", frameCode(address, t("share.frame.title")), t("share.frame.copy")),
      note(sites.length ? t("share.frame.sites", { sites: sites.join(" ") }) : t("share.frame.none")),
    );
  }

  private files(): HTMLElement {
    const answer = this.shared.answer();
    const forms = answer ? FORMS.map((form) => this.file(answer, form)) : [];
    return h(
      "section",
      {},
      h("h3", {}, t("share.files")),
      h("ul", { class: "share-files" }, this.image("SVG"), this.image("PNG"), ...forms),
      answer ? null : note(t("share.files.none")),
    );
  }

  private file(answer: Answer, form: Form): HTMLElement {
    const asked = `${this.shared.boot.traceUrl}${traceQuery(answer.question, location.search)}`;
    const address = about(`${asked}&format=${form}`);
    const name = form === "json" ? fileName(answer, "json") : "";
    const link = h("a", { href: address }, h("b", {}, t(`share.${form}`)), h("small", {}, t(`share.${form}.says`)));
    link.download = name;
    return h("li", {}, link);
  }

  private image(kind: "SVG" | "PNG"): HTMLElement {
    const says = h("small", {}, t(kind === "SVG" ? "share.svg" : "share.png"));
    const button = h("button", { type: "button" }, h("b", {}, kind), says);
    button.addEventListener("click", async () => {
      button.disabled = true;
      await this.save(kind).catch(() => (says.textContent = t("share.failed")));
      button.disabled = false;
    });
    return h("li", {}, button);
  }

  private async save(kind: "SVG" | "PNG"): Promise<void> {
    const { picture, answer, at } = this.shared;
    const found = answer();
    const svg = drawn(picture.parts, found, at());
    const made = kind === "SVG" ? new Blob([svg], { type: "image/svg+xml" }) : await painted(svg);
    download(made, fileName(found, kind.toLowerCase()));
  }
}

const note = (words: string): HTMLElement => h("p", { class: "share-note" }, ...prose(words));

/** Text to be copied: in a field of its own, so that it can be copied by hand where nothing else works. */
function field(id: string, text: string, name: string): HTMLElement {
  const input = h("input", { id, class: "mono", readonly: true, value: text, spellcheck: "false" });
  input.addEventListener("focus", () => input.select());
  const button = h("button", { type: "button", class: "btn" }, name);
  copyButton(button, () => text);
  return h("div", { class: "share-field" }, input, button);
}
