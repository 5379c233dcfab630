/** A workspace: asks, keeps up with the answer, and moves picture, list, headers, rules, line and commands together. */
import { addressOf, questionOf, stepOf, write } from "../address";
import { Branches, choiceFrom } from "../branches";
import { Connections } from "../connections";
import { mountPresent } from "../classroom/start";
import { Conversation } from "../conversation";
import { byId } from "../dom";
import { keepPlace } from "../language";
import { FaultsPanel } from "../faults/panel";
import { Finding } from "../find";
import { mountPicture } from "../graph";
import { Roles } from "../graph/roles";
import { openHelp } from "../help";
import { onKey, type Key } from "../keys";
import { MatrixPanel } from "../matrix/panel";
import { BothWaysPanel } from "../panels/bothways";
import { ClusterPanel } from "../panels/cluster";
import { showCommands } from "../panels/commands";
import { CopyPanel } from "../panels/copy";
import { FixesPanel } from "../panels/fixes";
import { showHeaders } from "../panels/headers";
import { jumps } from "../panels/jumps";
import { ManifestPanel } from "../panels/manifest";
import { showNarration } from "../panels/narration";
import { showProblems, tellIfNothingRuns } from "../panels/problems";
import { showResult } from "../panels/result";
import { showRules } from "../panels/rules";
import { StepsPanel } from "../panels/steps";
import { showTables } from "../panels/tables";
import { namesOf, NO_GRAPH, type View } from "../panels/view";
import { originOf, probesOf } from "../panels/picked";
import { Picker } from "../picker/picker";
import { Player } from "../player";
import type { Boot, Graph, Problems, Step } from "../protocol";
import { afterLookup, neighbouring } from "../phases";
import { picksTo, questionAt, type Asked } from "../session";
import type { Answer, State } from "../state";
import { ShareDialog } from "../share/dialog";
import { Keeper } from "../share/keeper";
import { Strip } from "../strip";
import { leaveBar, onTheme, toggleDark, toggleProjector } from "../themes";
import type { Cursor } from "../timeline";
import { about } from "../subject";
import { acceptDrops, isRefusal, upload } from "../upload";
import { EditPanel } from "../whatif/panel";
import { t } from "../i18n";

const boot = JSON.parse(byId("netviz-boot").textContent!) as Boot;

/** At the end of an address: the settings were open, and stay so. */
const OPENED = "&settings";

let graph: Graph = NO_GRAPH;
let roles = new Roles(NO_GRAPH, null);
let names: View["names"] = new Map();
let wanted = stepOf(location.hash);
let drawing = false;

const picture = mountPicture(byId("picture"));
const keeper = new Keeper(picture, location.hash, () => writeAddress());
const manifest = new ManifestPanel(boot.filesUrl);
const picker = new Picker(boot, (asked) => talk.ask({ ...asked, after: [] }));
const player = new Player((index) => talk.state.answer?.steps[index], moved);
const seek = (index: number): void => player.do({ type: "seek", to: index });
const steps = new StepsPanel(seek);
const both = new BothWaysPanel(seek);
const branches = new Branches(takeWay);
const strip = new Strip(seek, openChoice);
const connections = new Connections({
  look: (index) => {
    stay();
    talk.lookAt(index);
  },
  afresh: () => talk.ask({ ...talk.session.connections[0]!.asked, after: [] }),
  another: () => {
    if (picker.ready()) talk.askAnother(picker.question);
  },
});
const cluster = new ClusterPanel(boot, {
  changed: async () => {
    await again();
    await edit.rebase();
  },
  moved: (url) => {
    const { pathname } = new URL(url, location.href);
    const address = addressOf(pathname, questionAt(talk.session), player.cursor.at);
    location.assign(`${address}${address.includes("#") ? "" : "#"}${OPENED}`);
  },
  refused: (answer) => picker.refuse(answer),
});
const matrix = new MatrixPanel(`${boot.workspaceUrl}/connectivity`, askFor);
const edit = new EditPanel(boot, {
  refresh: again,
  question: () => questionAt(talk.session),
  at: () => player.cursor.at,
  seek: (at) => (talk.state.asked ? (wanted = at) : seek(at)),
  trace: askFor,
});
manifest.edit = { to: (file, line) => void edit.openAt(file, line), open: () => edit.isOpen };
byId("problems-count").addEventListener("click", () => edit.toProblem());
const fixes = new FixesPanel(boot, manifest, {
  refused: (answer) => picker.refuse(answer),
  apply: (patch) => void edit.apply(patch),
});
const copy = new CopyPanel(boot, askFor);
const finding = new Finding({ boot, picture, picker, manifest, askFor, changed: use });
const faults = new FaultsPanel({
  picture,
  workspaceUrl: boot.workspaceUrl,
  changed: () => {
    stay();
    talk.again();
    writeAddress(); // where nothing is asked yet this is broken all the same
  },
  refused: (answer) => picker.refuse(answer),
});
const talk: Conversation = new Conversation(boot.wsPath, changed);

