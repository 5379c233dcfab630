/** What somebody typed in a fix stays in the browser, as far as it differs from the start. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Drafts, draftsOf } from "../../src/labs/drafts";

const START = [
  { path: "a.yaml", text: "one" },
  { path: "b.yaml", text: "two" },
];

beforeEach(() => {
  const held = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => held.set(key, text),
    removeItem: (key: string) => held.delete(key),
  });
});

describe("drafts", () => {
  it("hold the files that differ from the start", () => {
    const drafts = new Drafts("six", 7);
    drafts.put("mend", { "a.yaml": "other", "b.yaml": "two" }, START);
    expect(drafts.of("mend")).toEqual({ "a.yaml": "other" });
    expect(new Drafts("six", 7).of("mend")).toEqual({ "a.yaml": "other" });
    expect(new Drafts("six", 8).of("mend")).toEqual({});
    drafts.put("mend", { "a.yaml": "one", "b.yaml": "two" }, START);
    expect(drafts.of("mend")).toEqual({});
  });

  it("are words by path by task, and nothing else", () => {
    const kept = { mend: { "a.yaml": "other" } };
    expect(draftsOf(JSON.stringify(kept))).toEqual(kept);
    for (const text of ["", "{", "null", "[]", '{"mend": 1}', '{"mend": {"a.yaml": 2}}'])
      expect(draftsOf(text)).toEqual({});
  });
});
