/** Tells the board of a class how far its reader is in a lab; without a class it tells nobody. */
import { sending } from "../ask";
import { tab } from "../storage";

export interface Report {
  readonly lab: string;
  readonly part: string;
  readonly done: boolean;
  readonly credit: number;
  readonly failed: readonly string[];
}

const KEY = "netviz.class";
const AGAIN = 5000;
const waiting = new Map<string, Report>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The class whose pages this tab has been on, or that the address names: ?class=K7QF-3M2P. */
export function classCode(): string | null {
  if (typeof location === "undefined") return null;
  const named = new URLSearchParams(location.search).get("class");
  if (named) tab.set(KEY, named);
  return named ?? tab.get(KEY);
}

export function rememberClass(code: string): void {
  tab.set(KEY, code);
}

/** The latest word on each part; what can't be said now is said later. */
export function report(told: Report): void {
  const code = classCode();
  if (!code) return;
  waiting.set(`${told.lab} ${told.part}`, told);
  void send(code);
}

async function send(code: string): Promise<void> {
  clearTimeout(timer);
  for (const [key, told] of [...waiting]) {
    const url = `/api/v1/classes/${encodeURIComponent(code)}/progress`;
    const answer = await fetch(url, sending(told)).catch(() => null);
    const later = answer === null || answer.status >= 500;
    if (!later && waiting.get(key) === told) waiting.delete(key);
  }
  if (waiting.size) timer = setTimeout(() => void send(code), AGAIN);
}
