/** Which conntrack entries each machine remembers at a moment, from what the steps say of them. */
import { entriesAt } from "./entries";
import type { Graph, TraceView } from "./model";
import { hostOf } from "./scene/story";

export interface Direction {
  src: string;
  dst: string;
  sport: string;
  dport: string;
}

export interface Ticket {
  host: string;
  key: string;
  state: string;
  original: Direction;
  reply: Direction;
  event: string;
  /** The step that is shown has touched it. */
  fresh: boolean;
}

const FIELDS = /(src|dst|sport|dport|id)=(\S+)/g;
const FLAGS = /\[(\w+)\]/g;

/** An entry as `conntrack -L` prints it: the tuple as it came, and the tuple that an answer will have. */
export function readEntry(entry: string): Omit<Ticket, "host" | "event" | "fresh"> | null {
  const found: Direction[] = [];
  for (const [, field, value] of entry.matchAll(FIELDS)) {
    if (field === "src") found.push({ src: value!, dst: "", sport: "", dport: "" });
    const last = found[found.length - 1];
    if (!last) continue;
    if (field === "id") last.sport = value!;
    else last[field as keyof Direction] = value!;
  }
  const [original, reply] = found;
  if (!original || !reply) return null;
  const flags = [...entry.matchAll(FLAGS)].map(([, flag]) => flag!);
  const word = entry.split(/\s+/).find((part) => /^[A-Z_]{3,}$/.test(part));
  const state = flags.includes("UNREPLIED") ? "NEW" : (word ?? "SEEN").replace("ESTABLISHED", "ESTAB.");
  const key = `${entry.split(/\s+/)[0]} ${Object.values(original).join(" ")}`;
  return { key, state, original, reply };
}

/** The tickets alive after the step `upTo`; the one that was touched last comes last. */
export function ticketsAt(trace: TraceView, graph: Graph, upTo: number): Ticket[] {
  return entriesAt(trace.steps, upTo)
    .filter(({ table, netns }) => table === "conntrack" && !netns.includes("/"))
    .sort((one, other) => one.at - other.at)
    .flatMap((entry) => {
      const read = readEntry(entry.text);
      return read ? [{ host: hostOf(entry, graph), ...read, event: entry.event, fresh: entry.at === upTo }] : [];
    });
}

/** For each machine the ticket touched last, and how many others it holds. */
export function onTop(tickets: Ticket[]): { ticket: Ticket; others: number }[] {
  const hosts = [...new Set(tickets.map(({ host }) => host))];
  return hosts.map((host) => {
    const own = tickets.filter((ticket) => ticket.host === host);
    return { ticket: own[own.length - 1]!, others: own.length - 1 };
  });
}

/** Where the packets of this connection really go, if that is not where they were addressed. */
export function translated({ original, reply }: Pick<Ticket, "original" | "reply">): Direction | null {
  const same = reply.src === original.dst && reply.sport === original.dport;
  return same ? null : reply;
}
