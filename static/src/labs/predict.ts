/** A prediction: choices by number keys or a number, Enter predicts, and only then the text answers. */
import { h, icon } from "../dom";
import { own, t } from "../i18n";
import type { Graded, LabTask } from "./api";
import { markup, plain, type ColourOf } from "./markup";
import type { Done } from "./progress";

export interface Asked {
  readonly task: LabTask;
  readonly colour: ColourOf;
  /** Grade it; null where nobody answered. */
  grade(answer: number): Promise<Graded | null>;
  /** The text has answered, too. */
  done(): void;
}

export class Predict {
  readonly root: HTMLFormElement;
  private readonly send = h("button", { class: "btn", type: "submit", ...own() }, t("lab.predict"));
  private readonly said = h("div", { class: "lab-said", role: "status", hidden: true });
  private readonly note = h("p", { class: "lab-note", ...own() }, t("lab.predict.note"));
  private readonly field: HTMLInputElement | null;
  private readonly options: HTMLLabelElement[] = [];
  private closed = false;

  constructor(
    private readonly asked: Asked,
    readonly tools: HTMLElement,
  ) {
    const { task, colour } = asked;
    this.field = task.number ? numberField(plain(task.question ?? "")) : null;
    const legend = h("legend", { class: "lab-question" }, ...markup(task.question ?? "", colour));
    const choices = (task.choices ?? []).map((words, index) => this.option(words, index));
    const act = h("div", { class: "lab-act" }, this.send, tools);
    this.root = h(
      "form",
      { class: "lab-ask", autocomplete: "off" },
      h("fieldset", {}, legend, ...choices, this.field),
      this.said,
      act,
      this.note,
    );
    this.send.disabled = true;
    this.root.addEventListener("input", () => (this.send.disabled = this.chosen() === null));
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.predict();
    });
  }

  /** A number key: choose that choice. */
  press(digit: number): boolean {
    const input = this.options[digit - 1]?.querySelector("input");
    if (!input || this.closed) return false;
    input.checked = true;
    input.focus();
    this.send.disabled = false;
    return true;
  }

  /** What was answered before, without asking again. */
  async repeat({ answer }: Done): Promise<void> {
    if (answer === undefined) return;
    if (this.field) this.field.value = String(answer);
    const input = this.options[answer]?.querySelector("input");
    if (input) input.checked = true;
    await this.predict();
  }

  private option(words: string, index: number): HTMLLabelElement {
    const input = h("input", { type: "radio", name: "choice", value: String(index) });
    const mark = h("span", { class: "lab-mark", "aria-hidden": "true" });
    const key = h("kbd", { "aria-hidden": "true" }, String(index + 1));
    const label = h(
      "label",
      { class: "lab-choice" },
      input,
      h("span", {}, ...markup(words, this.asked.colour)),
      mark,
      key,
    );
    this.options.push(label);
    return label;
  }

  private chosen(): number | null {
    if (this.field) return /^\d{1,9}$/.test(this.field.value.trim()) ? Number(this.field.value) : null;
    const found = this.root.querySelector<HTMLInputElement>("input[name=choice]:checked");
    return found ? Number(found.value) : null;
  }

  private async predict(): Promise<void> {
    const answer = this.chosen();
    if (answer === null || this.closed) return;
    this.closed = true;
    this.send.disabled = true;
    const graded = await this.asked.grade(answer);
    this.closed = graded !== null;
    if (!graded) {
      this.send.disabled = false;
      return;
    }
    this.tell(graded, answer);
    this.asked.done();
  }

  private tell(graded: Graded, answer: number): void {
    for (const [index, label] of this.options.entries()) {
      const state = index === graded.choice ? "right" : index === answer ? "wrong" : "closed";
      label.classList.add(state);
      label.querySelector("input")!.disabled = true;
      label.querySelector("kbd")?.remove();
      if (state !== "closed") label.querySelector(".lab-mark")!.append(icon(state === "right" ? "tick" : "cross"));
      if (state !== "closed")
        label.append(
          h("span", { class: "visually-hidden", ...own() }, t(state === "right" ? "lab.right" : "lab.wrong")),
        );
    }
    if (this.field) this.field.disabled = true;
    this.said.classList.toggle("wrong", !graded.right);
    this.said.replaceChildren(
      h("p", {}, ...markup(graded.after, this.asked.colour)),
      ...markup(graded.explanation, this.asked.colour),
    );
    this.said.hidden = false;
    this.note.remove();
    this.send.remove();
    this.tools.remove();
  }
}

function numberField(name: string): HTMLInputElement {
  return h("input", {
    class: "lab-number mono",
    inputmode: "numeric",
    pattern: "[0-9]*",
    maxlength: "9",
    "aria-label": name,
  });
}
