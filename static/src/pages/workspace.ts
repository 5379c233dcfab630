/** A workspace: asks, keeps up with the answer, and moves picture, list, headers, rules, line and commands together. */
import { stepOf, write } from "../address";
import { copyButton } from "../clipboard";
import { byId } from "../dom";
import { mountPicture } from "../graph";
import { Roles } from "../graph/roles";
import { openHelp } from "../help";
import { onKey, type Key } from "../keys";
import { showCommands } from "../panels/commands";
import { showHeaders } from "../panels/headers";
import { jumps } from "../panels/jumps";
import { ManifestPanel } from "../panels/manifest";
import { showNarration } from "../panels/narration";
import { showProblems } from "../panels/problems";
import { showResult } from "../panels/result";
import { showRules } from "../panels/rules";
import { StepsPanel } from "../panels/steps";
import { showTables } from "../panels/tables";
import { namesOf, NO_GRAPH, type View } from "../panels/view";
import { originOf } from "../panels/picked";
import { Picker } from "../picker/picker";
import { Player } from "../player";
import type { Boot, Graph, Problems, ServerMessage, Step } from "../protocol";
import { Socket } from "../socket";
import { NOTHING, unfinished, update, type Answer, type Event, type Question, type State } from "../state";
import { Strip } from "../strip";
import { onTheme, toggleDark, toggleProjector } from "../themes";
import type { Cursor } from "../timeline";
import { acceptDrops, isRefusal, upload } from "../upload";

const boot = JSON.parse(byId("netviz-boot").textContent!) as Boot;

let state: State = NOTHING;
let graph: Graph = NO_GRAPH;
let roles = new Roles(NO_GRAPH, null);
let names: View["names"] = new Map();
let wanted = stepOf(location.hash);
let questions = 0;
let drawing = false;

const picture = mountPicture(byId("picture"));
const manifest = new ManifestPanel(boot.filesUrl);
const picker = new Picker(boot, ask);
const player = new Player((index) => state.answer?.steps[index], moved);
const steps = new StepsPanel((index) => player.do({ type: "seek", to: index }));
const strip = new Strip((index) => player.do({ type: "seek", to: index }));
const socket = new Socket(boot.wsPath, { message: heard, line: (line) => heard({ type: "line", line }) });

void load();
jumps();
onKey(pressed);
onTheme(() => picture.setTheme());
picture.onPick((id) => {
  const origin = originOf(graph, id);
  if (origin) manifest.point(origin, "In the manifests");
});
byId("theme").addEventListener("click", () => toggleDark());
byId("projector").addEventListener("click", () => toggleProjector());
byId("how-to-read").addEventListener("click", () => openHelp());
copyButton(byId<HTMLButtonElement>("share"), () => location.href);
window.addEventListener("hashchange", () => {
  const at = stepOf(location.hash);
  if (at !== null) player.do({ type: "seek", to: at });
});
acceptDrops(async (files) => {
  const answer = await upload(files, "", () => undefined);
  if (isRefusal(answer)) picker.refuse(answer);
  else location.assign(answer.url);
});
if (boot.from && boot.to) ask(picker.question);

async function load(): Promise<void> {
  const [drawn, told] = await Promise.all([fetch(boot.graphUrl), fetch(boot.problemsUrl)]);
  if (!drawn.ok) {
    picker.refuse(await drawn.json());
    return;
  }
  graph = (await drawn.json()) as Graph;
  picture.setGraph(graph);
  picker.setGraph(graph);
  if (told.ok) showProblems(((await told.json()) as Problems).problems, manifest);
  document.documentElement.dataset["ready"] = "";
  fill();
}

function ask(question: Question): void {
  questions += 1;
  apply({ type: "asked", id: `q${questions}`, question });
  start();
}

/** Say the open question again, or go on where the answer stopped: whichever the state says is unfinished. */
function start(): void {
  const rest = unfinished(state);
  if (!rest) return;
  if ("start" in rest) {
    const { from, to, protocol, seed } = state.asked!.question;
    socket.send({ type: "trace.start", id: rest.start, flow: { from, to, protocol }, seed });
  } else {
    socket.send({ type: "trace.resume", id: rest.resume, key: rest.key, after: rest.after });
  }
}

function heard(event: ServerMessage | Extract<Event, { type: "line" }>): void {
  if (event.type === "error" && event.code === "stale-trace" && event.id === state.answer?.id) {
    ask(state.answer.question);
    return;
  }
  apply(event);
  if (event.type === "line" && event.line === "open") start();
}

function apply(event: Event): void {
  const before = state;
  state = update(before, event);
  if (state === before) return;
  if (state.answer?.trace !== before.answer?.trace) begun(before);
  picker.busy(state.asked !== null);
  if (state.refusal !== before.refusal) picker.refuse(state.refusal);
  byId("line").hidden = state.line !== "lost";
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(fill);
}

/** Another trace: the cursor starts anew, unless it is the same answer again after a pause. */
function begun(before: State): void {
  if (before.answer && before.answer.trace.key === state.answer!.trace.key) wanted ??= player.cursor.at;
  player.do({ type: "reset" });
}

/** At most once a frame: what has come since goes to the views. */
function fill(): void {
  drawing = false;
  const { answer } = state;
  document.body.classList.toggle("traced", answer !== null);
  if (!answer) return;
  const trace = answer.steps.length ? { legs: answer.trace.legs, steps: answer.steps } : null;
  roles = new Roles(graph, trace);
  names = namesOf(graph, answer.steps[0]?.netns);
  strip.fill(answer);
  steps.fill(answer);
  showResult(answer, manifest);
  if (answer.complete || answer.steps.length === answer.total) picture.setTrace(trace);
  player.do({ type: "count", count: answer.steps.length });
  if (wanted !== null && (wanted < answer.steps.length || answer.complete)) {
    player.do({ type: "seek", to: wanted });
    wanted = null;
  }
  show(player.cursor, false);
}

function moved(cursor: Cursor, before: Cursor): void {
  if (cursor.at === before.at && cursor.playing === before.playing) return;
  show(cursor, cursor.at !== before.at);
  if (!cursor.playing) speak(cursor);
}

function show(cursor: Cursor, animate: boolean): void {
  const { answer } = state;
  const step = answer?.steps[cursor.at];
  if (!answer || !step) return;
  const view: View = { answer, step, at: cursor.at, roles, names };
  showNarration(view);
  showHeaders(view);
  showRules(view, () => ask(picker.redraw()));
  manifest.show(view);
  showCommands(view);
  showTables(view);
  steps.show(cursor.at);
  strip.show(cursor.at, `${cursor.at + 1} of ${answer.total}: ${step.narration?.plain ?? step.kind}`);
  byId("count").textContent = String(cursor.at + 1);
  byId("total").textContent = `of ${answer.total}`;
  picture.showStep(cursor.at, { animate });
  foldResult(answer, step, cursor.at);
  if (!cursor.playing && wanted === null) write(answer.question, cursor.at);
}

/** The whole result where the packet ends, one line of it elsewhere. */
function foldResult(answer: Answer, step: Step, at: number): void {
  const ends = step.cause !== null || at === answer.steps.length - 1;
  byId("result").classList.toggle("folded", !ends);
}

/** The live region speaks where the reader stands, never on the way there. */
function speak({ at }: Cursor): void {
  const step = state.answer?.steps[at];
  if (step) byId("live").textContent = step.narration?.plain ?? "";
}

function pressed(key: Key): void {
  if (key === "ask") picker.focus();
  else if (key === "help") openHelp();
  else if (key === "projector") toggleProjector();
  else player.do({ type: key });
}
