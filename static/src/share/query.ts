/** A question as the interface's own query. Pure. */
import { queryOf } from "../address";
import type { Question } from "../session";

/** What an address says of the cluster rather than of the question: what is broken in it, how much is sent. */
const CARRIED = ["fault", "size"];

/** ?from=&to=&protocol=&seed=&picks=&after=, as in the page's address, but with the earlier connections as JSON and without the later ones. */
export function traceQuery(question: Question, search = ""): string {
  const query = new URLSearchParams(queryOf(question));
  query.delete("after");
  query.delete("then");
  if (question.after.length) {
    const after = question.after.map(({ from, to, protocol, seed, picks }) => ({
      flow: { from, to, protocol },
      seed,
      picks,
    }));
    query.set("after", JSON.stringify(after));
  }
  const page = new URLSearchParams(search);
  for (const name of CARRIED) {
    if (!query.has(name)) for (const value of page.getAll(name)) query.append(name, value);
  }
  return `?${query}`;
}
