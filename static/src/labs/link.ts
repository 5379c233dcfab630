/** Progress under a private link: its token is in the address's fragment, which no server is sent, and kept here. */
import { answered } from "../ask";
import { t } from "../i18n";
import type { ErrorAnswer, Problem } from "../protocol";
import { browser } from "../storage";
import { courseOf, merged, textOf, type Course, type Progress } from "./progress";

const KEY = "netviz.learner";
const URL_ = "/api/v1/progress";
const REST = 800;

export interface OwnLab {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  readonly tasks: readonly string[];
}

interface Kept {
  readonly version: number;
  readonly labs: Course;
  readonly own: readonly OwnLab[];
}

/** The link that this browser has, or has just come by. */
export function token(): string | null {
  const named = /^#mine=([\w-]{20,100})$/.exec(location.hash);
  if (named) {
    browser.set(KEY, named[1]!);
    history.replaceState(null, "", location.pathname + location.search);
    return named[1]!;
  }
  return browser.get(KEY);
}

/** What is kept there comes to what is here, and from now on both are kept. */
export async function join(progress: Progress, mine: string): Promise<readonly OwnLab[] | ErrorAnswer> {
  const kept = await answered<Kept>(URL_, { headers: { "X-NetViz-Learner": mine } });
  if ("code" in kept) return kept;
  const theirs = courseOf(JSON.stringify({ version: kept.version, labs: kept.labs })) ?? {};
  follow(progress, mine);
  const both = merged(progress.course, theirs);
  if (textOf(both) !== textOf(theirs) || textOf(both) !== textOf(progress.course)) progress.put(both);
  return kept.own;
}

/** A new link for what is here. */
export async function make(progress: Progress): Promise<string | ErrorAnswer> {
  const made = await answered<{ token: string }>(URL_, sent("POST", progress.course));
  if ("code" in made) return made;
  browser.set(KEY, made.token);
  follow(progress, made.token);
  return made.token;
}

export const addressOf = (mine: string): string => `${location.origin}/labs/#mine=${mine}`;

export interface Brought {
  readonly slug?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly problems?: readonly Problem[];
}

export async function bring(mine: string, file: File): Promise<Brought> {
  const body = new FormData();
  body.append("lab", file);
  return answered<Brought>("/api/v1/own-labs", { method: "POST", body, headers: { "X-NetViz-Learner": mine } });
}

/** Takes a lab back; why not, where it stays. */
export async function takeBack(mine: string, slug: string): Promise<ErrorAnswer | null> {
  const headers = { "X-NetViz-Learner": mine };
  const answer = await fetch(`/api/v1/own-labs/${encodeURIComponent(slug)}`, { method: "DELETE", headers });
  return answer.ok ? null : ((await answer.json()) as ErrorAnswer);
}

/** Ends the link: what is kept there is deleted, and here it is forgotten. Why not, where it stays. */
export async function end(progress: Progress, mine: string): Promise<ErrorAnswer | null> {
  progress.kept = null;
  const answer = await fetch(URL_, { method: "DELETE", headers: { "X-NetViz-Learner": mine } }).catch(() => null);
  if (answer?.ok || answer?.status === 404) {
    browser.remove(KEY);
    return null;
  }
  follow(progress, mine);
  if (answer) return (await answer.json()) as ErrorAnswer;
  return { code: "unreachable", message: t("no-answer"), hint: t("no-answer.again") };
}

function follow(progress: Progress, mine: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  progress.kept = (course) => {
    clearTimeout(timer);
    timer = setTimeout(() => void answered(URL_, sent("PUT", course, mine)), REST);
  };
}

function sent(method: string, course: Course, mine = ""): RequestInit {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (mine) headers["X-NetViz-Learner"] = mine;
  return { method, headers, body: textOf(course), keepalive: true };
}
