/** Rules as iptables-save and nft list print them, taken apart for reading: when it fits, what it does. Pure. */
import type { RuleRef, Step } from "./protocol";

export interface RuleParts {
  readonly when: string;
  readonly does: string;
  readonly comment: string;
}

/** The first statement of an nft rule that does something; all before it are matches. */
const NFT_DOES =
  /(?:^|\s)(?=(?:accept|drop|reject|return|masquerade|dnat|snat|redirect|jump|goto|counter|update|numgen|meta mark set|vmap)(?:\s|$))/;
const NFT_COMMENT = /\s*comment "([^"]*)"\s*$/;
/** A rule like these leads on to other rules, and decides nothing itself. */
const LEADS_ON = /^(?:JUMP|GOTO|jump|goto|continue|return|RETURN)\b/;

export const isNft = ({ text }: Pick<RuleRef, "text">): boolean => !text.startsWith("-A ");

export function partsOf(rule: Pick<RuleRef, "text">): RuleParts {
  if (!isNft(rule)) {
    const at = rule.text.search(/\s(?=-[jg] )/);
    return at < 0 ? { when: rule.text, does: "", comment: "" } : cut(rule.text, at + 1);
  }
  const comment = NFT_COMMENT.exec(rule.text)?.[1] ?? "";
  const text = rule.text.replace(NFT_COMMENT, "");
  const found = NFT_DOES.exec(text);
  return found ? { ...cut(text, found.index + found[0].length), comment } : { when: text, does: "", comment };
}

const cut = (text: string, at: number): RuleParts => ({ when: text.slice(0, at), does: text.slice(at), comment: "" });

/** What a map said about this packet: the map, and the verdict of the element that was found. */
export function elementOf({ text, verdict }: RuleRef): { map: string; verdict: string } | null {
  const map = /vmap @(\S+)/.exec(text)?.[1];
  return map && verdict ? { map, verdict } : null;
}

/** In which set or map the packet was looked up in vain. */
export const missedIn = (failed: string): string | null => /@([\w-]+)/.exec(failed)?.[1] ?? null;

/** Whether the rule that matched last decided something, or only led to others that did not want the packet. */
export function decides({ matched, changes }: Pick<Step, "matched" | "changes">): boolean {
  return matched !== null && (changes.length > 0 || !LEADS_ON.test(matched.verdict ?? ""));
}
