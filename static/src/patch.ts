/** A unified diff, read for the page. Pure. */

export interface PatchLine {
  readonly sign: "+" | "-" | " ";
  readonly text: string;
}

/** Lines that stand together; `at` is the number of the first in the file as it was. */
export interface Hunk {
  readonly at: number;
  readonly lines: readonly PatchLine[];
}

export interface PatchedFile {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** By the counts of each hunk: a removed line may look like the head of a file. */
export function readPatch(patch: string): PatchedFile[] {
  const files: { path: string; hunks: { at: number; lines: PatchLine[] }[] }[] = [];
  let old = 0;
  let now = 0;
  for (const line of patch.split("\n")) {
    const head = HUNK.exec(line);
    if (old > 0 || now > 0) {
      if (line.startsWith("\\")) continue;
      const sign = line.startsWith("+") ? "+" : line.startsWith("-") ? "-" : " ";
      if (sign !== "+") old -= 1;
      if (sign !== "-") now -= 1;
      files
        .at(-1)
        ?.hunks.at(-1)
        ?.lines.push({ sign, text: line.slice(1) });
    } else if (line.startsWith("+++ ")) files.push({ path: line.slice(4).replace(/^b\//, ""), hunks: [] });
    else if (head) {
      [old, now] = [Number(head[2] ?? 1), Number(head[3] ?? 1)];
      files.at(-1)?.hunks.push({ at: Number(head[1]), lines: [] });
    }
  }
  return files;
}

/** A text with the changes made; null where the lines are not what the patch was made from. */
export function applyPatch(text: string, hunks: readonly Hunk[]): string | null {
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  const old = text.split(/\r?\n/);
  const made: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const before = linesOf(hunk, "+");
    const start = placeOf(old, before, Math.max(0, hunk.at - 1), at);
    if (start === null) return null;
    made.push(...old.slice(at, start), ...linesOf(hunk, "-"));
    at = start + before.length;
  }
  return [...made, ...old.slice(at)].join(ending);
}

const linesOf = (hunk: Hunk, without: PatchLine["sign"]): string[] =>
  hunk.lines.filter(({ sign }) => sign !== without).map(({ text }) => text);

/** Where the lines stand: at their number, else at the nearest place where they stand so. */
function placeOf(lines: readonly string[], wanted: readonly string[], meant: number, first: number): number | null {
  const fits = (at: number): boolean => at >= first && wanted.every((line, index) => lines[at + index] === line);
  for (let away = 0; away <= lines.length; away += 1) {
    if (fits(meant - away)) return meant - away;
    if (fits(meant + away)) return meant + away;
  }
  return null;
}
