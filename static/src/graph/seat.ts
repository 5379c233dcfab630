/** Where the envelope stands in its zone, and the tail from it to the packet's place. */
import type { Zone } from "./drawing";
import type { Box, Point } from "./geometry";

export const SCALE = 1.06;

/** In the middle of the zone's height, at its left edge; it shrinks a little if the zone is lower than it is. */
export function seat(zone: Box, size: { w: number; h: number }, wish = SCALE): Box & { scale: number } {
  const scale = Math.min(wish, zone.w / size.w, (zone.h + 10) / size.h);
  const [w, h] = [size.w * scale, size.h * scale];
  return { x: zone.x, y: zone.y + (zone.h - h) / 2, w, h, scale };
}

/** Longer than this the wedge would cover names; a thin line goes on from its tip. */
const LONGEST = 74;
const SHORT = 16;
/** Heads that stand this little below the gaps still get a straight tail. */
const ROUND = 4;

/** A wedge with its foot on the nearest edge of the card, and a leader from its tip to the head if that is far. */
export function tail(card: Box, head: Point, zone: Zone): { wedge: Point[]; leader: Point[] } {
  const half = 10;
  const [right, bottom] = [card.x + card.w, card.y + card.h];
  const below = head.y >= bottom;
  const beside = head.x < card.x || head.x > right;
  const upright = below || (head.y <= card.y && !beside);
  const foot = upright
    ? { x: clamp(head.x, card.x + 26, right - 26), y: below ? bottom - 1 : card.y + 1 }
    : { x: head.x < card.x ? card.x + 1 : right - 1, y: clamp(head.y, card.y + 14, bottom - 14) };
  const length = Math.hypot(head.x - foot.x, head.y - foot.y);
  const far = below && zone.until !== undefined && head.y > zone.until + ROUND;
  if (far) foot.x = nearest(zone.gaps ?? [], head.x) ?? foot.x;
  const knee = far ? { x: foot.x, y: zone.until! } : head;
  const tip = towards(foot, knee, Math.min(LONGEST, Math.max(length * 0.2, length - SHORT)));
  const [dx, dy] = upright ? [half, 0] : [0, half];
  const wedge = [{ x: foot.x - dx, y: foot.y - dy }, { x: foot.x + dx, y: foot.y + dy }, tip];
  const before = towards(head, far ? knee : tip, 1.4 * SHORT);
  const short = !far && Math.hypot(head.x - tip.x, head.y - tip.y) < 3 * SHORT;
  return { wedge, leader: short ? [] : far ? [tip, knee, before] : [tip, before] };
}

const clamp = (n: number, low: number, high: number): number => Math.max(low, Math.min(high, n));

const nearest = (all: number[], x: number): number | undefined =>
  all.reduce<number | undefined>((a, b) => (a === undefined || Math.abs(b - x) < Math.abs(a - x) ? b : a), undefined);

function towards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}
