import { describe, expect, it } from "vitest";
import type { Step } from "../../src/protocol";
import { answerOf, textsOf, type WholeTrace } from "../../src/replay/answer";

const step = (seq: number, leg: number) => ({ seq, leg }) as Step;
const trace = {
  flow: { source: "default/client", target: "web:80" },
  seed: 3,
  picks: [1],
  legs: [
    { kind: "request", steps: [step(0, 0), step(1, 0)] },
    { kind: "reply", steps: [step(2, 1)] },
  ],
} as unknown as WholeTrace;

describe("a whole trace as an answer", () => {
  it("has all steps in order, and is complete", () => {
    const answer = answerOf(trace);
    expect(answer.steps.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect([answer.total, answer.complete]).toEqual([3, true]);
  });

  it("is asked in the words of whoever asked, else in those of the flow", () => {
    expect(answerOf(trace, { from: "internet", to: "node-a:30080", protocol: "UDP" }).question).toMatchObject({
      from: "internet",
      to: "node-a:30080",
      protocol: "UDP",
      seed: 3,
      picks: [1],
    });
    expect(answerOf(trace).question).toMatchObject({ from: "default/client", to: "web:80", protocol: "TCP" });
  });
});

describe("lines of files", () => {
  it("stand at their numbers", () => {
    expect(
      textsOf({ "a.yaml": { "2": "two", "4": "four" } })
        .get("a.yaml")!
        .split("\n"),
    ).toEqual(["", "two", "", "four"]);
  });

  it("may be of any name", () => {
    expect(textsOf({ __proto__x: { "1": "x" }, constructor: { "1": "y" } }).get("constructor")).toBe("y");
  });
});