void load();
jumps();
onKey(pressed);
keepPlace();
onTheme(() => picture.setTheme());
picture.onPick((id) => {
  faults.offer(id);
  const origin = originOf(graph, id);
  if (origin) manifest.point(origin, t("manifest.picked"), probesOf(graph, id, askFor));
});
byId("skip-lookup").addEventListener("click", () => skipLookup());
byId("theme").addEventListener("click", () => toggleDark());
byId("projector").addEventListener("click", () => toggleProjector());
byId("how-to-read").addEventListener("click", () => openHelp());
mountPresent({
  slug: boot.slug,
  title: boot.example?.title ?? "",
  question: () => questionAt(talk.session),
  at: () => player.cursor.at,
  refuse: (answer) => picker.refuse(answer),
});
new ShareDialog({ boot, picture, answer: () => talk.state.answer, at: () => player.cursor.at });
window.addEventListener("hashchange", () => {
  const at = stepOf(location.hash);
  if (at !== null) seek(at);
});
acceptDrops(async (files) => {
  if (edit.takes()) return edit.add(files);
  const answer = await upload(files, "", () => undefined);
  if (isRefusal(answer)) picker.refuse(answer);
  else location.assign(answer.url);
});
if (location.hash.endsWith(OPENED)) cluster.open();
if (boot.from && boot.to) talk.ask(questionOf(location.search, picker.question));

async function load(): Promise<void> {
  const problems = fetch(about(boot.problemsUrl));
  const drawn = await finding.load();
  if ("code" in drawn) {
    picker.refuse(drawn);
    return;
  }
  for (const view of [matrix, fixes, copy, manifest]) view.forget();
  use(drawn);
  cluster.show(graph);
  const told = await problems;
  if (told.ok) showProblems(((await told.json()) as Problems).problems, manifest);
  tellIfNothingRuns(graph.counts.pods);
  if (!talk.session.connections.length) keeper.restore();
  document.documentElement.dataset["ready"] = "";
}

/** The page is about another state of the cluster: draw it, and ask the same again. */
async function again(): Promise<void> {
  await load();
  stay();
  talk.again();
}

/** The graph, or another part of it. */
function use(known: Graph): void {
  graph = known;
  picture.setGraph(graph);
  picker.setGraph(graph);
  faults.setGraph(graph);
  fill();
}

/** A question that a view has found: it stands in the fields, and is asked. */
function askFor({ from, to, protocol }: Pick<Asked, "from" | "to" | "protocol">): void {
  const asked = { ...picker.question, from, to, protocol };
  picker.write(asked);
  talk.ask({ ...asked, after: [] });
}

function changed(state: State, before: State): void {
  if (state.answer?.trace !== before.answer?.trace) begun(before);
  picker.busy(state.asked !== null);
  if (state.asked && state.asked !== before.asked) picker.write(state.asked.question);
  if (state.refusal !== before.refusal && !edit.renews(state.refusal)) picker.refuse(state.refusal);
  byId("line").hidden = state.line !== "lost";
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(fill);
}

/** Another trace: the cursor starts anew, unless it is the same answer again after a pause. */
function begun(before: State): void {
  if (before.answer && before.answer.trace.key === talk.state.answer!.trace.key) stay();
  leaveBar();
  player.do({ type: "reset" });
}

/** What comes next is shown at the step where the reader is now. */
function stay(at = player.cursor.at): void {
  if (at >= 0) wanted ??= at;
}

