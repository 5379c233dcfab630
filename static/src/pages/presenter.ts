/** The presenter's page: what is shown here, everybody sees; what is noted here, nobody does. */
import { Bars, countsOf, total } from "../classroom/bars";
import { Desk, nodesOf, notesAt, type Note } from "../classroom/desk";
import { FrontLine, tokenOf } from "../classroom/front";
import { People } from "../classroom/people";
import { Screen } from "../classroom/screen";
import { keyOf, Refused, Snapshot } from "../classroom/snapshot";
import { copyButton } from "../clipboard";
import { byId, h, unbroken } from "../dom";
import { download } from "../download";
import { t } from "../i18n";
import { Picker } from "../picker/picker";
import type { Boot, ClassBoot, ClassCounts, ClassOffer, ClassServerMessage, ClassState, PollShown } from "../protocol";
import { picksTo } from "../session";
import { tab } from "../storage";

const boot = JSON.parse(byId("netviz-class").textContent!) as ClassBoot;
const picking = JSON.parse(byId("netviz-boot").textContent!) as Boot;
const token = tokenOf(location.hash);
const snapshot = new Snapshot(boot);
const desk = new Desk(boot, token);
const bars = new Bars(byId("votes"));
const begun = Date.now();

let state: ClassState | null = null;
let counts: ClassCounts = { type: "class.counts", followers: 0, votes: {}, locked: false };
let notes: readonly Note[] = [];
let offers: readonly ClassOffer[] = [];
let offersFor = "";
/** What was asked last: after the reveal the packet goes where one sees the answer. */
let asked: ClassOffer | null = null;
/** A step that was gone to while the line was lost, or before the server has answered. */
let unsaid = false;

const screen = new Screen({ went: said, take: takeWay, draw: drawAgain });
const picker = new Picker(picking, (asked) => {
  const { from, to, protocol } = asked;
  send({ type: "class.cursor", flow: { from, to, protocol }, seed: 0, step: 0 });
});
const line = new FrontLine(boot, "presenter", token, {
  message: heard,
  line: (now) => {
    byId("line").hidden = now !== "lost";
    byId("line").textContent = t("class.line-lost");
  },
});
const people = new People((message) => line.send(message));
const graph = snapshot.graph().then((found) => {
  screen.setGraph(found);
  picker.setGraph(found);
});
graph.catch(refused);

copyButton(byId<HTMLButtonElement>("copy-link"), () => byId<HTMLSelectElement>("join-url").value);
byId("take-over").addEventListener("click", () => {
  byId("taken").hidden = true;
  line.claim();
});
byId("ask-this").addEventListener("click", ask);
byId("close-poll").addEventListener("click", close);
byId("reveal").addEventListener("click", reveal);
byId("dismiss").addEventListener("click", () => state?.poll && send({ type: "class.dismiss", poll: state.poll.id }));
byId("blank-all").addEventListener("click", blank);
byId("results").addEventListener("click", () => void takeResults());
byId("open-audience").addEventListener("click", openAudience);
byId<HTMLFormElement>("notes-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void desk.keepNotes(byId<HTMLTextAreaElement>("notes-text").value).then(showNotes);
  byId<HTMLDetailsElement>("notes-edit").open = false;
});
byId<HTMLDetailsElement>("people").addEventListener("toggle", () => void lookRound());
document.addEventListener("keydown", pressed);
setInterval(() => {
  byId("clock").textContent = minutes(Date.now() - begun);
}, 1000);
setInterval(() => void lookRound(), 3000);
void desk.notes().then(showNotes);
byId<HTMLAnchorElement>("board-link").hash = token;
if (!token) refused(new Error());

function heard(message: ClassServerMessage): void {
  switch (message.type) {
    case "class.state":
      arrived(message);
      break;
    case "class.counts":
      counts = message;
      byId("followers").textContent = String(message.followers);
      people.locked(message.locked);
      drawVotes();
      break;
    case "class.claimed":
      byId("taken").hidden = true;
      byId("refusal").hidden = true;
      if (unsaid) said(screen.at);
      break;
    case "class.notice":
      byId("notice").hidden = message.message === "";
      byId("notice").textContent = message.message;
      break;
    case "error":
      byId(message.code === "taken-over" ? "taken" : "refusal").hidden = false;
      if (message.code !== "taken-over") byId("refusal").textContent = `${message.message} ${message.hint}`;
  }
}

function arrived(next: ClassState): void {
  const before = state;
  state = next;
  if (unsaid) return;
  const asked = snapshot.trace(next);
  drawPoll(next.poll);
  byId("blank-all").setAttribute("aria-pressed", String(next.blank));
  document.body.classList.toggle("begun", next.flow !== null);
  if (!asked) return;
  if (!before || keyOf(before) !== keyOf(next)) {
    picker.write({
      from: next.flow!.from,
      to: next.flow!.to,
      protocol: next.flow!.protocol ?? "TCP",
      seed: 0,
      picks: [],
    });
  }
  void Promise.all([asked, graph]).then(([answer]) => {
    if (!state || snapshot.trace(state) !== asked || unsaid) return;
    picker.refuse(null);
    screen.place(answer, state.step);
    drawBeside();
    void offer();
  }, refused);
}

