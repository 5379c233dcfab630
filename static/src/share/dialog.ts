/** Share: the link to exactly this, a code for phones, a frame for other sites, and everything that can be taken away. */
import { copyButton } from "../clipboard";
import { byId, h } from "../dom";
import type { Picture } from "../graph";
import type { Boot } from "../protocol";
import type { Answer } from "../state";
import { download } from "./download";
import { isLocal, embedPath, frameCode, fileName } from "./links";
import { traceQuery } from "./query";
import { drawn, painted } from "./picture";

export interface Shared {
  readonly boot: Boot;
  readonly picture: Picture;
  readonly answer: () => Answer | null;
  readonly at: () => number;
}

/** The forms of a trace, best first for a person: what it is called, and what it is good for. */
const FORMS = [
  ["html", "Replay", "one HTML file that plays this trace, offline too"],
  ["markdown", "Report", "Markdown for a ticket: question, verdict, why, steps"],
  ["pcapng", "Capture", "frames for Wireshark, one interface a device"],
  ["mermaid", "Diagram", "a sequence diagram in Mermaid"],
  ["json", "Data", "the whole trace as JSON"],
] as const;

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
    const close = h("button", { class: "quiet", type: "button" }, "Close");
    close.addEventListener("click", () => this.sheet.close());
    this.sheet.replaceChildren(
      h("header", {}, h("h2", { id: "share-title" }, "Share"), close),
      h("div", { class: "share-body" }, this.link(), this.frame(), this.files()),
    );
    this.sheet.showModal();
    this.sheet.querySelector<HTMLInputElement>("#share-link")?.select();
  }

  private link(): HTMLElement {
    const path = location.pathname + location.search + location.hash;
    const image = h("img", { alt: "The link as a QR code", src: `/api/v1/qr.svg?path=${encodeURIComponent(path)}` });
    const figure = h("figure", { class: "share-code" }, image);
    image.addEventListener("error", () => figure.replaceChildren(h("figcaption", {}, "Too long for a code.")));
    const local = isLocal(location.hostname)
      ? h(
          "p",
          { class: "share-note" },
          "It leads to this machine only. Start ",
          h("code", {}, "netviz serve --lan"),
          " to let others in.",
        )
      : null;
    const mine = this.shared.boot.editable ? "; only you may change anything" : "; nobody can change anything by it";
    return h(
      "section",
      { class: "share-link" },
      h(
        "div",
        {},
        h("h3", {}, h("label", { for: "share-link" }, "Link")),
        h("p", {}, "Opens exactly this: the same packet, step and view."),
        field("share-link", location.href, "Copy link"),
        h(
          "p",
          { class: "share-note" },
          `Whoever has it may read all manifests of this workspace${mine}. The values of Secrets were never kept.`,
        ),
        local,
      ),
      figure,
    );
  }

  private frame(): HTMLElement {
    const { embedSites: sites, embedUrl } = this.shared.boot;
    const path = embedPath(embedUrl, location.search, location.hash);
    const code = frameCode(location.origin + path);
    const who = sites.length
      ? h(
          "p",
          { class: "share-note" },
          "Sites that may show it: ",
          h("code", {}, sites.join(" ")),
          ". To look at, never to change.",
        )
      : h(
          "p",
          { class: "share-note" },
          "No site may show it yet: whoever runs NetViz lists those that may in ",
          h("code", {}, "NETVIZ_EMBED_ANCESTORS"),
          ".",
        );
    return h(
      "section",
      {},
      h("h3", {}, h("label", { for: "share-frame" }, "In a page of yours")),
      field("share-frame", code, "Copy code"),
      who,
    );
  }

  private files(): HTMLElement {
    const answer = this.shared.answer();
    const items = [
      this.image("SVG", "the picture as it is now, to scale and to print"),
      this.image("PNG", "the same for slides and chats"),
    ];
    if (answer) items.push(...FORMS.map(([form, name, what]) => this.file(answer, form, name, what)));
    return h(
      "section",
      {},
      h("h3", {}, "Take it away"),
      h("ul", { class: "share-files" }, ...items),
      answer ? null : h("p", { class: "share-note" }, "Send a packet, and its trace can be taken away, too."),
    );
  }

  private file(answer: Answer, form: string, name: string, what: string): HTMLElement {
    const address = `${this.shared.boot.traceUrl}${traceQuery(answer.question, location.search)}&format=${form}`;
    const link = h(
      "a",
      { href: address, download: form === "json" ? fileName(answer, "json") : "" },
      h("b", {}, name),
      h("small", {}, what),
    );
    return h("li", {}, link);
  }

  private image(kind: "SVG" | "PNG", what: string): HTMLElement {
    const button = h("button", { type: "button" }, h("b", {}, kind), h("small", {}, what));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const { picture, answer, at } = this.shared;
      const found = answer();
      const svg = drawn(picture.parts, found, at());
      download(
        kind === "SVG" ? new Blob([svg], { type: "image/svg+xml" }) : await painted(svg),
        fileName(found, kind.toLowerCase()),
      );
      button.disabled = false;
    });
    return h("li", {}, button);
  }
}

/** Text to be copied: in a field of its own, so that it can be copied by hand where nothing else works. */
function field(id: string, text: string, name: string): HTMLElement {
  const input = h("input", { id, class: "mono", readonly: true, value: text, spellcheck: "false" });
  input.addEventListener("focus", () => input.select());
  const button = h("button", { type: "button", class: "btn" }, name);
  copyButton(button, () => text);
  return h("div", { class: "share-field" }, input, button);
}
