/** Where somebody is in the course: how much is done, and what to go on with. Pure. */
import { begun, isDone, type Course } from "./progress";

export interface Listed {
  readonly slug: string;
  readonly tasks: readonly string[];
  readonly optional: boolean;
  readonly session: number | null;
}

export interface Overview {
  readonly done: number;
  readonly count: number;
  /** What was begun last in the course's order, else the next one on its way; null where nothing is left of it. */
  readonly next: Listed | null;
  readonly begun: boolean;
}

export function overviewOf(labs: readonly Listed[], course: Course): Overview {
  const over = (lab: Listed): boolean => isDone(course[lab.slug], lab.tasks);
  const open = labs.filter((lab) => !over(lab));
  const half = open.find((lab) => begun(course[lab.slug]));
  const next = half ?? open.find((lab) => !lab.optional && lab.session !== null) ?? null;
  return { done: labs.length - open.length, count: labs.length, next, begun: Object.values(course).some(begun) };
}
