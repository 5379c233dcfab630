/** Where a cursor stands in a manifest, by indentation: which kind, below which fields, and what stands beside it. Pure. */

/** In a path: an entry of a list. */
export const ENTRY = "[]";

export interface Place {
  readonly kind: string | null;
  /** The fields above, the outermost first. */
  readonly path: readonly string[];
  /** The field whose value is being written; null where a field itself is. */
  readonly field: string | null;
  readonly typed: string;
  /** Fields that the same mapping has already. */
  readonly beside: ReadonlySet<string>;
  /** The column of what is being written: fields of the same mapping begin there. */
  readonly column: number;
}

interface Line {
  readonly indent: number;
  readonly content: number;
  readonly key: string | null;
  readonly rest: string;
}

const LINE = /^(\s*)((?:- +)*)(?:(["']?)([\w.$/-]+)\3\s*:(?=\s|$)(.*))?/;
const BREAK = /^(---|\.\.\.)(\s|$)/;

/** `column` counts from 0. Null inside comments and flow style, where indentation says nothing. */
export function placeAt(lines: readonly string[], row: number, column: number): Place | null {
  const before = lines[row]!.slice(0, column);
  if (/(^|\s)#/.test(before) || /[{["']/.test(before)) return null;
  const here = read(before);
  const first = documentStart(lines, row);
  const path: string[] = [];
  const beside = new Set<string>();
  if (here.content === here.indent) climbBeside(here.content);
  climb(here.content > here.indent ? enter(path, here) : here.content);
  below(lines, row, here.content, beside);
  const typed = here.key === null ? before.slice(here.content) : here.rest.trimStart();
  const kind = kindOf(lines, first, row);
  return { kind, path, field: here.key, typed, beside, column: here.content };

  /** The lines above that belong to the same mapping. */
  function climbBeside(content: number): void {
    for (let at = row - 1; at >= first; at -= 1) {
      const line = lines[at]!;
      if (isEmpty(line)) continue;
      const found = read(line);
      if (found.content < content) return;
      if (found.content === content && found.key) beside.add(found.key);
      if (found.content > found.indent && found.indent < content) return;
    }
  }

  /** Fields further left than `bound` are above; a dash there is of a list above, one at `bound` of the same list. */
  function climb(bound: number): void {
    let inList = here.content > here.indent;
    for (let at = row - 1; at >= first && (bound > 0 || inList); at -= 1) {
      const line = lines[at]!;
      if (isEmpty(line)) continue;
      const found = read(line);
      const listed = found.content > found.indent;
      const above = found.key !== null && found.content < bound + Number(inList);
      if (above) path.unshift(found.key!);
      if (above || (listed && found.indent < bound)) {
        bound = listed ? enter(path, found) : found.content;
        inList = listed;
      }
    }
  }
}

/** Out of an entry of a list, to where its dash stands. */
function enter(path: string[], { indent, content }: Line): number {
  for (let dashes = Math.max(1, Math.floor((content - indent) / 2)); dashes > 0; dashes -= 1) path.unshift(ENTRY);
  return indent;
}

function below(lines: readonly string[], row: number, content: number, beside: Set<string>): void {
  for (const line of lines.slice(row + 1)) {
    if (isEmpty(line)) continue;
    const found = read(line);
    if (BREAK.test(line) || found.indent < content) return;
    if (found.indent === content && found.content === content && found.key) beside.add(found.key);
  }
}

function read(line: string): Line {
  const found = LINE.exec(line)!;
  const indent = found[1]!.length;
  return { indent, content: indent + found[2]!.length, key: found[4] ?? null, rest: found[5] ?? "" };
}

const isEmpty = (line: string): boolean => /^\s*(#|$)/.test(line);

function documentStart(lines: readonly string[], row: number): number {
  for (let at = row; at > 0; at -= 1) if (BREAK.test(lines[at]!)) return at + 1;
  return 0;
}

function kindOf(lines: readonly string[], first: number, row: number): string | null {
  for (let at = first; at < lines.length; at += 1) {
    if (at > row && BREAK.test(lines[at]!)) return null;
    const found = /^kind:\s*["']?([A-Za-z]+)/.exec(lines[at]!);
    if (found) return found[1]!;
  }
  return null;
}
