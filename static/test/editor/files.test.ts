import { describe, expect, it } from "vitest";
import { changesOf, freeName, isChanged, shortNames, whyNoPath, withChanges } from "../../src/editor/files";

const BEFORE = [
  { path: "web.yaml", text: "a: 1\n" },
  { path: "db.yaml", text: "b: 2\n" },
];

describe("changesOf", () => {
  it("names what is written and what is gone", () => {
    const now = [
      { path: "web.yaml", text: "a: 2\n" },
      { path: "new.yaml", text: "" },
    ];
    expect(changesOf(BEFORE, now)).toEqual({ written: now, gone: ["db.yaml"] });
  });

  it("finds nothing where nothing has changed, in whatever order", () => {
    expect(isChanged(changesOf(BEFORE, [...BEFORE].reverse()))).toBe(false);
  });

  it("is undone by withChanges: each file in its place", () => {
    const now = [
      { path: "db.yaml", text: "b: 3\n" },
      { path: "new.yaml", text: "c: 1\n" },
    ];
    expect(withChanges(BEFORE, changesOf(BEFORE, now))).toEqual(now);
  });
});

describe("paths", () => {
  it("finds a free name", () => {
    expect(freeName(new Set(["web.yaml"]))).toBe("new.yaml");
    expect(freeName(new Set(["new.yaml", "new-2.yaml"]))).toBe("new-3.yaml");
  });

  it("says why a path will not do", () => {
    expect(whyNoPath("base/web.yaml", new Set())).toBeNull();
    expect(whyNoPath("web.yaml", new Set(["web.yaml"]))).toContain("already");
    for (const path of ["", " ", "../etc/passwd", "/etc/passwd", "a//b", "a\\b", "a\u0000b"])
      expect(whyNoPath(path, new Set()), path).not.toBeNull();
  });

  it("shows as much of a path as tells it from the others", () => {
    const names = shortNames(["base/web.yaml", "prod/web.yaml", "prod/db.yaml"]);
    expect([...names.values()]).toEqual(["base/web.yaml", "prod/web.yaml", "db.yaml"]);
  });
});
