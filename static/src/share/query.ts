/** A question as the interface's own query: ?from=&to=&protocol=&seed=&picks=&after=. Pure. */
import type { Question } from "../session";

export function traceQuery(question: Question): string {
  const query = new URLSearchParams({ from: question.from, to: question.to, protocol: question.protocol });
  if (question.seed) query.set("seed", String(question.seed));
  if (question.picks.length) query.set("picks", question.picks.join(","));
  if (question.after.length) {
    const after = question.after.map(({ from, to, protocol, seed, picks }) => ({
      flow: { from, to, protocol },
      seed,
      picks,
    }));
    query.set("after", JSON.stringify(after));
  }
  return `?${query}`;
}