/** At most once a frame: what has come since goes to the views. */
function fill(): void {
  drawing = false;
  const { answer } = talk.state;
  connections.show(talk.session);
  copy.show(questionAt(talk.session));
  document.body.classList.toggle("traced", answer !== null);
  if (!answer) return;
  const trace = answer.steps.length ? { legs: answer.trace.legs, steps: answer.steps } : null;
  roles = new Roles(graph, trace);
  names = namesOf(graph, answer.steps[0]?.netns);
  strip.fill(answer);
  steps.fill(answer);
  showResult(answer, manifest, (to) => talk.ask({ ...answer.question, to, picks: [], after: [] }));
  if (answer.complete || answer.steps.length === answer.total) {
    finding.meet(answer.steps);
    picture.setTrace(trace);
  }
  player.do({ type: "count", count: answer.steps.length });
  if (wanted !== null && !talk.state.asked && (wanted < answer.steps.length || answer.complete)) {
    seek(wanted);
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
  const { answer } = talk.state;
  const step = answer?.steps[cursor.at];
  if (!answer || !step) return;
  const view: View = { answer, step, at: cursor.at, roles, names };
  showNarration(view);
  showHeaders(view);
  showRules(view, { draw: drawAgain, take: takeWay });
  manifest.show(view);
  showCommands(view);
  showTables(view);
  both.show(view);
  steps.show(cursor.at);
  strip.show(
    cursor.at,
    t("step-of", { step: cursor.at + 1, total: answer.total, words: step.narration?.plain ?? step.kind }),
  );
  byId("count").textContent = String(cursor.at + 1);
  byId("total").textContent = t("of-total", { total: answer.total });
  byId("skip-lookup").hidden = afterLookup(strip.phases, cursor.at) === null;
  picture.showStep(cursor.at, { animate });
  faults.draw();
  foldResult(answer, step, cursor.at);
  edit.moved();
  if (wanted === null) keeper.restore();
  writeAddress();
}

/** The address says what is seen, asked or not; while it plays that would be another one each moment. */
function writeAddress(): void {
  const { answer, asked } = talk.state;
  const { at, playing } = player.cursor;
  if (answer ? !playing && wanted === null : !asked) write(answer?.question ?? null, at, keeper.words);
}

/** The whole result where the packet ends, one line of it elsewhere. */
function foldResult(answer: Answer, step: Step, at: number): void {
  const ends = step.cause !== null || at === answer.steps.length - 1;
  byId("result").classList.toggle("folded", !ends);
  fixes.show(answer, ends);
}

/** The live region speaks where the reader stands, never on the way there. */
function speak({ at }: Cursor): void {
  const step = talk.state.answer?.steps[at];
  if (step) byId("live").textContent = step.narration?.plain ?? "";
}

/** The same connection, by another way from this choice point on; the reader stays there. */
function takeWay(choice: number, option: number): void {
  const { answer } = talk.state;
  const point = answer?.trace.choices[choice];
  if (!answer || !point) return;
  stay(point.at);
  talk.takeOtherWay({ picks: picksTo(answer.trace.choices, choice, option) });
}

function drawAgain(): void {
  const { seed } = questionAt(talk.session)!;
  stay();
  talk.takeOtherWay({ seed: seed + 1, picks: [] });
}

function openChoice(index: number, fork: HTMLElement): void {
  const point = talk.state.answer?.trace.choices[index];
  if (!point) return;
  seek(point.at);
  branches.toggle(point, index, fork);
}

/** The choice at this step; if there is none, the next one, unless only this step was meant. */
function pressedChoice(here: boolean): boolean {
  const choices = talk.state.answer?.trace.choices ?? [];
  const index = choiceFrom(choices, player.cursor.at);
  const fork = strip.forkAt(index);
  if (!fork || (here && choices[index]!.at !== player.cursor.at)) return false;
  openChoice(index, fork);
  return true;
}

/** To the first step of what the name was looked up for. */
function skipLookup(): void {
  const first = afterLookup(strip.phases, player.cursor.at);
  if (first !== null) seek(first);
}

function pressed(key: Key, here: boolean): boolean {
  if (key === "choice") return pressedChoice(here);
  if (key === "ask") picker.focus();
  else if (key === "replay") picture.replay();
  else if (key === "find") finding.open();
  else if (key === "matrix") void matrix.open();
  else if (key === "edit") void edit.toggle();
  else if (key === "help") openHelp();
  else if (key === "projector") toggleProjector();
  else if (key === "skip") skipLookup();
  else if (key === "next-phase" || key === "previous-phase")
    seek(neighbouring(strip.phases, player.cursor.at, key === "next-phase"));
  else player.do({ type: key });
  return true;
}
