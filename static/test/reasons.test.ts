import { describe, expect, it } from "vitest";
import type { Explanation } from "../src/protocol";
import { count, reasonTree, type Reason } from "../src/reasons";

const why = (message: string): Explanation => ({
  code: message,
  message,
  object: null,
  field: null,
  file: null,
  line: null,
  fix: null,
});
const ways = (...all: string[][]) => all.map((reasons) => ({ reasons: reasons.map(why) }));
const drawn = (reasons: readonly Reason[]): unknown[] => reasons.map((one) => [one.why.message, ...drawn(one.behind)]);

describe("reasons", () => {
  it("stand one behind the other", () => {
    expect(drawn(reasonTree(ways(["egress", "name", "ingress"])))).toEqual([["egress", ["name", ["ingress"]]]]);
  });

  it("share their beginning and part where fixes part", () => {
    const tree = reasonTree(ways(["egress", "ingress"], ["egress", "ingress"], ["egress", "port"]));
    expect(drawn(tree)).toEqual([["egress", ["ingress"], ["port"]]]);
    expect(count(tree)).toBe(3);
  });

  it("are none where nothing mends it", () => {
    expect(reasonTree([])).toEqual([]);
  });
});
