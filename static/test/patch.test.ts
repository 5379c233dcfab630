import { describe, expect, it } from "vitest";
import { applyPatch, readPatch } from "../src/patch";

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

describe("applyPatch", () => {
  const text = "a: 1\nb: 2\nc: 3\nd: 4\n";
  const hunksOf = (patch: string) => readPatch(`--- a/x\n+++ b/x\n${patch}`)[0]!.hunks;

  it("changes the lines where they stand", () => {
    expect(applyPatch(text, hunksOf("@@ -2,2 +2,3 @@\n b: 2\n-c: 3\n+c: 4\n+e: 5\n"))).toBe(
      "a: 1\nb: 2\nc: 4\ne: 5\nd: 4\n",
    );
  });

  it("finds them where other lines have come before them", () => {
    const later = `# new\n# newer\n${text}`;
    expect(applyPatch(later, hunksOf("@@ -2,2 +2,1 @@\n b: 2\n-c: 3\n"))).toBe("# new\n# newer\na: 1\nb: 2\nd: 4\n");
  });

  it("keeps the line ends of Windows", () => {
    const patched = applyPatch(text.replaceAll("\n", "\r\n"), hunksOf("@@ -1 +1 @@\n-a: 1\n+a: 2\n"));
    expect(patched).toBe("a: 2\r\nb: 2\r\nc: 3\r\nd: 4\r\n");
  });

  it("says so where the lines are not there any more", () => {
    expect(applyPatch("b: 2\n", hunksOf("@@ -1 +1 @@\n-a: 1\n+a: 2\n"))).toBeNull();
  });
});
