/** Where rows and columns stand, and which of them are in sight. Pure. */
import type { Line } from "./lines";

/** The size of cells and headings, in pixels; `band` is what a namespace's name takes. */
export interface Sizes {
  readonly width: number;
  readonly height: number;
  readonly head: number;
  readonly side: number;
  readonly band: number;
}

export const NARROW: Sizes = { width: 48, height: 32, head: 168, side: 236, band: 28 };
export const WIDE: Sizes = { width: 132, height: 44, head: 72, side: 236, band: 28 };

/** `starts[i]` is where line i begins, `bands` where each namespace's name stands. */
export interface Axis {
  readonly starts: readonly number[];
  readonly bands: readonly { readonly at: number; readonly end: number; readonly name: string }[];
  readonly total: number;
}

/** Lines one after the other, each `size` long; before each namespace there is a gap for its name, if any. */
export function axis(lines: readonly Line[], size: number, gap: number): Axis {
  const starts: number[] = [];
  const bands: { at: number; end: number; name: string }[] = [];
  let at = 0;
  lines.forEach((line, index) => {
    if (index === 0 || lines[index - 1]!.namespace !== line.namespace) {
      bands.push({ at, end: at, name: line.namespace });
      at += gap;
    }
    starts.push(at);
    at += size;
    bands.at(-1)!.end = at;
  });
  return { starts, bands, total: at };
}

/** The lines between two places, a few more at both ends: from (included) and to (not included). */
export function inSight({ starts }: Axis, size: number, from: number, to: number, more = 3): [number, number] {
  let first = 0;
  while (first < starts.length && starts[first]! + size < from) first += 1;
  let last = first;
  while (last < starts.length && starts[last]! <= to) last += 1;
  return [Math.max(0, first - more), Math.min(starts.length, last + more)];
}

/** Cells with their words in full where all columns fit, else small ones; larger for the projector. */
export function sizes(columns: number, available: number, scale: number): Sizes {
  const chosen = columns * WIDE.width * scale + WIDE.side * scale <= available ? WIDE : NARROW;
  const entries = Object.entries(chosen).map(([name, value]) => [name, Math.round(value * scale)]);
  return Object.fromEntries(entries) as unknown as Sizes;
}

/** Whether cells have room for their words in full. */
export const isWide = ({ width, height }: Sizes): boolean => width > height * 2;
