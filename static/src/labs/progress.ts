/**
 * How far somebody is: kept in this browser, under a private link where they have one, and in a file that they may
 * take along. Pure but for `Progress`.
 */
import { report } from "../classroom/report";
import { browser } from "../storage";

export interface Done {
  /** What was answered: the number of a choice, or a number. */
  readonly answer?: number;
  readonly right?: boolean;
  /** How much of a task holds, from 0 to 1. */
  readonly credit: number;
}

export interface LabProgress {
  readonly seed: number;
  readonly done: Readonly<Record<string, Done>>;
}

export type Course = Readonly<Record<string, LabProgress>>;

export const KEY = "netviz.labs";
const VERSION = 1;
const MOST_SEED = 999;

/** A lab is done when each of its screens is. */
export function isDone(lab: LabProgress | undefined, tasks: readonly string[]): boolean {
  return (
    lab !== undefined &&
    tasks.every((task) => (lab.done[task]?.credit ?? 0) >= 1 || lab.done[task]?.answer !== undefined)
  );
}

export function begun(lab: LabProgress | undefined): boolean {
  return lab !== undefined && Object.keys(lab.done).length > 0;
}

export function withDone(course: Course, slug: string, seed: number, task: string, done: Done): Course {
  const before = course[slug]?.seed === seed ? course[slug]!.done : {};
  return { ...course, [slug]: { seed, done: { ...before, [task]: done } } };
}

/** Of two records of one lab, the one in which more is done; what the other has besides is added where the variant is the same. */
export function merged(mine: Course, theirs: Course): Course {
  const found: Record<string, LabProgress> = { ...mine };
  for (const [slug, lab] of Object.entries(theirs)) {
    const own = found[slug];
    if (own?.seed === lab.seed) found[slug] = { seed: lab.seed, done: { ...lab.done, ...own.done } };
    else if (!own || Object.keys(lab.done).length > Object.keys(own.done).length) found[slug] = lab;
  }
  return found;
}

/** What a text holds; null where it is none of ours. */
export function courseOf(text: string): Course | null {
  try {
    const read = JSON.parse(text) as { version?: unknown; labs?: unknown };
    if (read?.version !== VERSION || typeof read.labs !== "object" || read.labs === null) return null;
    const labs = Object.entries(read.labs as Record<string, unknown>).filter(([, lab]) => isLab(lab));
    return Object.fromEntries(labs) as Course;
  } catch (wrong) {
    if (wrong instanceof SyntaxError) return null;
    throw wrong;
  }
}

export const textOf = (course: Course): string => JSON.stringify({ version: VERSION, labs: course }, null, 1);

function isLab(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { seed, done } = value as { seed?: unknown; done?: unknown };
  if (!Number.isSafeInteger(seed) || typeof done !== "object" || done === null) return false;
  return Object.values(done).every((one) => typeof (one as { credit?: unknown } | null)?.credit === "number");
}

export class Progress {
  /** Where it is kept besides: what to call when it has changed. */
  kept: ((course: Course) => void) | null = null;
  private held: Course;

  constructor() {
    this.held = courseOf(browser.get(KEY) ?? "") ?? {};
  }

  get course(): Course {
    return this.held;
  }

  lab(slug: string): LabProgress | undefined {
    return this.held[slug];
  }

  /** The variant of a lab: the one that was begun, or another one than the neighbour's. */
  seedOf(slug: string, wanted: string | null): number {
    if (wanted !== null && /^\d{1,9}$/.test(wanted)) return Number(wanted);
    return this.held[slug]?.seed ?? 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! % MOST_SEED);
  }

  /** `failed`: the checks that do not hold, for the board of a class. */
  set(slug: string, seed: number, task: string, done: Done, failed: readonly string[] = []): void {
    this.put(withDone(this.held, slug, seed, task, done));
    this.tell(slug, task, done, failed);
  }

  /** The board hears how things stand, also where that is no better than it was. */
  tell(slug: string, task: string, { credit, answer }: Done, failed: readonly string[]): void {
    report({ lab: slug, part: task, done: credit >= 1 || answer !== undefined, credit, failed });
  }

  forget(slug: string): void {
    const { [slug]: _, ...rest } = this.held;
    this.put(rest);
  }

  put(course: Course): void {
    this.held = course;
    browser.set(KEY, textOf(course));
    this.kept?.(course);
  }
}