/** The presenter has gone to a step: everybody goes there. */
function said(step: number): void {
  if (!state?.flow) return;
  const { flow, seed, picks, after, faults } = state;
  unsaid = !line.send({ type: "class.cursor", flow, seed, picks, after, faults, step });
  state = { ...state, step };
  drawBeside();
  void offer();
}

function takeWay(choice: number, option: number): void {
  const answer = screen.shown;
  if (!answer || !state?.flow) return;
  const { flow, seed, after, faults } = state;
  const { choices } = answer.trace;
  const step = choices[choice]?.at ?? screen.at;
  send({ type: "class.cursor", flow, seed, picks: picksTo(choices, choice, option), after, faults, step });
}

function drawAgain(): void {
  if (!state?.flow) return;
  const { flow, seed, after, faults } = state;
  send({ type: "class.cursor", flow, seed: seed + 1, picks: [], after, faults, step: screen.at });
}

function send(message: Parameters<FrontLine["send"]>[0]): void {
  line.send(message);
}

function pressed(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=range]), textarea, select"))
    return;
  const act = {
    PageDown: () => screen.next(),
    PageUp: () => screen.previous(),
    a: ask,
    c: close,
    v: reveal,
    b: blank,
    ".": blank,
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function ask(): void {
  if (state?.poll && state.poll.status !== "revealed") return;
  const chosen = byId("offers").querySelector<HTMLInputElement>("input:checked")?.value ?? offers[0]?.id;
  asked = offers.find(({ id }) => id === chosen) ?? null;
  if (!asked) return;
  if (asked.place) send({ type: "class.cursor", faults: state?.faults ?? [], after: [], ...asked.place });
  send({ type: "class.ask", offer: asked.id });
}

function close(): void {
  if (state?.poll?.status === "open") send({ type: "class.close", poll: state.poll.id });
}

function reveal(): void {
  if (!state?.poll || state.poll.status === "revealed") return;
  send({ type: "class.reveal", poll: state.poll.id });
  if (asked?.question === state.poll.question && asked.seen > screen.at) screen.go(asked.seen);
}

function blank(): void {
  if (state) send({ type: "class.blank", blank: !state.blank });
}

async function offer(): Promise<void> {
  if (!state) return;
  const key = `${keyOf(state)} ${state.step}`;
  if (key === offersFor) return;
  offersFor = key;
  await new Promise((done) => setTimeout(done, 250)); // not at every step that is only passed
  if (key !== offersFor) return;
  offers = await desk.questions();
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
  byId("no-offers").hidden = offers.length > 0;
}

function drawBeside(): void {
  const next = screen.sentenceAt(screen.at + 1);
  byId("next-sentence").textContent = next || t("class.last-step");
  const shown = notesAt(notes, screen.at + 1).flatMap((note) => nodesOf(note.html));
  byId("notes").replaceChildren(...(shown.length ? shown : [h("p", { class: "none" }, t("class.no-notes"))]));
}

function drawPoll(poll: PollShown | null): void {
  byId("poll").hidden = poll === null;
  byId("ask-box").hidden = poll !== null && poll.status !== "revealed";
  if (!poll) return;
  byId("poll-question").replaceChildren(...unbroken(poll.question));
  byId("poll").dataset["status"] = poll.status;
  byId<HTMLButtonElement>("close-poll").hidden = poll.status !== "open";
  byId<HTMLButtonElement>("reveal").hidden = poll.status === "revealed";
  drawVotes();
}

function drawVotes(): void {
  const poll = state?.poll;
  if (!poll) return;
  bars.show(poll, counts.votes);
  const all = total(countsOf(poll, counts.votes));
  const words = poll.status === "revealed" ? t("class.revealed") : t(`class.poll.${poll.status}`);
  byId("poll-status").textContent = `${words} · ${t("class.answered", { votes: all, followers: counts.followers })}`;
}

function showNotes(found: { text: string; notes: readonly Note[] } | null): void {
  if (!found) return;
  notes = found.notes;
  byId<HTMLTextAreaElement>("notes-text").value = found.text;
  drawBeside();
}

async function lookRound(): Promise<void> {
  if (byId<HTMLDetailsElement>("people").open) people.show(await desk.members());
}

async function takeResults(): Promise<void> {
  const blob = await desk.results();
  if (blob) download(blob, `netviz-class-${boot.code}.csv`);
}

/** The wall has a right of its own, which only looks; without it the presenter's token serves. */
function openAudience(): void {
  const wall = tab.get(`netviz.audience ${boot.code}`) ?? token;
  window.open(`${location.pathname.replace(/present$/, "audience")}#${wall}`, `netviz-audience-${boot.code}`);
}

function refused(fault: unknown): void {
  const words = fault instanceof Refused ? fault.refusal : null;
  if (words && state?.flow) picker.refuse(words);
  else {
    byId("refusal").hidden = false;
    byId("refusal").textContent = words ? `${words.message} ${words.hint}` : t("class.no-token");
  }
}

function minutes(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
