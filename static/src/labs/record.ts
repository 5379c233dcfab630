/** How fault drills have gone so far, kept in this browser. */
import { browser } from "../storage";

export interface Held {
  readonly count: number;
  readonly credit: number;
  /** So many were named in a row, up to the last one. */
  readonly row: number;
  readonly best: number;
}

const NONE: Held = { count: 0, credit: 0, row: 0, best: 0 };
const KEY = "netviz.drills";

/** One more drill: all of it, half, or nothing. */
export function withGrade({ count, credit, row, best }: Held, grade: number): Held {
  const now = grade > 0 ? row + 1 : 0;
  return { count: count + 1, credit: credit + grade, row: now, best: Math.max(best, now) };
}

export function heldOf(text: string): Held {
  try {
    const read = JSON.parse(text) as Partial<Record<keyof Held, unknown>> | null;
    const number = (key: keyof Held): number => Math.max(0, Number(read?.[key]) || 0);
    return { count: number("count"), credit: number("credit"), row: number("row"), best: number("best") };
  } catch (unusable) {
    if (!(unusable instanceof SyntaxError)) throw unusable;
    return NONE;
  }
}

export const record = {
  get: (): Held => heldOf(browser.get(KEY) ?? "{}"),
  add(grade: number): Held {
    const now = withGrade(record.get(), grade);
    browser.set(KEY, JSON.stringify(now));
    return now;
  },
  forget: (): void => browser.remove(KEY),
};
