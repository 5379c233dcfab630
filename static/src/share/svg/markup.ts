/** SVG as text. Whatever a manifest says goes in as text or as a quoted value, and never as markup. */

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML 1.0 has no way to write at all: most control characters, halves of pairs, the two that are no characters. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

export function escaped(text: string): string {
  return text.replace(UNWRITABLE, " ").replace(/[&<>"']/g, (sign) => MARKUP[sign]!);
}

export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

/** An element; `inside` is markup already. */
export function tag(name: string, attributes: Attributes, inside = ""): string {
  const told = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escaped(value!)}"`)
    .join("");
  return inside ? `<${name}${told}>${inside}</${name}>` : `<${name}${told}/>`;
}

/** Hundredths are enough for a line. */
export const short = (value: number): string => String(Math.round(value * 100) / 100);
