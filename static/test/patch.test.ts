import { describe, expect, it } from "vitest";
import { readPatch } from "../src/patch";

const PATCH = `--- a/shop/web.yaml
+++ b/shop/web.yaml
@@ -3,3 +3,3 @@
 spec:
-  selector: {app: wbe}
+  selector: {app: web}
   ports: []
@@ -20 +20,2 @@
--- a list item
+--- a list item
+++ b/more
--- a/other.yaml
+++ b/other.yaml
@@ -1 +1 @@
-a: 1
\\ No newline at end of file
+a: 2
\\ No newline at end of file
`;

describe("a patch", () => {
  const files = readPatch(PATCH);

  it("names the files that it changes", () => {
    expect(files.map((file) => file.path)).toEqual(["shop/web.yaml", "other.yaml"]);
  });

  it("tells lines that go from lines that come, and where", () => {
    expect(files[0]!.hunks[0]).toEqual({
      at: 3,
      lines: [
        { sign: " ", text: "spec:" },
        { sign: "-", text: "  selector: {app: wbe}" },
        { sign: "+", text: "  selector: {app: web}" },
        { sign: " ", text: "  ports: []" },
      ],
    });
  });

  it("counts lines, so none is taken for the head of a file", () => {
    expect(files[0]!.hunks[1]!.lines).toEqual([
      { sign: "-", text: "-- a list item" },
      { sign: "+", text: "--- a list item" },
      { sign: "+", text: "++ b/more" },
    ]);
  });

  it("leaves out that a file has no newline at its end", () => {
    expect(files[1]!.hunks[0]!.lines.map((line) => line.text)).toEqual(["a: 1", "a: 2"]);
  });

  it("is nothing where there is none", () => {
    expect(readPatch("")).toEqual([]);
  });
});
