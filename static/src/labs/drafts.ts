/** Manifests as somebody left them in a fix, kept in this browser only: they never leave it. */
import { browser } from "../storage";
import type { Progress } from "./progress";

const KEY = "netviz.draft";

export type Files = Readonly<Record<string, string>>;

export class Drafts {
  private readonly key: string;
  private readonly held: Record<string, Files>;

  constructor(slug: string, seed: number) {
    this.key = `${KEY} ${slug} ${seed}`;
    this.held = draftsOf(browser.get(this.key) ?? "");
  }

  of(task: string): Files {
    return this.held[task] ?? {};
  }

  /** `files` as they are now; nothing is kept of those that are as they were at the start. */
  put(task: string, files: Files, start: readonly { readonly path: string; readonly text: string }[]): void {
    const changed = start.filter(({ path, text }) => files[path] !== undefined && files[path] !== text);
    this.held[task] = Object.fromEntries(changed.map(({ path }) => [path, files[path]!]));
    if (!changed.length) delete this.held[task];
    if (Object.keys(this.held).length) browser.set(this.key, JSON.stringify(this.held));
    else browser.remove(this.key);
  }
}

/** Nothing of anybody's labs is left in this browser. */
export function forgetAll(progress: Progress): void {
  progress.put({});
  browser.removeAll(`${KEY} `);
}

/** What a text holds: words by path by task, and nothing else. */
export function draftsOf(text: string): Record<string, Files> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (wrong) {
    if (wrong instanceof SyntaxError) return {};
    throw wrong;
  }
  const tasks = Object.entries(isRecord(read) ? read : {});
  return Object.fromEntries(tasks.filter((task): task is [string, Files] => isFiles(task[1])));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isFiles = (value: unknown): value is Files =>
  isRecord(value) && Object.values(value).every((words) => typeof words === "string");
