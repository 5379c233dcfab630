/** Slips: what a machine or a pod remembers besides connections, each on one line; and the tag on a pod. */
import { el } from "./dom";
import type { Entry } from "./entries";
import type { Roles } from "./roles";
import { t } from "../i18n";

export const MOST_SLIPS = 2;
export const SLIP = { h: 20, gap: 3 };

/** The words of a slip: what it is about, and what is known of it. */
export interface SlipWords {
  readonly kind: string;
  readonly about: string;
  readonly known: string;
}

const KINDS: Readonly<Record<string, string>> = { affinity: t("slip.sticky") };

/** What is worth a word on a slip: all other states are as good as REACHABLE. */
const STATES: Readonly<Record<string, string>> = {
  INCOMPLETE: t("slip.who"),
  FAILED: t("slip.nobody"),
  STALE: t("slip.stale"),
};

/** Entries as ip neighbor, bridge fdb and the recent match print them, cut down to what fits on a slip. */
export function slipWords({ table, text }: Pick<Entry, "table" | "text">): SlipWords {
  const words = text.split(/\s+/).filter(Boolean);
  const after = (word: string): string => (words.includes(word) ? (words[words.indexOf(word) + 1] ?? "") : "");
  const about = (words[0] ?? text).replace(/^src=/, "");
  if (table === "neighbor") {
    const kind = about.includes(":") ? "ND" : "ARP";
    return { kind, about, known: STATES[words.at(-1) ?? ""] ?? "" };
  }
  if (table === "fdb") return { kind: "FDB", about: about.split("/").at(-1)!.split(":")[0]!, known: after("dst") };
  return { kind: KINDS[table] ?? table, about, known: "" };
}

/** The slips of one place: those touched last if there are more than fit. */
export function slipsOf(entries: readonly Entry[], netns: string, room = MOST_SLIPS): { shown: Entry[]; more: number } {
  const own = entries.filter((entry) => entry.netns === netns && entry.table !== "conntrack");
  if (own.length <= room) return { shown: own, more: 0 };
  const last = [...own].sort((one, other) => other.at - one.at).slice(0, room);
  return { shown: own.filter((entry) => last.includes(entry)), more: own.length - room };
}

export function slip(entry: Entry, at: number, roles: Roles, more = 0): HTMLElement {
  const { kind, about, known } = slipWords(entry);
  const looks = ["slip", entry.table, ...(entry.at === at ? ["fresh", entry.event] : [])];
  const card = el("div", looks.join(" "), el("b", "", kind), el("span", roles.of(about), about));
  if (known) card.append(el("small", "", known));
  if (more) card.append(el("small", "more", `+${more}`));
  card.title = entry.text;
  return card;
}
