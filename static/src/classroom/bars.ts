/** How a class votes, as bars: as long as the votes, in the order of the choices. Text only ever goes in as text. */
import { h, icon } from "../dom";
import { t, percent } from "../i18n";
import type { PollShown } from "../protocol";

/** An address, a device or a hook stands in the letters of a terminal; words don't, be it only "yes". */
export const isName = (text: string): boolean => /^\S*([\d.:/_-]|[A-Z]{3})\S*$/.test(text);

export const LETTERS = "ABCDEFGH";
/** Below so many votes a share says nothing. */
export const ENOUGH = 10;

/** The longest bar takes all the room; before there is a vote there is none. */
export function shares(counts: readonly number[]): number[] {
  const most = Math.max(...counts, 0);
  return counts.map((count) => (most === 0 ? 0 : count / most));
}

export function countsOf(poll: PollShown, votes: Readonly<Record<string, number>>): number[] {
  return poll.choices.map((_, index) => votes[String(index)] ?? 0);
}

/** How far the poll is, in words; not every question has an answer. */
export function statusOf({ status, answer }: PollShown): string {
  return status === "revealed" && answer === null ? t("class.poll.over") : t(`class.poll.${status}`);
}

export const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Draws into an element and keeps its bars, so that they grow rather than jump. */
export class Bars {
  private drawn = "";
  private bars: { bar: HTMLElement; count: HTMLElement }[] = [];

  constructor(private readonly root: HTMLElement) {}

  show(poll: PollShown, votes: Readonly<Record<string, number>>): void {
    const key = `${poll.id} ${poll.status} ${poll.answer}`;
    if (key !== this.drawn) this.draw(poll);
    this.drawn = key;
    const counts = countsOf(poll, votes);
    const all = total(counts);
    shares(counts).forEach((share, index) => {
      const { bar, count } = this.bars[index]!;
      bar.style.setProperty("--share", String(share));
      const part = all >= ENOUGH ? ` · ${percent(Math.round((100 * counts[index]!) / all) / 100)}` : "";
      count.textContent = `${counts[index]!}${part}`;
    });
  }

  private draw(poll: PollShown): void {
    this.bars = [];
    const rows = poll.choices.map(({ text, note }, index) => {
      const right = poll.answer === index;
      const bar = h("i", { class: "bar-of" });
      const count = h("b", {});
      this.bars.push({ bar, count });
      return h(
        "li",
        { class: poll.status === "revealed" && poll.answer !== null ? (right ? "right" : "wrong") : "" },
        h("span", { class: "letter" }, LETTERS[index]!),
        h("span", { class: isName(text) ? "mono text" : "text" }, text),
        h("small", {}, note),
        right ? h("span", { class: "tick" }, icon("verified"), t("class.the-answer")) : null,
        h("span", { class: "length" }, bar, count),
      );
    });
    this.root.replaceChildren(...rows);
  }
}
