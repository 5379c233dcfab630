/** The presenter's page: what is shown here, everybody sees; what is noted here, nobody does. */
import { AskBox } from "../classroom/askbox";
import { Bars, countsOf, statusOf, total } from "../classroom/bars";
import { Desk, nodesOf, notesAt, type Note } from "../classroom/desk";
import { FrontLine, tokenOf } from "../classroom/front";
import { isOver } from "../classroom/line";
import { People } from "../classroom/people";
import { Remote } from "../classroom/remote";
import { Screen } from "../classroom/screen";
import { cursorAt, keyOf, Refused, Snapshot } from "../classroom/snapshot";
import { copyButton } from "../clipboard";
import { byId, h, unbroken } from "../dom";
import { download } from "../download";
import { t } from "../i18n";
import { Picker } from "../picker/picker";
import type {
  Boot,
  ClassBoot,
  ClassCounts,
  ClassOffer,
  ClassServerMessage,
  ClassState,
  ErrorMessage,
  PollShown,
} from "../protocol";
import { picksTo } from "../session";
import { tab } from "../storage";

const boot = JSON.parse(byId("netviz-class").textContent!) as ClassBoot;
const picking = JSON.parse(byId("netviz-boot").textContent!) as Boot;
const token = tokenOf(location.hash);
const snapshot = new Snapshot(boot);
const desk = new Desk(boot, token);
const remote = new Remote(boot.code);
const bars = new Bars(byId("votes"));
const begun = beginning();

let state: ClassState | null = null;
let counts: ClassCounts = { type: "class.counts", followers: 0, votes: {}, locked: false };
let notes: readonly Note[] = [];
/** What was asked last: after the reveal the packet goes where one sees the answer. */
let asked: ClassOffer | null = null;
/** A step that was gone to and that the server has not said yet: until then what it says is older. */
let wanted: number | null = null;
let wallToken = "";
let over = false;

const screen = new Screen({ went: said, take: takeWay, draw: drawAgain });
const picker = new Picker(picking, (asked) => {
  const { from, to, protocol } = asked;
  wanted = null;
  send({ type: "class.cursor", flow: { from, to, protocol }, seed: 0, step: 0 });
});
const line = new FrontLine(boot, "presenter", token, {
  message: heard,
  line: (now) => {
    byId("line").hidden = now !== "lost" || over;
    byId("line").textContent = t("class.line-lost");
  },
});
const people = new People((message) => line.send(message));
const askBox = new AskBox(desk, (own) => {
  asked = null;
  send(own);
});
const graph = snapshot.graph().then((found) => {
  screen.setGraph(found);
  picker.setGraph(found);
});
graph.catch(refused);

copyButton(byId<HTMLButtonElement>("copy-link"), () => byId<HTMLSelectElement>("join-url").value);
byId("join-url").addEventListener("change", () => byId("join-url").blur()); // or a clicker would turn it
byId("take-over").addEventListener("click", () => {
  byId("taken").hidden = true;
  line.claim();
});
remote.takeKeys();
byId("show-code").addEventListener("click", () => remote.showCode());
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
mountEnd();
setInterval(() => {
  byId("clock").textContent = minutes(Date.now() - begun);
}, 1000);
setInterval(() => void lookRound(), 3000);
void desk.notes().then(showNotes);
void desk.wallToken().then((found) => (wallToken = found ?? ""));
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
      if (message.as !== "presenter") break;
      byId("taken").hidden = true;
      byId("refusal").hidden = true;
      if (wanted !== null) said(wanted);
      break;
    case "class.notice":
      byId("notice").hidden = message.message === "";
      byId("notice").textContent = message.message && t(`class.notice.${message.about}`);
      break;
    case "error":
      refusedBySocket(message);
  }
}

function refusedBySocket({ code, message, hint }: ErrorMessage): void {
  over = isOver(code);
  byId(code === "taken-over" ? "taken" : "refusal").hidden = false;
  if (code !== "taken-over") byId("refusal").textContent = `${message} ${hint}`;
  if (code === "taken-over" || code === "not-the-presenter") wanted = null;
}

function arrived(next: ClassState): void {
  const before = state;
  if (wanted !== null && next.step === wanted && state && keyOf(next) === keyOf(state)) wanted = null;
  state = wanted !== null && before ? { ...next, step: before.step } : next;
  drawPoll(next.poll);
  byId("blank-all").setAttribute("aria-pressed", String(next.blank));
  document.body.classList.toggle("begun", next.flow !== null);
  const asked = snapshot.trace(next);
  if (!asked || wanted !== null) return;
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
    if (!state || snapshot.trace(state) !== asked || wanted !== null) return;
    byId("refusal").hidden = true;
    picker.refuse(null);
    screen.place(answer, state.step);
    drawBeside();
    offer();
  }, refused);
}

/** The presenter has gone to a step: everybody goes there. */
function said(step: number): void {
  if (!state?.flow) return;
  if (!byId("taken").hidden) {
    arrived(state); // another window leads; this one goes along
    return;
  }
  wanted = step;
  line.send(cursorAt(state, state.flow, step));
  state = { ...state, step };
  drawBeside();
  offer();
}

function takeWay(choice: number, option: number): void {
  const answer = screen.shown;
  if (!answer || !state?.flow) return;
  const { choices } = answer.trace;
  const step = choices[choice]?.at ?? screen.at;
  wanted = null;
  send({ ...cursorAt(state, state.flow, step), picks: picksTo(choices, choice, option) });
}

function drawAgain(): void {
  if (!state?.flow) return;
  wanted = null;
  send({ ...cursorAt(state, state.flow, screen.at), seed: state.seed + 1, picks: [] });
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
    q: () => remote.showCode(),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function ask(): void {
  if (state?.poll && state.poll.status !== "revealed") return;
  asked = askBox.chosen();
  if (!asked) return;
  wanted = null;
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

function offer(): void {
  if (state) void askBox.read(`${keyOf(state)} ${state.step}`);
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
  const words = poll.status === "revealed" && poll.answer !== null ? t("class.revealed") : statusOf(poll);
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

/** The wall has a right of its own, which only looks: its address may stand on the wall. */
function openAudience(): void {
  window.open(`${location.pathname.replace(/present$/, "audience")}#${wallToken}`, `netviz-audience-${boot.code}`);
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

/** Since when this class is presented in this tab; a reload does not set the clock back. */
function beginning(): number {
  const key = `netviz.begun ${boot.code}`;
  const known = Number(tab.get(key)) || Date.now();
  tab.set(key, String(known));
  return known;
}

const CONFIRM = 5000;

/** The end deletes the results, too: it takes two clicks. */
function mountEnd(): void {
  const button = byId<HTMLButtonElement>("end");
  const label = button.textContent ?? "";
  let sure = false;
  const reset = (): void => {
    sure = false;
    button.textContent = label;
  };
  button.addEventListener("click", () => {
    if (sure) {
      void desk.end();
      return;
    }
    sure = true;
    button.textContent = t("class.end.sure");
    setTimeout(reset, CONFIRM);
  });
}
