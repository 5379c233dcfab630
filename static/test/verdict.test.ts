import { describe, expect, it } from "vitest";
import type { Compared, Side } from "../src/protocol";
import { placeOf, verdictOf } from "../src/whatif/verdict";

const STEP: Side["steps"][number] = {
  leg: "request",
  netns: "node-b",
  device: "eth0",
  kind: "netfilter",
  hook: "FORWARD",
  verdict: "DROP",
  said: "A rule drops the packet.",
  badge: "verified",
  failed: true,
};
const LOST: Side = {
  disposition: "timeout",
  cause: null,
  server: null,
  explanation: null,
  steps: [STEP],
  fork: 0,
  refused: null,
};
const ARRIVED: Side = { ...LOST, disposition: "delivered", server: "default/web", steps: [{ ...STEP, failed: false }] };

const compared = (before: Side, after: Side): Compared => ({ before, after, same: false });

describe("verdictOf", () => {
  it("says how it ended and where, before and now", () => {
    expect(verdictOf(compared(LOST, ARRIVED))).toEqual({
      before: "timed out, at node-b eth0",
      now: "delivered, default/web answers",
      turned: true,
      good: true,
    });
  });

  it("turns also where somebody else answers", () => {
    expect(verdictOf(compared(ARRIVED, { ...ARRIVED, server: "default/other" })).turned).toBe(true);
    expect(verdictOf(compared(ARRIVED, ARRIVED)).turned).toBe(false);
  });

  it("says why a question cannot be asked any more", () => {
    const refused = { code: "unknown-pod", message: "There is no pod client.", hint: "" };
    const gone: Side = { ...LOST, disposition: null, steps: [], fork: null, refused };
    expect(verdictOf(compared(ARRIVED, gone)).now).toBe("cannot be asked: There is no pod client.");
  });
});

describe("placeOf", () => {
  it("is the machine and its device", () => {
    expect(placeOf({ ...STEP, netns: "default/web" })).toBe("web eth0");
    expect(placeOf({ ...STEP, device: null })).toBe("node-b");
  });
});
