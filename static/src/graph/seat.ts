/** Where the envelope stands in its zone, and the tail from it to the packet's place. */
import type { Box, Point } from "./geometry";

export const SCALE = 1.06;

/** In the middle of the zone's height, at its left edge; it shrinks a little if the zone is lower than it is. */
export function seat(zone: Box, size: { w: number; h: number }, wish = SCALE): Box & { scale: number } {
  const scale = Math.min(wish, zone.w / size.w, (zone.h + 10) / size.h);
  const [w, h] = [size.w * scale, size.h * scale];
  return { x: zone.x, y: zone.y + (zone.h - h) / 2, w, h, scale };
}

/** A wedge with its foot on the nearest edge of the card and its tip short of the head. */
export function tail(card: Box, head: Point, gap = 18): Point[] {
  const half = 10;
  const [right, bottom] = [card.x + card.w, card.y + card.h];
  const clamp = (n: number, low: number, high: number): number => Math.max(low, Math.min(high, n));
  const below = head.y >= bottom;
  if (below || head.y <= card.y) {
    const y = below ? bottom - 1 : card.y + 1;
    const x = clamp(head.x, card.x + 26, right - 26);
    return [{ x: x - half, y }, { x: x + half, y }, short({ x, y }, head, gap)];
  }
  const x = head.x < card.x ? card.x + 1 : right - 1;
  const y = clamp(head.y, card.y + 30, bottom - 20);
  return [{ x, y: y - half }, { x, y: y + half }, short({ x, y }, head, gap)];
}

function short(from: Point, to: Point, gap: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.max(0.2, (length - gap) / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
