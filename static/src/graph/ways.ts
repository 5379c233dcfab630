/**
 * The lines that a packet can follow, as a small directed graph of named places.
 *
 * Directions are the law of the picture: in on the left, out on the right. A way that no directed line
 * allows falls back to the lines in either direction, so every pair of connected places has a way.
 */
import { distance, simplify, type Point } from "./geometry";

interface Place extends Point {
  out: Set<string>;
  into: Set<string>;
}

const NOWHERE: Point = { x: 0, y: 0 };

export class Ways {
  private places = new Map<string, Place>();

  add(id: string, x: number, y: number): void {
    this.places.set(id, { x, y, out: new Set(), into: new Set() });
  }

  has(id: string): boolean {
    return this.places.has(id);
  }

  at(id: string): Point {
    const { x, y } = this.places.get(id) ?? NOWHERE;
    return { x, y };
  }

  /** A line along all these places, one way. */
  line(...ids: string[]): void {
    for (let i = 1; i < ids.length; i++) {
      this.place(ids[i - 1]!).out.add(ids[i]!);
      this.place(ids[i]!).into.add(ids[i - 1]!);
    }
  }

  /** A cable: both ways. */
  cable(...ids: string[]): void {
    this.line(...ids);
    this.line(...ids.reverse());
  }

  /** The shortest drawn way between two places; empty if nothing connects them. */
  between(from: string, to: string): Point[] {
    if (!this.has(from) || !this.has(to)) return [];
    const found =
      this.search(from, to, (place) => [...place.out]) ??
      this.search(from, to, (place) => [...place.out, ...place.into]);
    return found ? simplify(found.map((id) => this.at(id))) : [];
  }

  private search(from: string, to: string, next: (place: Place) => string[]): string[] | null {
    const cost = new Map([[from, 0]]);
    const came = new Map<string, string>();
    const done = new Set<string>();
    const open = [from];
    while (open.length) {
      const here = takeCheapest(open, cost);
      if (here === to) return trace(came, to);
      if (done.has(here)) continue;
      done.add(here);
      const place = this.place(here);
      for (const id of next(place)) {
        const price = cost.get(here)! + distance(place, this.place(id)) + 0.001;
        if (price < (cost.get(id) ?? Infinity)) {
          cost.set(id, price);
          came.set(id, here);
          open.push(id);
        }
      }
    }
    return null;
  }

  private place(id: string): Place {
    const place = this.places.get(id);
    if (!place) throw new Error(`the picture has no place ${id}`);
    return place;
  }
}

function takeCheapest(open: string[], cost: Map<string, number>): string {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    if (cost.get(open[i]!)! < cost.get(open[best]!)!) best = i;
  }
  return open.splice(best, 1)[0]!;
}

function trace(came: Map<string, string>, to: string): string[] {
  const way = [to];
  for (let at = came.get(to); at !== undefined; at = came.get(at)) way.unshift(at);
  return way;
}
