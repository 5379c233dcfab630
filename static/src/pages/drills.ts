/** A fault drill: a symptom, a few packets to ask, and the fault to name. */
import { answered, sending } from "../ask";
import { byId, h, icon } from "../dom";
import { t, woven } from "../i18n";
import { isRefused, type Scene } from "../labs/api";
import { onLabKeys } from "../labs/keys";
import { bringIntoView } from "../labs/narrow";
import { record, withGrade } from "../labs/record";
import { orRefuse, refuse } from "../labs/refusal";
import { flowWords, Stage } from "../labs/stage";
import type { ErrorAnswer } from "../protocol";
import { toggleDark } from "../themes";

interface Drill extends Scene {
  readonly seed: number;
  readonly traces: number;
  readonly symptom: { readonly from: string; readonly to: string; readonly ends: string };
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly choices: readonly string[];
}

interface Named {
  readonly right: boolean;
  readonly choice: number;
  readonly because: string;
  readonly grade: number;
}

const MOST_SEED = 100_000_000;
const read = byId("lab-read");
const stage = new Stage();
const named = new URLSearchParams(location.search).get("seed");
let drill: Drill;
let asked = 0;
let closed = false;
let repeated = false;

void begin(named && /^\d{1,9}$/.test(named) ? Number(named) : random());

function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % MOST_SEED;
}

/** The same drill again tells nothing new: it is not counted. */
async function begin(seed: number, again = false): Promise<void> {
  const found = await answered<Drill>(`/api/v1/drills/${seed}`);
  if (isRefused(found)) return refuse(found);
  drill = found;
  asked = 0;
  closed = false;
  repeated = again;
  history.replaceState(null, "", `?seed=${seed}`);
  byId("lab-flow").replaceChildren();
  stage.show(drill, null);
  draw();
  standing();
  document.documentElement.dataset["ready"] = "";
}

function draw(): void {
  const { from, to, ends } = drill.symptom;
  const short = from.replace(/^default\//, "");
  const symptom = h("p", {});
  symptom.append(
    ...woven("drill.symptom", {
      from: h("code", { class: "mono c-client" }, short),
      to: h("code", { class: "mono c-service" }, to),
      ends: h("b", {}, endWords(ends)),
    }),
  );
  read.replaceChildren(
    h(
      "p",
      { class: "lab-eyebrow" },
      t("drill.eyebrow"),
      h("span", { class: "lab-part mono" }, t("drill.number", { seed: String(drill.seed) })),
    ),
    h("h1", { tabindex: "-1" }, t("drill.title")),
    symptom,
    asking(),
    naming(),
  );
}

function asking(): HTMLElement {
  const from = picker(t("drill.from"), drill.sources, drill.symptom.from);
  const to = picker(t("drill.to"), drill.targets, drill.symptom.to);
  const left = h("p", { class: "lab-note", id: "drill-left", role: "status" }, leftWords());
  const form = h(
    "form",
    { class: "drill-ask", autocomplete: "off" },
    from,
    to,
    h("button", { class: "btn", type: "submit" }, t("drill.send")),
    left,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(from.querySelector("select")!.value, to.querySelector("select")!.value);
  });
  return form;
}

function picker(name: string, values: readonly string[], chosen: string): HTMLLabelElement {
  const options = [...new Set(values)].map((value) => h("option", { value, selected: value === chosen }, value));
  return h("label", {}, h("span", {}, name), h("select", { class: "mono" }, ...options));
}

function leftWords(): string {
  const left = drill.traces - asked;
  if (left > 0) return t("drill.left", { count: left, all: drill.traces });
  return left === 0 ? t("drill.none-left") : t("drill.over", { more: -left });
}

async function ask(from: string, to: string): Promise<void> {
  const scene = await orRefuse(post<Scene>("trace", { from, to }));
  if (!scene) return;
  if (!closed) asked += 1;
  if (!closed) byId("drill-left").textContent = leftWords();
  const flow = { from, to, protocol: "TCP" };
  byId("lab-flow").replaceChildren(...flowWords(flow));
  stage.show(scene, flow);
  if (!closed) bringIntoView(byId("picture"));
}

