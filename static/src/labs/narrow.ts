/** On a phone the picture stands below the text: whoever has asked is taken there, and back to the words. */
const NARROW = "(max-width: 820px)";

export const isNarrow = (): boolean => matchMedia(NARROW).matches;

export function bringIntoView(element: Element): void {
  if (!isNarrow()) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}
