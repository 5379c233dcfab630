/** What a packet carries, in words short enough for its envelope: a question and its answer, the route of a request. */
import type { Packet, Step } from "./model";

export interface Says {
  /** What is asked, or read. */
  readonly first: string;
  /** What is answered, or decided; empty while nothing is. */
  readonly then: string;
}

const DNS = 53;

/** A question of DNS or its answer. */
export const asksName = ({ l4, payload }: Packet): boolean =>
  "sport" in l4 && (l4.sport === DNS || l4.dport === DNS) && /\?$| = /.test(payload);

export function saysOf({ kind, packet, text }: Pick<Step, "kind" | "packet" | "text">): Says | null {
  if (kind === "proxy") return decisionOf(text.params);
  if (kind === "resolve" && text.params["tries"]) return foundOf(text.params);
  if (!packet.payload) return null;
  if (!asksName(packet)) return { first: packet.payload, then: "" };
  const [question = "", answer = ""] = packet.payload.split(" = ");
  return { first: question.replace(/\.?\??$/, "").replace(" ", "? "), then: answer };
}

/** What has come of all questions about a name. */
function foundOf({ host = "", address = "", failure = "" }: Readonly<Record<string, string>>): Says {
  return { first: `${host}?`, then: address || failure };
}

/** Which request the proxy has read, and which rule takes it where. */
function decisionOf({ url = "", rule = "", target = "", status = "" }: Readonly<Record<string, string>>): Says {
  if (status) return { first: url, then: `status ${status}` };
  return { first: [url, rule].filter(Boolean).join(" · "), then: target };
}
