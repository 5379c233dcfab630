/** Where a sheet that has been drawn once lies while the reader moves it about, and how long it will do. Pure. */
import type { Box, Point } from "./geometry";

export interface View {
  readonly pan: Point;
  readonly zoom: number;
}

export interface Size {
  readonly w: number;
  readonly h: number;
}

/** So much more than what is in view is drawn, on every side. */
export const BEYOND = 128;
/** Lines stand out of a drawing by so much, in its own measure. */
const OUTLINE = 16;
/** Beyond this the drawn sheet is too coarse even for a moment. */
const COARSE = 3;

/** What lies between the sheet as it was drawn and where it belongs now. */
export function shiftBetween(drawn: View, now: View): View {
  const zoom = now.zoom / drawn.zoom;
  return { zoom, pan: { x: now.pan.x - drawn.pan.x * zoom, y: now.pan.y - drawn.pan.y * zoom } };
}

/** The part of the drawing that a view shows in a frame of this size, in the drawing's measure. */
export function seenIn({ pan, zoom }: View, { w, h }: Size): Box {
  return { x: -pan.x / zoom, y: -pan.y / zoom, w: w / zoom, h: h / zoom };
}

/** All of the drawing that is in view now is on the sheet; both views are in the measure of the frame, without margin. */
export function covers(drawn: View, now: View, room: Size, drawing: Size): boolean {
  if (now.zoom / drawn.zoom > COARSE) return false;
  const wanted = meet(seenIn(now, room), around({ x: 0, y: 0, ...drawing }, OUTLINE));
  return wanted === null || holds(around(seenIn(drawn, room), BEYOND / drawn.zoom), wanted);
}

const around = ({ x, y, w, h }: Box, by: number): Box => ({ x: x - by, y: y - by, w: w + 2 * by, h: h + 2 * by });

function meet(one: Box, other: Box): Box | null {
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)];
  const w = Math.min(one.x + one.w, other.x + other.w) - x;
  const h = Math.min(one.y + one.h, other.y + other.h) - y;
  return w > 0 && h > 0 ? { x, y, w, h } : null;
}

/** With a hair's breadth, for sums of fractions. */
const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.01 &&
  inner.y >= outer.y - 0.01 &&
  inner.x + inner.w <= outer.x + outer.w + 0.01 &&
  inner.y + inner.h <= outer.y + outer.h + 0.01;
