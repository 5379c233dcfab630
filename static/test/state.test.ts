import { describe, expect, it } from "vitest";
import type { ServerMessage, TraceHead } from "../src/protocol";
import { NOTHING, unfinished, update, type Event, type State } from "../src/state";
import { packet, step } from "./graph/fixtures";

const question = { from: "default/client", to: "web:80", protocol: "TCP", seed: 0, picks: [], after: [] };
const trace = { key: "9f", legs: [], disposition: "delivered", choices: [] } as unknown as TraceHead;
const one = step("node-a", "route", packet({ src: "10.0.0.1", dst: "10.0.0.2" }));
const asked: Event = { type: "asked", id: "q1", question };
const begin: ServerMessage = { type: "trace.begin", id: "q1", trace, steps: 3 };
const stepped = (seq: number): ServerMessage => ({ type: "trace.step", id: "q1", seq, step: { ...one, seq } });
const told = (...events: Event[]): State => events.reduce(update, NOTHING);

describe("an answer", () => {
  it("gathers its steps in order and is complete at the end", () => {
    const state = told(asked, begin, stepped(0), stepped(1), stepped(2), {
      type: "trace.end",
      id: "q1",
      disposition: "delivered",
    });
    expect(state.answer!.steps.map((step) => step.seq)).toEqual([0, 1, 2]);
    expect(state.answer!.complete).toBe(true);
    expect(unfinished(state)).toBeNull();
  });

  it("takes no step twice and none out of order", () => {
    expect(told(asked, begin, stepped(0), stepped(0), stepped(2)).answer!.steps).toHaveLength(1);
  });

  it("stays while the next question waits, and when that is refused", () => {
    const state = told(asked, begin, stepped(0), { type: "asked", id: "q2", question });
    expect(state.answer!.steps).toHaveLength(1);
    const refused = update(state, { type: "error", id: "q2", code: "unknown-pod", message: "No.", hint: "Look." });
    expect(refused.answer!.steps).toHaveLength(1);
    expect(refused.refusal).toEqual({ code: "unknown-pod", message: "No.", hint: "Look." });
    expect(refused.asked).toBeNull();
  });

  it("is not disturbed by what belongs to another question", () => {
    const state = told(asked, begin, stepped(0));
    expect(update(state, { type: "trace.step", id: "q0", seq: 1, step: one })).toBe(state);
    expect(update(state, { type: "trace.begin", id: "q0", trace, steps: 1 })).toBe(state);
  });

  it("begins anew when the server begins it anew", () => {
    expect(told(asked, begin, stepped(0), begin).answer!.steps).toHaveLength(0);
  });
});

describe("what is unfinished when the line is open again", () => {
  it("is a question that was never answered", () => {
    expect(unfinished(told(asked))).toEqual({ start: "q1" });
  });

  it("is the rest of an answer, after the last step that came", () => {
    expect(unfinished(told(asked, begin, stepped(0), stepped(1)))).toEqual({ resume: "q1", key: "9f", after: 1 });
  });
});
