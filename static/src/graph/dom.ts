/** Small helpers for the HTML layer. Text is always text: names come from manifests. */
const SVG = "http://www.w3.org/2000/svg";

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  look = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (look) made.className = look;
  made.append(...children);
  return made;
}

export function svg(tag: string, attributes: Record<string, string | number>, ...children: Node[]): SVGElement {
  const made = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * Cytoscape writes a style element into the page unless one of this name is there, and a strict policy forbids that.
 * It would say what our own style sheet says of `.picture`.
 */
export function forestallStyle(): void {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const stand = el("meta");
  stand.id = id;
  document.head.append(stand);
}

export const path = (d: string): SVGElement => svg("path", { d });
