import { describe, expect, it } from "vitest";
import { filtersOf, isEmpty, NO_FILTERS, replaced, withFilter, withoutFilter } from "../../src/find/filters";

describe("filters", () => {
  it("are read from an address, each value once", () => {
    expect(filtersOf("?namespace=shop&namespace=shop&label=app%3Dweb&from=a")).toEqual({
      ...NO_FILTERS,
      namespace: ["shop"],
      label: ["app=web"],
    });
  });

  it("are written into an address beside what else it says", () => {
    const filters = withFilter(NO_FILTERS, "node", "node-a");
    expect(replaced("?from=x&node=old", filters)).toBe("?from=x&node=node-a");
    expect(replaced("?node=old", NO_FILTERS)).toBe("");
  });

  it("keep a value once, and nothing that is blank", () => {
    const once = withFilter(NO_FILTERS, "label", " app=web ");
    expect(once.label).toEqual(["app=web"]);
    expect(withFilter(once, "label", "app=web")).toBe(once);
    expect(withFilter(once, "kind", "  ")).toBe(once);
  });

  it("can be taken away again", () => {
    expect(isEmpty(withoutFilter(withFilter(NO_FILTERS, "kind", "Pod"), "kind", "Pod"))).toBe(true);
  });
});
