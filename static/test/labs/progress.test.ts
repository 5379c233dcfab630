/** Progress in the labs: what counts as done, and two records made one. */
import { describe, expect, it } from "vitest";
import { begun, courseOf, isDone, merged, textOf, withDone, type Course } from "../../src/labs/progress";

const half: Course = { six: { seed: 7, done: { ending: { credit: 0, answer: 2, right: false } } } };

describe("progress", () => {
  it("is done when every task is: a prediction by its answer, a fix by all of its credit", () => {
    const more = withDone(half, "six", 7, "mend", { credit: 0.5 });
    expect(isDone(more["six"], ["ending", "mend"])).toBe(false);
    expect(isDone(withDone(more, "six", 7, "mend", { credit: 1 })["six"], ["ending", "mend"])).toBe(true);
    expect(begun(undefined)).toBe(false);
  });

  it("begins anew with another variant", () => {
    expect(withDone(half, "six", 8, "mend", { credit: 1 })["six"]).toEqual({ seed: 8, done: { mend: { credit: 1 } } });
  });

  it("is made one of two records, and nothing that is done is lost", () => {
    const theirs: Course = { six: { seed: 7, done: { mend: { credit: 1 } } }, eight: { seed: 1, done: {} } };
    const both = merged(half, theirs);
    expect(Object.keys(both["six"]!.done).sort()).toEqual(["ending", "mend"]);
    expect(both["eight"]).toEqual(theirs["eight"]);
  });

  it("keeps the better of two tries at a task", () => {
    const tried: Course = { six: { seed: 7, done: { mend: { credit: 0.25 } } } };
    const held: Course = { six: { seed: 7, done: { mend: { credit: 1 } } } };
    expect(merged(tried, held)).toEqual(held);
    expect(merged(held, tried)).toEqual(held);
  });

  it("stays done when another variant is begun", () => {
    const done: Course = { six: { seed: 7, done: { mend: { credit: 1 } }, finished: true } };
    const anew = withDone(done, "six", 8, "mend", { credit: 0 });
    expect(isDone(anew["six"], ["mend"])).toBe(true);
    expect(anew["six"]!.done).toEqual({ mend: { credit: 0 } });
    expect(isDone(merged(half, anew)["six"], ["ending", "mend"])).toBe(true);
  });

  it("comes back from its file, and from nothing else", () => {
    expect(courseOf(textOf(half))).toEqual(half);
    for (const text of ["", "{", "[]", "null", '{"version": 2, "labs": {}}']) expect(courseOf(text)).toBeNull();
    expect(courseOf('{"version": 1, "labs": {"six": {"seed": "x", "done": {}}}}')).toEqual({});
  });
});
