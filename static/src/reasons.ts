/** Reasons behind reasons: what stands in a packet's way once the first is mended. Pure. */
import type { Explanation, OfferedFix } from "./protocol";

export interface Reason {
  readonly why: Explanation;
  readonly behind: readonly Reason[];
}

/** The reasons of all fixes as a tree: those that begin alike share their beginning. */
export function reasonTree(fixes: readonly Pick<OfferedFix, "reasons">[]): Reason[] {
  return branch(fixes.map((fix) => fix.reasons));
}

/** How many reasons there are in all. */
export const count = (reasons: readonly Reason[]): number =>
  reasons.reduce((sum, { behind }) => sum + 1 + count(behind), 0);

function branch(ways: readonly (readonly Explanation[])[]): Reason[] {
  const found = new Map<string, { why: Explanation; rest: Explanation[][] }>();
  for (const [why, ...rest] of ways) {
    if (!why) continue;
    const known = found.get(why.message);
    if (known) known.rest.push(rest);
    else found.set(why.message, { why, rest: [rest] });
  }
  return [...found.values()].map(({ why, rest }) => ({ why, behind: branch(rest) }));
}
