/** The server's cleaned HTML as elements: read where no script runs, and only the tags of a lab's text are taken over. */
import { h } from "../dom";

const TAGS = new Set([
  "P", "EM", "STRONG", "CODE", "PRE", "UL", "OL", "LI", "BR", "H3", "H4", "BLOCKQUOTE",
  "TABLE", "THEAD", "TBODY", "TR", "TH", "TD",
]); // prettier-ignore

const LONGEST_NAME = 28;

/** The colour of a name or an address; nothing where it has none. */
export type ColourOf = (word: string) => string | null;

export function markup(html: string, colour: ColourOf = () => null): Node[] {
  const read = new DOMParser().parseFromString(html, "text/html");
  return [...read.body.childNodes].flatMap((node) => taken(node, colour));
}

/** The words without their markup, for names of things. */
export function plain(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}

function taken(node: Node, colour: ColourOf): Node[] {
  if (node.nodeType === Node.TEXT_NODE)
    return text(node.textContent ?? "", node.parentElement?.closest("pre") === null);
  if (!(node instanceof Element)) return [];
  const inside = [...node.childNodes].flatMap((child) => taken(child, colour));
  if (node.tagName === "A") return [link(node, inside)];
  if (!TAGS.has(node.tagName)) return inside;
  const made = document.createElement(node.tagName);
  made.append(...inside);
  if (node.tagName === "CODE" && node.parentElement?.tagName !== "PRE") {
    const role = colour(node.textContent ?? "");
    made.className = role ? `mono c-${role}` : "mono";
  }
  return [made];
}

/** A short name such as node-a stays on one line. */
function text(words: string, flows: boolean): Node[] {
  if (!flows) return [document.createTextNode(words)];
  return words
    .split(/(\S+-\S+)/)
    .filter(Boolean)
    .map((part) =>
      part.includes("-") && part.length <= LONGEST_NAME && !/\s/.test(part)
        ? h("span", { class: "unbroken" }, part)
        : document.createTextNode(part),
    );
}

function link(node: Element, inside: Node[]): HTMLElement {
  const href = node.getAttribute("href") ?? "";
  const safe = /^https?:\/\//.test(href);
  return h("a", { href: safe ? href : null, target: "_blank", rel: "noopener noreferrer" }, ...inside);
}
