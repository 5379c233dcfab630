import { describe, expect, it } from "vitest";
import { fitsUpTo } from "../../src/graph/fitting";

const POD = 132;
const name = (text: string): number => fitsUpTo({ text, look: "name" }, POD);

describe("the size up to which a line is sure to fit", () => {
  it("is exact for addresses, whose letters are all as wide", () => {
    expect(fitsUpTo({ text: "10.244.1.254", look: "mono" }, POD)).toBeCloseTo((POD - 6) / (12 * 0.6));
  });

  it("is above that of names for what most clusters call their pods", () => {
    for (const text of ["web-0", "cartservice-0", "redis-leader-0"]) expect(name(text)).toBeGreaterThan(13);
  });

  it("is smaller for longer names, for wide letters and for other scripts", () => {
    expect(name("a".repeat(40))).toBeLessThan(13);
    expect(name("mmmmmmmmmm")).toBeLessThan(name("aaaaaaaaaa"));
    expect(name("ポッドの名前ポッド")).toBeLessThan(name("pod-name-0"));
  });
});
