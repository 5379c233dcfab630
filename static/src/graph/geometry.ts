/** Points, boxes and polylines; nothing here knows what is drawn. */

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  w: number;
  h: number;
}

export const centre = (box: Box): Point => ({ x: box.x + box.w / 2, y: box.y + box.h / 2 });

export const around = (x: number, y: number, w: number, h: number): Box => ({
  x: x - w / 2,
  y: y - h / 2,
  w,
  h,
});

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

export function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.w <= outer.x + outer.w &&
    inner.y + inner.h <= outer.y + outer.h
  );
}

export function lengthOf(line: Point[]): number {
  return line.reduce((sum, point, i) => (i ? sum + distance(line[i - 1]!, point) : 0), 0);
}

/** The point at `share` (0..1) of the line's length. */
export function pointAt(line: Point[], share: number): Point {
  let left = lengthOf(line) * share;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const length = distance(a, b);
    if (left <= length) {
      const part = length ? left / length : 0;
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    }
    left -= length;
  }
  return line[line.length - 1]!;
}

/** Leave out points that repeat, or that lie on the straight way between their neighbours. */
export function simplify(line: Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of line) extend(kept, point);
  return kept;
}

/** Lead a line on to a point, in place. */
export function extend(line: Point[], point: Point): void {
  const [a, b] = [line[line.length - 2], line[line.length - 1]];
  if (b && distance(b, point) < 0.01) return;
  if (a && b && straightOn(a, b, point)) line.pop();
  line.push(point);
}

function straightOn(a: Point, b: Point, c: Point): boolean {
  const cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
  const dot = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
  return Math.abs(cross) < 0.01 && dot > 0;
}

/** A point of a line in its lane: where one arrives at it, and where one leaves it (elsewhere only after a U-turn). */
export interface InLane {
  arrive: Point;
  leave: Point;
}

/** The points of a line moved `by` to the right of its direction: the lane of the traffic that comes back. */
export function keepRight(line: Point[], by: number): InLane[] {
  const aside = line.slice(1).map((b, i) => {
    const a = line[i]!;
    const length = distance(a, b) || 1;
    return { x: (-(b.y - a.y) / length) * by, y: ((b.x - a.x) / length) * by };
  });
  const still = { x: 0, y: 0 };
  return line.map((point, i) => {
    const before = aside[i - 1] ?? aside[i] ?? still;
    const after = aside[i] ?? before;
    const turns = Math.abs(before.x * after.x + before.y * after.y) < 0.5 * by * by;
    const corner = { x: before.x + after.x, y: before.y + after.y };
    return { arrive: add(point, turns ? corner : before), leave: add(point, turns ? corner : after) };
  });
}

const add = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });
