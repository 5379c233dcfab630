import { describe, expect, it } from "vitest";
import type { Line } from "../../src/matrix/lines";
import { axis, inSight, isRoomy, isWide, sizes } from "../../src/matrix/measure";

const lines = ["a", "a", "b", ""].map((namespace): Line => ({ namespace, title: "x", note: "", members: [] }));

describe("places", () => {
  it("leave room for the name of each namespace", () => {
    const { starts, bands, total } = axis(lines, 10, 4);
    expect(starts).toEqual([4, 14, 28, 42]);
    expect(bands.map(({ at, end, name }) => [at, end, name])).toEqual([
      [0, 24, "a"],
      [24, 38, "b"],
      [38, 52, ""],
    ]);
    expect(total).toBe(52);
  });

  it("in sight are few, however many there are", () => {
    const many = axis(
      Array.from({ length: 1000 }, () => lines[0]!),
      30,
      0,
    );
    expect(inSight(many, 30, 3000, 3300, 0)).toEqual([99, 111]);
    expect(inSight(many, 30, 0, 300)).toEqual([0, 14]);
    expect(inSight(axis([], 30, 0), 30, 0, 300)).toEqual([0, 0]);
  });
});

describe("cells", () => {
  it("have their words in full where there is room", () => {
    expect(isWide(sizes(3, 10, 1200, 1), 1)).toBe(true);
    expect(isRoomy(sizes(12, 10, 1200, 1), 1)).toBe(true);
    expect(isRoomy(sizes(300, 10, 1200, 1), 1)).toBe(false);
  });

  it("never shrink below what can be read, and grow for the projector", () => {
    expect(sizes(300, 10, 1200, 1).width).toBe(48);
    expect(sizes(300, 10, 1200, 1.5).width).toBe(72);
  });
});
