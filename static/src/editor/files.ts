/** What an editor edits: files by their paths, in their order. Pure. */
import { t } from "../i18n";
import type { Problem } from "../protocol";

export interface EditorFile {
  readonly path: string;
  readonly text: string;
}

export type EditorProblem = Pick<Problem, "level" | "id" | "message" | "hint" | "file" | "line" | "column">;

/** Which files are not what they were. A renamed file is one that is gone and one that is new. */
export interface Changes {
  readonly written: readonly EditorFile[];
  readonly gone: readonly string[];
}

export const NO_CHANGES: Changes = { written: [], gone: [] };

const LONGEST_PATH = 512;
const NEW_FILE = "new.yaml";

export function changesOf(before: readonly EditorFile[], now: readonly EditorFile[]): Changes {
  const old = new Map(before.map(({ path, text }) => [path, text]));
  const there = new Set(now.map(({ path }) => path));
  return {
    written: now.filter(({ path, text }) => old.get(path) !== text),
    gone: before.filter(({ path }) => !there.has(path)).map(({ path }) => path),
  };
}

export const isChanged = ({ written, gone }: Changes): boolean => written.length > 0 || gone.length > 0;

/** The files with the changes made to them: each stays in its place, new ones come last. */
export function withChanges(before: readonly EditorFile[], { written, gone }: Changes): EditorFile[] {
  const texts = new Map(written.map(({ path, text }) => [path, text]));
  const away = new Set(gone);
  const known = new Set(before.map(({ path }) => path));
  const kept = before
    .filter(({ path }) => !away.has(path) || texts.has(path))
    .map((file) => ({ path: file.path, text: texts.get(file.path) ?? file.text }));
  return [...kept, ...written.filter(({ path }) => !known.has(path))];
}

/** A name for a new file that no other has. */
export function freeName(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? NEW_FILE : NEW_FILE.replace(".", `-${number}.`);
    if (!taken.has(name)) return name;
  }
}

/** What is wrong with a path for a file, in words; null where it will do. */
export function whyNoPath(path: string, taken: ReadonlySet<string>): string | null {
  if (!path.trim()) return t("editor.name-empty");
  if (path.length > LONGEST_PATH) return t("editor.name-long", { most: LONGEST_PATH });
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || /[\u0000-\u001f\\]/.test(path))
    return t("editor.name-wrong");
  return taken.has(path) ? t("editor.name-taken", { path }) : null;
}

/** The part of a path that is enough to tell it from the others. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const lasts = new Map<string, number>();
  const last = (path: string): string => path.split("/").at(-1)!;
  for (const path of paths) lasts.set(last(path), (lasts.get(last(path)) ?? 0) + 1);
  return new Map(paths.map((path) => [path, lasts.get(last(path)) === 1 ? last(path) : path]));
}
