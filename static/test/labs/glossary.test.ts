import { describe, expect, it } from "vitest";
import { termsIn } from "../../src/labs/glossary";

const found = (text: string): string[] => termsIn(text).map(({ term, word }) => `${term[0]}: ${word}`);

describe("terms", () => {
  it("are found in any of their forms", () => {
    expect(found("A rule for masquerading, and two veths at one bridge.")).toEqual([
      "masquerade: masquerading",
      "veth: veths",
      "bridge: bridge",
    ]);
  });

  it("are whole words", () => {
    expect(found("default-bridge hooked kube-proxy-config DNATs")).toEqual([]);
  });
});