function naming(): HTMLElement {
  const rows = drill.choices.map((words, index) => {
    const input = h("input", { type: "radio", name: "fault", value: String(index) });
    const mark = h("span", { class: "lab-mark", "aria-hidden": "true" });
    return h(
      "label",
      { class: "lab-choice" },
      input,
      h("span", {}, words),
      mark,
      h("kbd", { "aria-hidden": "true" }, String(index + 1)),
    );
  });
  const send = h("button", { class: "btn", type: "submit", disabled: true }, t("drill.that"));
  const said = h("div", { class: "lab-said", role: "status", hidden: true });
  const act = h("div", { class: "lab-act" }, send);
  const form = h(
    "form",
    { class: "lab-ask" },
    h("fieldset", {}, h("legend", { class: "lab-question" }, t("drill.which")), ...rows),
    said,
    act,
  );
  form.addEventListener("input", () => (send.disabled = false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = form.querySelector<HTMLInputElement>("input:checked");
    if (!chosen || closed) return;
    const answer = await orRefuse(post<Named>("answer", { choice: Number(chosen.value), asked }));
    if (answer) tell(answer, Number(chosen.value), rows, said, act);
  });
  return form;
}

function tell(answer: Named, chosen: number, rows: readonly HTMLElement[], said: HTMLElement, act: HTMLElement): void {
  closed = true;
  rows.forEach((row, index) => {
    const state = index === answer.choice ? "right" : index === chosen ? "wrong" : "closed";
    row.classList.add(state);
    row.querySelector("input")!.disabled = true;
    row.querySelector("kbd")?.remove();
    if (state !== "closed") row.querySelector(".lab-mark")!.append(icon(state === "right" ? "tick" : "cross"));
  });
  said.classList.toggle("wrong", !answer.right);
  const words = answer.right ? t("drill.right", { asked, all: drill.traces }) : t("drill.wrong");
  const row = repeated ? 0 : withGrade(record.get(), answer.grade).row;
  const cheer = row > 1 ? ` ${t("drill.row", { row })}.` : "";
  said.replaceChildren(h("p", {}, h("b", {}, words + cheer)), h("p", { lang: "en" }, answer.because));
  said.hidden = false;
  const next = h("button", { class: "btn", type: "button" }, t("drill.another"));
  next.addEventListener("click", () => void begin(random()));
  const again = h("button", { class: "lab-hint", type: "button" }, t("drill.again"));
  again.addEventListener("click", () => void begin(drill.seed, true));
  act.replaceChildren(next, again);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  byId("drill-left").textContent = t("drill.free");
  if (!repeated) record.add(answer.grade);
  standing();
  if (!asked) void ask(drill.symptom.from, drill.symptom.to);
}

function standing(): void {
  const { count, credit, row } = record.get();
  const words = [count ? t("drill.record", { credit, count }) : "", row > 1 ? t("drill.row", { row }) : ""];
  byId("drill-record").replaceChildren(...words.filter(Boolean).map((one) => h("b", {}, one)));
}

function post<T>(path: string, body: object): Promise<T | ErrorAnswer> {
  return answered<T>(`/api/v1/drills/${drill.seed}/${path}`, sending(body));
}

function endWords(ends: string): string {
  switch (ends) {
    case "refused":
    case "rejected":
    case "timeout":
    case "unreachable":
    case "nxdomain":
      return t(`drill.ends.${ends}`);
    default:
      return ends;
  }
}

byId("theme").addEventListener("click", () => toggleDark());
onLabKeys(stage, (digit) => {
  const row = read.querySelectorAll<HTMLInputElement>("input[name=fault]")[digit - 1];
  if (!row || closed) return false;
  row.click();
  row.focus();
  return true;
});
