/** The question: From, To, Protocol, Send packet. It says in words what the server would not answer. */
import { byId, h } from "../dom";
import type { Boot, ErrorAnswer, FoundAnswer, Graph } from "../protocol";
import type { Asked } from "../session";
import type { Refusal } from "../state";
import { groupsOf, receivers, senders, suggestion } from "./choices";
import { Combobox } from "./combobox";
import { t } from "../i18n";

export class Picker {
  private readonly form = byId<HTMLFormElement>("ask");
  private readonly error = byId("ask-error");
  private readonly protocol = byId<HTMLSelectElement>("protocol");
  private readonly from = new Combobox(byId<HTMLInputElement>("from"), () => this.to.input.focus());
  private readonly to = new Combobox(byId<HTMLInputElement>("to"), () => byId("send").focus());
  private readonly seed: number;

  constructor(boot: Boot, ask: (asked: Asked) => void) {
    for (const name of boot.protocols) this.protocol.append(h("option", { value: name }, name));
    this.from.value = boot.from;
    this.to.value = boot.to;
    this.protocol.value = boot.protocol;
    this.seed = boot.seed;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.ready()) ask(this.question);
    });
  }

  /** What is written there; nobody has decided yet for chance. */
  get question(): Asked {
    return { from: this.from.value, to: this.to.value, protocol: this.protocol.value, seed: this.seed, picks: [] };
  }

  /** Write a question there that somebody goes back to. */
  write({ from, to, protocol }: Asked): void {
    this.from.value = from;
    this.to.value = to;
    this.protocol.value = protocol;
  }

  setGraph(graph: Graph): void {
    this.from.choices = senders(graph);
    this.to.choices = receivers(graph);
    if ([this.from, this.to].some((field) => field.value || field.focused)) return; // somebody was faster than the graph
    const { from, to } = suggestion(graph);
    this.from.value = from;
    this.to.value = to;
  }

  /** One end of the question, from somewhere else on the page. */
  put(end: "from" | "to", value: string): void {
    const field = end === "from" ? this.from : this.to;
    const other = end === "from" ? this.to : this.from;
    field.value = value;
    (other.value ? byId("send") : other.input).focus();
  }

  /** Where suggestions come from in a cluster that is not whole on this page. */
  set lookup(ask: ((typed: string) => Promise<FoundAnswer | ErrorAnswer>) | null) {
    this.from.lookup = ask && (async (typed) => groupsOf(await ask(typed), "from"));
    this.to.lookup = ask && (async (typed) => groupsOf(await ask(typed), "to"));
  }

  focus(): void {
    this.from.input.focus();
  }

  busy(waiting: boolean): void {
    this.form.toggleAttribute("data-waiting", waiting);
  }

  refuse(refusal: Refusal | null): void {
    this.error.replaceChildren();
    this.error.hidden = refusal === null;
    if (!refusal) return;
    this.error.append(
      h("p", {}, h("b", {}, refusal.message)),
      h("p", {}, refusal.hint, " ", h("code", {}, refusal.code)),
    );
  }

  /** Whether there is a question; says in words what is missing. */
  ready(): boolean {
    const missing = [this.from, this.to].find((field) => !field.value);
    if (!missing) return true;
    const who = missing === this.from ? t("ask.who") : t("ask.where");
    const hint = missing === this.from ? t("ask.who.hint") : t("ask.where.hint");
    this.refuse({ code: "missing", message: who, hint });
    missing.input.focus();
    return false;
  }
}
