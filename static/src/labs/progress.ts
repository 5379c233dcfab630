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
  /** Once done, it stays so, also when another variant is begun. */
  readonly finished?: boolean;
}

export type Course = Readonly<Record<string, LabProgress>>;

export const KEY = "netviz.labs";
const VERSION = 1;
const MOST_SEED = 999;

/** A variant that hardly any neighbour has. */
export const anotherSeed = (): number => 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! % MOST_SEED);

/** A lab is done when each of its screens is. */
export function isDone(lab: LabProgress | undefined, tasks: readonly string[]): boolean {
  if (!lab) return false;
  return lab.finished === true || tasks.every((task) => isOver(lab.done[task]));
}

/** A prediction is over with its answer, right or wrong; a fix with all of its credit. */
export const isOver = (done: Done | undefined): boolean =>
  done !== undefined && (done.credit >= 1 || done.answer !== undefined);

export function begun(lab: LabProgress | undefined): boolean {
  return lab !== undefined && Object.keys(lab.done).length > 0;
}

export function withDone(course: Course, slug: string, seed: number, task: string, done: Done): Course {
  const before = variant(course, slug, seed);
  return { ...course, [slug]: { ...before, done: { ...before.done, [task]: done } } };
}

/** What is known of a variant of a lab; of another one only that the lab is done. */
function variant(course: Course, slug: string, seed: number): LabProgress {
  const before = course[slug];
  if (before?.seed === seed) return before;
  return before?.finished ? { seed, done: {}, finished: true } : { seed, done: {} };
}

/** Of two records of one lab, the one in which more is done; of the same variant the better of each task. */
export function merged(mine: Course, theirs: Course): Course {
  const found: Record<string, LabProgress> = { ...mine };
  for (const [slug, lab] of Object.entries(theirs)) {
    const own = found[slug];
    found[slug] = own ? both(own, lab) : lab;
  }
  return found;
}

function both(own: LabProgress, other: LabProgress): LabProgress {
  const more = Object.keys(other.done).length > Object.keys(own.done).length ? other : own;
  const done = own.seed === other.seed ? better(own.done, other.done) : more.done;
  const held = { seed: more.seed, done };
  return own.finished || other.finished ? { ...held, finished: true } : held;
}

function better(own: LabProgress["done"], other: LabProgress["done"]): LabProgress["done"] {
  const found = { ...own };
  for (const [task, done] of Object.entries(other)) {
    if (!found[task] || found[task].credit < done.credit) found[task] = done;
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
    return this.held[slug]?.seed ?? anotherSeed();
  }

  /** The variant stays the same after a reload, also before anything is answered. */
  begin(slug: string, seed: number): void {
    if (!this.held[slug]) this.put({ ...this.held, [slug]: { seed, done: {} } });
  }

  finish(slug: string, seed: number): void {
    this.put({ ...this.held, [slug]: { ...variant(this.held, slug, seed), finished: true } });
  }

  /** `failed`: the checks that do not hold, for the board of a class. */
  set(slug: string, seed: number, task: string, done: Done, failed: readonly string[] = []): void {
    this.put(withDone(this.held, slug, seed, task, done));
    this.tell(slug, task, done, failed);
  }

  /** The board hears how things stand, also where that is no better than it was. */
  tell(slug: string, task: string, { credit, answer }: Done, failed: readonly string[]): void {
    report({
      lab: slug,
      part: task,
      done: isOver({ credit, ...(answer === undefined ? {} : { answer }) }),
      credit,
      failed,
    });
  }

  put(course: Course): void {
    this.held = course;
    browser.set(KEY, textOf(course));
    this.kept?.(course);
  }
}
