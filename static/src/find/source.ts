/** Where the graph comes from: the part that is drawn, asked for again when more is needed of a large cluster. */
import { about } from "../subject";
import { answered } from "../ask";
import type { ErrorAnswer, Graph, Step } from "../protocol";
import { NO_FILTERS, queryOf, type Filters } from "./filters";

/** So many things a question names; what a longer trace touches beyond that has no colour of its own. */
const MOST = 300;

export class GraphSource {
  filters: Filters = NO_FILTERS;
  unfolded: readonly string[] = [];
  private wanted: readonly string[] = [];
  private found: readonly string[] = [];
  private asked = "";

  constructor(private readonly url: string) {}

  load(): Promise<Graph | ErrorAnswer> {
    this.asked = this.question();
    return answered<Graph>(about(`${this.url}?${this.asked}`));
  }

  /** What somebody needs would make another graph than the one that was asked for last. */
  get stale(): boolean {
    return this.asked !== this.question();
  }

  /** A trace has come: what it touches must be there, whatever is folded or filtered. */
  meet(steps: readonly Step[]): void {
    this.wanted = touched(steps);
  }

  /** Something that somebody looks for stays until the next one. */
  look(ids: readonly string[]): void {
    this.found = ids;
  }

  private question(): string {
    const query = queryOf(this.filters);
    query.set("view", "folded");
    for (const id of [...new Set([...this.found, ...this.wanted])].slice(0, MOST)) query.append("wanted", id);
    for (const id of this.unfolded) query.append("unfolded", id);
    return query.toString();
  }
}

/** The pods that a trace comes through, and the addresses that its packets bear. */
export function touched(steps: readonly Step[]): string[] {
  const found = new Set<string>();
  for (const { netns, packet, changes } of steps) {
    if (netns.includes("/")) found.add(`pod:${netns}`);
    for (const address of [packet.ip.src, packet.ip.dst]) found.add(address);
    for (const { field, old } of changes) if (field === "ip.src" || field === "ip.dst") found.add(old);
  }
  return [...found];
}
