/** What a change does to the answer, in one sentence. Pure. */
import { t } from "../i18n";
import { succeeded } from "../panels/result";
import type { Compared, Side } from "../protocol";

export interface Verdict {
  readonly before: string;
  readonly now: string;
  /** Whether the end is another one. */
  readonly turned: boolean;
  readonly good: boolean;
}

export function verdictOf({ before, after }: Compared): Verdict {
  return {
    before: ending(before),
    now: ending(after),
    turned: before.disposition !== after.disposition || before.server !== after.server,
    good: arrives(after),
  };
}

export const arrives = ({ disposition }: Side): boolean => disposition !== null && succeeded(disposition);

/** How one state answers: what the client sees, and where the packet ended if it did not arrive. */
function ending(side: Side): string {
  if (side.refused) return t("edit.not-asked", { why: side.refused.message });
  const what = t(`edit.outcome.${side.disposition!}`);
  if (arrives(side)) return side.server ? t("edit.by", { what, who: side.server }) : what;
  const last = side.steps.findLast(({ failed }) => failed) ?? side.steps.at(-1);
  return last ? t("edit.at", { what, place: placeOf(last) }) : what;
}

/** "web-1 eth0", "node-a". */
export function placeOf({ netns, device }: Side["steps"][number]): string {
  const name = netns.split("/").at(-1)!;
  return device ? `${name} ${device}` : name;
}
