/** A follower's vote: one row for each choice, under the thumb. A vote that could not be said yet waits and is said. */
import { byId, h, icon, unbroken } from "../dom";
import { t } from "../i18n";
import type { ClassVote, PollShown } from "../protocol";
import { isName, LETTERS, statusOf } from "./bars";

export class Ballot {
  private readonly root = byId("ballot");
  private poll: PollShown | null = null;
  /** What was chosen, and whether the server has written it down. */
  private chosen: { poll: string; choice: number; kept: boolean } | null = null;

  constructor(private readonly send: (vote: ClassVote) => boolean) {
    this.root.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("button[data-choice]");
      if (row) this.choose(Number(row.dataset["choice"]));
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.root.hidden) return;
      if (event.target instanceof HTMLInputElement && event.target.type !== "range") return;
      const digit = "123456789".indexOf(event.key);
      if (digit >= 0 && digit < (this.poll?.choices.length ?? 0)) this.choose(digit);
    });
  }

  show(poll: PollShown | null): void {
    this.poll = poll;
    this.root.hidden = poll === null;
    document.body.classList.toggle("voting", poll?.status === "open");
    if (poll) this.draw(poll);
    else this.root.replaceChildren();
  }

  /** What the server knows this person has chosen before. */
  remembered(poll: string | null, choice: number | null): void {
    if (poll === null || choice === null || (this.chosen?.poll === poll && !this.chosen.kept)) return;
    this.chosen = { poll, choice, kept: true };
    if (this.poll) this.draw(this.poll);
  }

  kept(poll: string, choice: number): void {
    if (this.chosen?.poll !== poll || this.chosen.choice !== choice) return;
    this.chosen = { ...this.chosen, kept: true };
    if (this.poll) this.draw(this.poll);
  }

  /** After a pause, or while the server could not write: say again what it has not answered. */
  again(): void {
    const { chosen, poll } = this;
    if (chosen && !chosen.kept && poll?.id === chosen.poll && poll.status === "open") {
      this.send({ type: "class.vote", poll: chosen.poll, choice: chosen.choice });
    }
  }

  private choose(choice: number): void {
    if (this.poll?.status !== "open") return;
    this.chosen = { poll: this.poll.id, choice, kept: false };
    this.send({ type: "class.vote", poll: this.poll.id, choice });
    this.draw(this.poll);
    this.root.querySelector<HTMLElement>(`[data-choice="${choice}"]`)?.focus();
  }

  private draw(poll: PollShown): void {
    const mine = this.chosen?.poll === poll.id ? this.chosen : null;
    this.root.dataset["status"] = poll.status;
    this.root.replaceChildren(
      h("p", { class: "ballot-head" }, h("b", {}, statusOf(poll)), h("span", {}, noteOf(poll, mine))),
      h("h2", {}, ...unbroken(poll.question)),
      h("div", { class: "rows" }, ...poll.choices.map((_, index) => this.row(poll, index, mine?.choice ?? null))),
      poll.status === "revealed" && poll.explanation ? h("p", { class: "because" }, poll.explanation) : "",
    );
  }

  private row(poll: PollShown, index: number, mine: number | null): HTMLElement {
    const { text, note } = poll.choices[index]!;
    const on = index === mine;
    const right = poll.answer === index;
    const verdict = poll.status === "revealed" && poll.answer !== null ? (right ? " right" : " wrong") : "";
    const said = right ? t("class.the-answer") : on ? t("class.your-vote") : note;
    return h(
      "button",
      {
        type: "button",
        class: `choice${on ? " on" : ""}${verdict}`,
        "data-choice": String(index),
        "aria-pressed": String(on),
        disabled: poll.status !== "open",
      },
      h("span", { class: "letter" }, LETTERS[index]!),
      h("span", { class: isName(text) ? "mono text" : "text" }, text),
      h("small", {}, right ? icon("verified") : null, right && on ? t("class.both") : said),
    );
  }
}

function noteOf(poll: PollShown, mine: { choice: number; kept: boolean } | null): string {
  if (poll.status !== "open") return poll.status === "closed" ? t("class.moment") : "";
  if (!mine) return t("class.choose");
  const letter = LETTERS[mine.choice]!;
  return mine.kept ? t("class.voted", { letter }) : t("class.vote-waits", { letter });
}
