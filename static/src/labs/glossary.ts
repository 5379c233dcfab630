/** Terms where they first appear: a dotted line under the word opens two lines and the shape that the picture has for it. */
import { h } from "../dom";
import { own, t } from "../i18n";

type Shape = "plate" | "plug" | "bridge" | "ticket" | "gate" | "arch" | "envelope" | "fence";

/** Its name in the catalogue, how it is written, and its shape. */
const TERMS = [
  ["namespace", "network namespaces?", "plate"],
  ["veth", "veths?", "plug"],
  ["bridge", "bridges?", "bridge"],
  ["conntrack", "conntrack", "ticket"],
  ["dnat", "DNAT", "gate"],
  ["masquerade", "[Mm]asquerad(?:e|ing)", "gate"],
  ["hook", "hooks?", "gate"],
  ["endpointslice", "EndpointSlices?", "arch"],
  ["clusterip", "ClusterIPs?", "arch"],
  ["podcidr", "podCIDRs?", "plate"],
  ["arp", "ARP", "plug"],
  ["kube-proxy", "kube-proxy", "gate"],
  ["nodeport", "NodePorts?|nodePorts?", "arch"],
  ["ttl", "[Tt]ime to live", "envelope"],
  ["vxlan", "VXLAN", "envelope"],
  ["headless", "headless Services?", "arch"],
  ["networkpolicy", "NetworkPolic(?:y|ies)", "fence"],
] as const satisfies readonly (readonly [string, string, Shape])[];

type Term = (typeof TERMS)[number];

const EVERY = new RegExp(`(?<![\\w-])(?:${TERMS.map(([, written]) => `(${written})`).join("|")})(?![\\w-])`, "g");
const LEFT_ALONE = "code, pre, a, button, .term-note";

/** The term that a word is, with the place of the word in a text. */
export function termsIn(text: string): readonly { readonly term: Term; readonly at: number; readonly word: string }[] {
  return [...text.matchAll(EVERY)].map((found) => {
    const which = found.slice(1).findIndex((group) => group !== undefined);
    return { term: TERMS[which]!, at: found.index, word: found[0] };
  });
}

/** Every term of these elements that `told` does not have yet becomes a button, once. */
export function explain(elements: Iterable<HTMLElement>, told: Set<string>): void {
  for (const element of elements) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts.filter((one) => !one.parentElement?.closest(LEFT_ALONE))) explained(text, told);
  }
}

function explained(text: Text, told: Set<string>): void {
  const words = text.data;
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const { term, at, word } of termsIn(words)) {
    if (told.has(term[0])) continue;
    told.add(term[0]);
    parts.push(words.slice(from, at), opening(term, word, text.parentElement!));
    from = at + word.length;
  }
  if (parts.length) text.replaceWith(...parts, words.slice(from));
}

/** The word as a button. What it opens stands below the paragraph, so that the sentence stays whole. */
function opening([name, , shape]: Term, word: string, around: Element): HTMLElement {
  const mark = h("span", { class: `term-shape ${shape}`, "aria-hidden": "true" });
  const id = `term-${name}`;
  const note = h(
    "div",
    { class: "term-note", id, role: "note", hidden: true, ...own() },
    mark,
    h("span", {}, t(`term.${name}`)),
  );
  const button = h("button", { class: "term", type: "button", "aria-expanded": "false", "aria-controls": id }, word);
  button.addEventListener("click", () => {
    note.hidden = !note.hidden;
    button.setAttribute("aria-expanded", String(!note.hidden));
  });
  const block = around.closest("p, li, blockquote, h3, h4, td") ?? around;
  if (block.tagName === "P") block.after(note);
  else block.append(note);
  return button;
}
