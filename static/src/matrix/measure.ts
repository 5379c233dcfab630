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

/** Cells are as wide as all columns fit, between these; with the letters they grow for the projector. */
const NARROWEST = 48;
const WIDEST = 132;
/** From here on there is room for the words in full, and for headings that lie. */
const ROOMY = 76;
const LYING = 112;
const LETTER = 6.8;

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

/** Sizes for so many columns with headings of so many letters in a room of a width; larger for the projector. */
export function sizes(columns: number, letters: number, available: number, scale: number): Sizes {
  const side = Math.round(Math.min(236 * Math.sqrt(scale), Math.max(120, available * 0.36)));
  const fitting = Math.floor((available - side) / Math.max(1, columns));
  const width = Math.min(WIDEST * scale, Math.max(NARROWEST * scale, fitting));
  const standing = Math.min(170, 52 + letters * LETTER) * Math.sqrt(scale);
  const head = Math.round(width < LYING * scale ? standing : 68 * scale);
  const height = Math.round((width < LYING * scale ? 32 : 44) * scale);
  return { width: Math.round(width), height, head, side, band: Math.round(28 * scale) };
}

/** Whether cells have room for their words in full, and columns for headings that lie. */
export const isRoomy = ({ width }: Sizes, scale: number): boolean => width >= ROOMY * scale;
export const isWide = ({ width }: Sizes, scale: number): boolean => width >= LYING * scale;
