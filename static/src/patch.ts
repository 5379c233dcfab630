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
