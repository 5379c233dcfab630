/** Problems as marks in the text: at their line and column, with what to do about them. */
import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { h } from "../dom";
import { problemLink } from "../panels/problems";
import type { EditorProblem } from "./files";

const WORD = /[^\s:,[\]{}]+/y;

/** The problems of one file as marks; those of the file as a whole stand at its first line. */
export function marksOf(problems: readonly EditorProblem[], path: string, text: Text): Diagnostic[] {
  return problems.filter(({ file }) => file === path).map((problem) => markOf(problem, text));
}

function markOf(problem: EditorProblem, text: Text): Diagnostic {
  const { level, id, message, hint } = problem;
  return {
    ...span(problem, text),
    severity: level,
    source: id,
    message: hint ? `${message} ${hint}` : message,
    renderMessage: () =>
      h("div", {}, h("p", {}, message), hint ? h("p", { class: "hint" }, hint) : null, problemLink(id)),
  };
}

/** The word at the column; without a column, what is written in the line. */
function span({ line, column }: EditorProblem, text: Text): { from: number; to: number } {
  const found = text.line(Math.min(Math.max(line ?? 1, 1), text.lines));
  const indent = found.text.length - found.text.trimStart().length;
  const begin = column ? Math.min(unitsOf(found.text, column - 1), found.length) : indent;
  WORD.lastIndex = begin;
  const word = column ? WORD.exec(found.text) : null;
  const end = word ? begin + word[0].length : found.text.trimEnd().length;
  return { from: found.from + begin, to: found.from + Math.max(begin, end) };
}

/** The server counts letters; a text in the browser is made of halves of some. */
const unitsOf = (line: string, letters: number): number => [...line].slice(0, letters).join("").length;
