/**
 * What the kernels remember at a moment: every entry of a table that some step made and none has removed.
 *
 * conntrack, neighbor, fdb and affinity entries follow the cursor in both directions, as they are computed from the
 * steps up to it.
 */
import type { Step } from "../protocol";
import { t } from "../i18n";

export interface Entry {
  readonly netns: string;
  readonly host: string;
  readonly table: string;
  /** The same for as long as the entry lives. */
  readonly key: string;
  /** As its tool prints it. */
  readonly text: string;
  readonly event: string;
  /** The index of the step that touched it last. */
  readonly at: number;
}

/** In the order in which they were made; those that nobody made here were there before, and come first. */
export function entriesAt(steps: readonly Step[], upTo: number): Entry[] {
  const alive = new Map(earlier(steps));
  for (let at = 0; at <= upTo && at < steps.length; at += 1) {
    for (const entry of touched(steps[at]!, at)) {
      if (entry.event === "removed") alive.delete(entry.key);
      else alive.set(entry.key, entry);
    }
  }
  return [...alive.values()];
}

function touched({ netns, host, state }: Step, at: number): Entry[] {
  return state.map(({ table, event, entry, key }) => {
    const id = `${netns} ${table} ${key || keyOf(table, entry)}`;
    return { netns, host, table, key: id, text: entry, event, at };
  });
}

const EARLIER = new WeakMap<readonly Step[], ReadonlyMap<string, Entry>>();

/** What was remembered before the first step: an entry that is found, and was not made, must have been there. */
function earlier(steps: readonly Step[]): ReadonlyMap<string, Entry> {
  const known = EARLIER.get(steps);
  if (known) return known;
  const first = new Map<string, Entry>();
  steps.forEach((step, at) => {
    for (const entry of touched(step, at)) if (!first.has(entry.key)) first.set(entry.key, entry);
  });
  const there = [...first].filter(([, { event }]) => event !== "created");
  const found = new Map(there.map(([key, entry]) => [key, { ...entry, event: "", at: -1 }]));
  EARLIER.set(steps, found);
  return found;
}

/** Entries of one kind of table in one place: where there is room for so many cards at most. */
export function homesOf(steps: readonly Step[]): Map<string, { table: string; keys: Set<string> }[]> {
  const homes = new Map<string, { table: string; keys: Set<string> }[]>();
  for (const { netns, state } of steps) {
    for (const { table, entry, key } of state) {
      const home = homes.get(netns) ?? [];
      homes.set(netns, home);
      let found = home.find((one) => one.table === table);
      if (!found) home.push((found = { table, keys: new Set() }));
      found.keys.add(key || keyOf(table, entry));
    }
  }
  return homes;
}

/** What a table's tool is called, for a heading: "conntrack -L". */
export const TOOLS: Readonly<Record<string, string>> = {
  conntrack: "conntrack -L",
  neighbor: "ip neighbor",
  fdb: "bridge fdb",
  affinity: t("table.affinity"),
};

/** What is said of an entry by the step that touches it. */
export const EVENTS: Readonly<Record<string, string>> = {
  created: t("table.created"),
  used: t("table.used"),
  confirmed: t("table.confirmed"),
  removed: t("table.removed"),
  updated: t("table.updated"),
};

/** An entry without a key is known by what stays of it: a conntrack entry by its first tuple, the rest by the address. */
function keyOf(table: string, entry: string): string {
  if (table === "conntrack")
    return /src=\S+ dst=\S+ (?:sport=\S+ dport=\S+|type=\S+ code=\S+ id=\S+)/.exec(entry)?.[0] ?? entry;
  return entry.split(/\s+/).slice(0, 3).join(" ");
}
