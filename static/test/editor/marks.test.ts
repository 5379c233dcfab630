import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { marksOf } from "../../src/editor/marks";
import type { EditorProblem } from "../../src/editor/files";

const TEXT = Text.of(["kind: Service", "  selektor: {app: web}", "# 🦊 name: x"]);

function marked(problem: Partial<EditorProblem>): string[] {
  const whole = { level: "error", id: "unknown-field", message: "What?", hint: "That.", file: "a.yaml", line: null };
  return marksOf([{ ...whole, ...problem } as EditorProblem], "a.yaml", TEXT).map(({ from, to }) =>
    TEXT.sliceString(from, to),
  );
}

describe("marksOf", () => {
  it("marks the word at the column", () => {
    expect(marked({ line: 2, column: 3 })).toEqual(["selektor"]);
  });

  it("marks what is written in the line without a column", () => {
    expect(marked({ line: 2 })).toEqual(["selektor: {app: web}"]);
  });

  it("marks the first line for the file as a whole, and nothing of other files", () => {
    expect(marked({})).toEqual(["kind: Service"]);
    expect(marked({ file: "b.yaml" })).toEqual([]);
  });

  it("stays inside the text where the text has become shorter", () => {
    expect(marked({ line: 9, column: 80 })).toEqual([""]);
  });

  it("counts letters as the server does, also those that are two in the browser", () => {
    expect(marked({ line: 3, column: 5 })).toEqual(["name"]);
  });
});
