import { describe, expect, it } from "vitest";
import { compose } from "../../src/graph/compose";
import { keepPlaces, Memory } from "../../src/graph/memory";
import { podsIsland } from "../../src/graph/scene/fold";
import { large } from "./fixtures";

const ids = (all: { id: string }[]): string[] => all.map(({ id }) => id);
const named = (...names: string[]): { id: string }[] => names.map((id) => ({ id }));
const ROOM = { w: 1040, h: 716 };

describe("what stays keeps its place", () => {
  it("when others are added", () => {
    expect(ids(keepPlaces(["b", "d"], named("a", "b", "c", "d")))).toEqual(["b", "d", "a", "c"]);
  });

  it("when others go, whose places new ones take", () => {
    expect(ids(keepPlaces(["a", "b", "c"], named("b", "c", "x")))).toEqual(["x", "b", "c"]);
  });

  it("when a machine or a plate's pods are unfolded, and folded again", () => {
    const graph = large(60, 40);
    const memory = new Memory();
    const before = compose(graph, null, new Set(), ROOM, memory).drawing;
    const hidden = graph.hosts.at(-1)!.id;
    const first = [...before.plates.keys()][0]!;
    for (const open of [[hidden], [hidden, podsIsland(first)], []]) {
      const after = compose(graph, null, new Set(open), ROOM, memory).drawing;
      for (const id of open.filter((one) => one.startsWith("node:"))) expect(after.plates.has(id)).toBe(true);
      for (const shape of before.shapes.filter(({ kind }) => kind === "pod" || kind === "plate" || kind === "gate")) {
        const now = after.shapes.find(({ id }) => id === shape.id)!;
        expect([shape.id, now.x, now.y]).toEqual([shape.id, shape.x, shape.y]);
      }
    }
  });
});
