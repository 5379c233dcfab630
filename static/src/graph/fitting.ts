/**
 * Which lines of text must be cut at the end of their place.
 *
 * Only those: each box that cuts its text is one more thing for the browser to put together in every frame of a
 * movement, and of a hundred lines one is too long. No text is measured for it, as that would lay out the page.
 */
import type { Line } from "./drawing";

/** A line, and the size up to which it is sure to fit into its place. */
export interface Fitting {
  readonly line: HTMLElement;
  readonly upTo: number;
}

export function trim(lines: readonly Fitting[], sizeOf: (basis: number) => number): void {
  for (const { line, upTo } of lines) line.classList.toggle("trimmed", sizeOf(basisOf(line)) > upTo);
}

/** As large as words.css writes it. */
const basisOf = ({ classList }: HTMLElement): number =>
  classList.contains("name") || classList.contains("title") ? 13 : classList.contains("head") ? 12 : 11;

/** What stays free on both sides together. */
const PADDING = 6;

export function fitsUpTo({ text, look }: Line, room: number): number {
  const mono = look.includes("mono");
  return (room - PADDING) / [...text].reduce((sum, letter) => sum + widthOf(letter, mono), 0);
}

/** How wide a letter is at most, in times of its size; those of other scripts may be wider than high. */
function widthOf(letter: string, mono: boolean): number {
  if (letter > "\u024f") return 1.4;
  if (mono) return 0.6;
  return /[mwMW@%]/.test(letter) ? 0.95 : /[A-Z]/.test(letter) ? 0.72 : /[.:,·ijl -]/.test(letter) ? 0.45 : 0.64;
}
