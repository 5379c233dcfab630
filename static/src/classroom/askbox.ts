/** What the presenter may ask: what the step offers, answered by the engine, or a question of their own. */
import { byId, h } from "../dom";
import { t } from "../i18n";
import type { ClassAsk, ClassOffer } from "../protocol";
import { LETTERS } from "./bars";
import type { Desk } from "./desk";

/** Not at every step that is only passed. */
const REST = 250;

export class AskBox {
  private offers: readonly ClassOffer[] = [];
  private offersFor = "";

  constructor(
    private readonly desk: Desk,
    private readonly send: (ask: ClassAsk) => void,
  ) {
    const lines = byId<HTMLTextAreaElement>("own-choices");
    lines.addEventListener("input", () => this.drawAnswers());
    byId<HTMLFormElement>("own").addEventListener("submit", (event) => {
      event.preventDefault();
      this.askOwn();
    });
    this.drawAnswers();
  }

  /** The one that is chosen, or the first. */
  chosen(): ClassOffer | null {
    const id = byId("offers").querySelector<HTMLInputElement>("input:checked")?.value ?? this.offers[0]?.id;
    return this.offers.find((offer) => offer.id === id) ?? null;
  }

  /** The questions of another step. */
  async read(key: string): Promise<void> {
    if (key === this.offersFor) return;
    this.offersFor = key;
    await new Promise((done) => setTimeout(done, REST));
    if (key !== this.offersFor) return;
    const offers = await this.desk.questions().catch(() => null);
    if (key !== this.offersFor) return;
    if (offers) this.draw(offers);
    else this.offersFor = ""; // the next step asks again
  }

  private draw(offers: readonly ClassOffer[]): void {
    this.offers = offers;
    const items = offers.map(({ id, question, choices, answer }, index) =>
      h(
        "li",
        {},
        h(
          "label",
          {},
          h("input", { type: "radio", name: "offer", value: id, checked: index === 0 }),
          h("span", {}, question, " ", h("small", {}, t("class.answer-is", { answer: choices[answer]?.text ?? "" }))),
        ),
      ),
    );
    byId("offers").replaceChildren(...items);
    byId<HTMLButtonElement>("ask-this").disabled = offers.length === 0;
    byId("ask-this").hidden = offers.length === 0;
    byId("no-offers").hidden = offers.length > 0;
  }

  private ownChoices(): string[] {
    const lines = byId<HTMLTextAreaElement>("own-choices").value.split("\n");
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  }

  /** Which of the choices is right; there may be none, as in a show of hands. */
  private drawAnswers(): void {
    const select = byId<HTMLSelectElement>("own-answer");
    const kept = select.value;
    const choices = this.ownChoices().slice(0, LETTERS.length);
    const options = choices.map((choice, index) =>
      h("option", { value: String(index) }, `${LETTERS[index]!}: ${choice}`),
    );
    select.replaceChildren(h("option", { value: "" }, t("class.own.no-answer")), ...options);
    select.value = Number(kept) < choices.length ? kept : "";
  }

  private askOwn(): void {
    const question = byId<HTMLInputElement>("own-question");
    const choices = this.ownChoices();
    const wrong = byId("own-wrong");
    const few = choices.length < 2 || choices.length > LETTERS.length;
    wrong.hidden = question.value.trim() !== "" && !few;
    wrong.textContent = few ? t("class.own.choices", { most: LETTERS.length }) : t("class.own.words");
    if (!wrong.hidden) return;
    const answer = byId<HTMLSelectElement>("own-answer").value;
    this.send({
      type: "class.ask",
      question: question.value.trim(),
      choices,
      ...(answer === "" ? {} : { answer: Number(answer) }),
    });
    byId<HTMLDetailsElement>("own-open").open = false;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }
}
