import { describe, expect, it } from "vitest";
import { indentAfter } from "../../src/editor/setup";

describe("indentAfter", () => {
  it("goes further in below a field without a value", () => {
    expect(indentAfter("spec:")).toBe(2);
    expect(indentAfter("  ports: # these")).toBe(4);
    expect(indentAfter("  - from:")).toBe(6);
    expect(indentAfter("  script: |")).toBe(4);
  });

  it("stays beside what is written", () => {
    expect(indentAfter("  type: NodePort")).toBe(2);
    expect(indentAfter("  - name: http")).toBe(4);
    expect(indentAfter("  - Ingress")).toBe(2);
    expect(indentAfter("")).toBe(0);
  });
});
