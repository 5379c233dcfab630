/** Making elements. Text only ever goes in as text, whatever a manifest says. */
type Child = Node | string | null | undefined | false;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | null | undefined>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(isThere));
  return element;
}

/** An icon from the page's own sheet of symbols. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A sentence in which `this` is code; everything in it is text. */
export function prose(sentence: string): (HTMLElement | string)[] {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return [sentence];
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part));
}

/** A sentence whose names with a hyphen are not broken at the end of a line: node-a. */
export function unbroken(sentence: string): (HTMLElement | string)[] {
  return sentence.split(/(\S+-\S+)/).map((part, index) => (index % 2 ? h("span", { class: "unbroken" }, part) : part));
}

/** The element with this id; a page without it is a mistake of ours. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`This page has no #${id}`);
  return found as T;
}

const isThere = (child: Child): child is Node | string => child !== null && child !== undefined && child !== false;
