/** The page's address says exactly what is seen: ?from=&to=&protocol=&seed=&picks=&after=&then=&fault=&size=#step=12. Pure but for `write`. */
import { addTo } from "./faults/kept";
import { filtersOf, replaced } from "./find/filters";
import { MOST_CONNECTIONS, type Asked, type Question } from "./session";

const MOST_PICKS = 64;

/** The step that an address names, as an index; null without one. */
export function stepOf(hash: string): number | null {
  const found = /(?:^#|&)step=(\d{1,6})(?:&|$)/.exec(hash);
  return found ? Math.max(0, Number(found[1]) - 1) : null;
}

export function addressOf(path: string, question: Question | null, at: number): string {
  return path + queryOf(question) + (question && at >= 0 ? `#step=${at + 1}` : "");
}

export function queryOf(question: Question | null): string {
  const query = question ? wordsOf(question) : new URLSearchParams();
  addTo(query);
  const text = query.toString();
  return text ? `?${text}` : "";
}

function wordsOf(question: Question): URLSearchParams {
  const query = new URLSearchParams({ from: question.from, to: question.to, protocol: question.protocol });
  if (question.seed) query.set("seed", String(question.seed));
  if (question.picks.length) query.set("picks", question.picks.join(","));
  for (const earlier of question.after) query.append("after", otherWords(earlier, question));
  for (const later of question.then ?? []) query.append("then", otherWords(later, question));
  return query;
}

/** The question of an address: its picks and the connections around it over what the server has read of it. */
export function questionOf(search: string, read: Omit<Asked, "picks">): Question {
  const query = new URLSearchParams(search);
  const asked = { ...read, picks: numbers(query.get("picks") ?? "") };
  const others = (name: string, most: number): Asked[] =>
    query
      .getAll(name)
      .slice(0, most)
      .map((words) => otherOf(words, read));
  const after = others("after", MOST_CONNECTIONS - 1);
  const later = others("then", MOST_CONNECTIONS - 1 - after.length);
  return { ...asked, after, ...(later.length ? { then: later } : {}) };
}

/** "3 0,1": seed and picks; the flow follows where it is another than the question's. */
function otherWords({ from, to, protocol, seed, picks }: Asked, question: Asked): string {
  const words = [String(seed), picks.join(",") || "-"];
  const other = from !== question.from || to !== question.to || protocol !== question.protocol;
  if (other) words.push(...[from, to, protocol].map(encodeURIComponent));
  else if (!picks.length) words.pop();
  return words.join(" ");
}

function otherOf(words: string, read: Omit<Asked, "picks">): Asked {
  const [seed, picks, from, to, protocol] = words.split(" ");
  return {
    from: plain(from) || read.from,
    to: plain(to) || read.to,
    protocol: plain(protocol) || read.protocol,
    seed: numbers(seed ?? "")[0] ?? 0,
    picks: numbers(picks ?? ""),
  };
}

function plain(word: string | undefined): string {
  try {
    return decodeURIComponent(word ?? "");
  } catch (broken) {
    if (!(broken instanceof URIError)) throw broken;
    return "";
  }
}

function numbers(text: string): number[] {
  const found = text.split(",").slice(0, MOST_PICKS).map(Number);
  return /^\d{1,16}(,\d{1,16})*$/.test(text) ? found : [];
}

/** `seen`: what else is being looked at, as share/view.ts says it. */
export function write(question: Question | null, at: number, seen = ""): void {
  const [path, hash = ""] = addressOf("", question, at).split("#");
  const where = location.pathname + replaced(path!, filtersOf(location.search));
  const shown = hash ? hash + seen : seen.replace(/^&/, "");
  history.replaceState(null, "", shown ? `${where}#${shown}` : where);
}
