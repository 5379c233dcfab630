/** Words that are never cut: each label shows the longest of its names that fits where it stands, or none. */
import { h } from "./dom";

/** The names of labels, the longest first. */
const names = new WeakMap<HTMLElement, readonly string[]>();

export function label(tag: "b" | "small", className: string, choice: readonly string[]): HTMLElement {
  const made = h(tag, { class: `${className} label` });
  names.set(made, choice);
  return made;
}

/** Read and write in turns, all labels at once, so that the page is laid out once for each length of name. */
export function fitLabels(root: HTMLElement): void {
  let open = [...root.querySelectorAll<HTMLElement>(".label")];
  for (let length = 0; open.length; length += 1) {
    for (const one of open) one.textContent = names.get(one)?.[length] ?? "";
    open = open.filter((one) => one.textContent && one.scrollWidth > one.clientWidth);
  }
}
