/** The page's address says exactly what is seen: ?from=&to=&protocol=&seed=#step=12. Pure but for `write`. */
import type { Question } from "./state";

/** The step that an address names, as an index; null without one. */
export function stepOf(hash: string): number | null {
  const found = /(?:^#|&)step=(\d{1,6})(?:&|$)/.exec(hash);
  return found ? Math.max(0, Number(found[1]) - 1) : null;
}

export function addressOf(path: string, question: Question | null, at: number): string {
  return path + queryOf(question) + (question && at >= 0 ? `#step=${at + 1}` : "");
}

function queryOf(question: Question | null): string {
  if (!question) return "";
  const query = new URLSearchParams({ from: question.from, to: question.to, protocol: question.protocol });
  if (question.seed) query.set("seed", String(question.seed));
  return `?${query}`;
}

export function write(question: Question | null, at: number): void {
  history.replaceState(null, "", addressOf(location.pathname, question, at));
}
