import { describe, expect, test } from "vitest";
import { isName, shares } from "../../src/classroom/bars";
import { follow, NOWHERE, reopened, stepOf } from "../../src/classroom/follow";
import type { ClassState } from "../../src/protocol";

const state = (revision: number, step: number, to = "http://web/"): ClassState => ({
  type: "class.state",
  revision,
  snapshot: "s",
  flow: { from: "a", to, protocol: "TCP" },
  seed: 0,
  step,
  poll: null,
  picks: [],
  after: [],
  faults: [],
  size: 0,
  blank: false,
});

describe("a follower", () => {
  const joined = follow(NOWHERE, state(5, 7));

  test("is where the class is", () => expect(stepOf(joined)).toBe(7));
  test("hears nothing twice, and nothing late", () => {
    expect(follow(joined, state(5, 9))).toBe(joined);
    expect(follow(joined, state(4, 9))).toBe(joined);
  });
  test("stays where it peeks while the class goes on", () => {
    const peeking = follow(joined, { type: "looked", at: 12 });
    expect(stepOf(follow(peeking, state(6, 8)))).toBe(12);
    expect(stepOf(follow(follow(peeking, state(6, 8)), { type: "returned" }))).toBe(8);
  });
  test("is with the class again where the class comes by, and with another packet", () => {
    const peeking = follow(joined, { type: "looked", at: 8 });
    expect(follow(peeking, state(6, 8)).peek).toBeNull();
    expect(follow(peeking, state(6, 2, "http://other/")).peek).toBeNull();
  });
  test("believes a server that was restarted and knows less", () => {
    expect(stepOf(follow(reopened(joined), state(3, 6)))).toBe(6);
  });
});

test("bars are as long as the votes, the most take all the room", () => {
  expect(shares([0, 0])).toEqual([0, 0]);
  expect(shares([2, 4, 1])).toEqual([0.5, 1, 0.25]);
});

describe("how a choice is set", () => {
  test("names and addresses as machines write them, words as people do", () => {
    for (const name of ["10.244.1.2", "node-a", "PREROUTING", "web-2", "eth0"]) expect(isName(name)).toBe(true);
    for (const words of ["yes", "It is delivered", "what is 10.0.0.1"]) expect(isName(words)).toBe(false);
  });
});
