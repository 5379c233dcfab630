import { describe, expect, it } from "vitest";
import { bothWays, legsAt, side } from "../src/bothways";
import type { Step } from "../src/protocol";
import { packet, step } from "./graph/fixtures";

const there = packet({ src: "10.244.1.2", dst: "10.96.0.10" });
const really = packet({ src: "10.244.1.2", dst: "10.244.2.3" });
const back = packet({ src: "10.244.2.3", dst: "10.244.1.2", flags: "SA" });
const disguised = packet({ src: "10.96.0.10", dst: "10.244.1.2", flags: "SA" });
const dnat = [{ field: "ip.dst", old: "10.96.0.10", new: "10.244.2.3" }];
const undo = [{ field: "ip.src", old: "10.244.2.3", new: "10.96.0.10" }];

const told: Step[] = [
  step("default/client", "socket", there),
  step("node-a", "receive", there),
  step("node-a", "nat", really, { changes: dnat }),
  step("node-a", "transmit", really),
  step("default/web", "deliver", really),
  step("default/web", "socket", back, { leg: 1 }),
  step("node-a", "receive", back, { leg: 1 }),
  step("node-a", "nat", disguised, { leg: 1, changes: undo, undoes: 2 }),
  step("node-a", "transmit", disguised, { leg: 1 }),
  step("default/client", "deliver", disguised, { leg: 1 }),
  step("default/client", "socket", there, { leg: 2 }),
].map((one, seq) => ({ ...one, seq }));

describe("both ways", () => {
  it("are the request and its answer, wherever one stands in them", () => {
    expect(legsAt(told, 2)).toEqual([0, 1]);
    expect(legsAt(told, 7)).toEqual([0, 1]);
    expect(legsAt(told, 10)).toEqual([2, null]);
  });

  it("go by the same machines, and the answer reads upwards", () => {
    const { places } = bothWays(told, 0);
    expect(places.map((place) => place.netns)).toEqual(["default/client", "node-a", "default/web"]);
    expect(places.map(({ rows }) => [rows[0]!.down!.at, rows[0]!.up!.at])).toEqual([
      [0, 9],
      [1, 8],
      [4, 5],
    ]);
  });

  it("mark a translation and the one that undoes it by the same letter", () => {
    const { rows } = bothWays(told, 0).places[1]!;
    expect(rows.map(({ down, up, pair }) => [down?.at, up?.at, pair])).toEqual([
      [1, 8, null],
      [2, 7, "A"],
    ]);
  });

  it("say where a packet ends that nobody answers", () => {
    const dropped = [
      ...told.slice(0, 2),
      { ...told[2]!, kind: "drop" as const, changes: [], cause: "rule-drop" as const },
    ];
    const { up, places } = bothWays(dropped, 0);
    expect(up).toBeNull();
    expect(places.at(-1)!.rows.at(-1)!.down!.kind).toBe("ends");
  });

  it("keep the order of both where machines differ", () => {
    expect(side(["a", "b"], ["x", "b", "y"], (one, other) => one === other)).toEqual([
      ["a", null],
      [null, "x"],
      ["b", "b"],
      [null, "y"],
    ]);
  });
});
