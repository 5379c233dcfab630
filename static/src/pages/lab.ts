/** A lab: one screen after the other, text on the left, the picture and its timeline on the right. */
import { byId, h } from "../dom";
import { own, t } from "../i18n";
import { isRefused, LabApi, type Checked, type Cluster, type LabPage, type LabScreen } from "../labs/api";
import { ending, type NextLab } from "../labs/ending";
import { Fix } from "../labs/fix";
import { explain } from "../labs/glossary";
import { hints } from "../labs/hints";
import { Drafts } from "../labs/drafts";
import { onLabKeys } from "../labs/keys";
import { join, token } from "../labs/link";
import { markup, plain } from "../labs/markup";
import { openWorkspace, present, type Seen } from "../labs/open";
import { bringIntoView, isNarrow } from "../labs/narrow";
import { Predict } from "../labs/predict";
import { isDone, isOver, Progress } from "../labs/progress";
import { orRefuse, refuse } from "../labs/refusal";
import { flowWords, Stage } from "../labs/stage";
import type { ErrorAnswer } from "../protocol";
import { toggleDark } from "../themes";

interface Boot {
  readonly slug: string;
  readonly api: string;
  readonly nonce: string;
  readonly next: NextLab | null;
  readonly labs: readonly { readonly slug: string; readonly tasks: readonly string[] }[];
}

const boot = JSON.parse(byId("netviz-lab").textContent!) as Boot;
const progress = new Progress();
const seed = progress.seedOf(boot.slug, new URLSearchParams(location.search).get("seed"));
const api = new LabApi(boot.api, seed);
const stage = new Stage();
const read = byId("lab-read");
let lab: LabPage;
let at = 0;
let task: Predict | Fix | null = null;
/** What was typed in each task. */
const drafts = new Drafts(boot.slug, seed);
/** Terms that this screen has explained. */
const told = new Set<string>();

void begin();
const link = token();
if (link) void join(progress, link);

async function begin(): Promise<void> {
  const found = await api.page();
  if (isRefused(found)) return refuse(found);
  lab = found;
  progress.begin(boot.slug, seed);
  dots();
  const named = /^#(\d{1,2})$/.exec(location.hash);
  const first = lab.screens.findIndex((screen) => !isOver(doneOf(screen)));
  await show(named ? Math.min(Number(named[1]) - 1, lab.screens.length - 1) : first < 0 ? 0 : first);
  document.documentElement.dataset["ready"] = "";
}

const doneOf = (screen: LabScreen) => {
  const kept = progress.lab(boot.slug);
  return kept?.seed === seed ? kept.done[screen.id] : undefined;
};

async function show(index: number): Promise<void> {
  at = index;
  const screen = lab.screens[at]!;
  if (task instanceof Fix) task.close();
  task = null;
  history.replaceState(null, "", at ? `#${at + 1}` : location.pathname + location.search);
  document.body.classList.toggle("fixing", screen.task?.kind === "fix");
  byId("lab-flow").replaceChildren(...(screen.task?.flow ? flowWords(screen.task.flow) : []));
  const scene = await api.scene(at);
  if (isRefused(scene)) return refuse(scene);
  if (scene.graph) stage.show(scene, screen.task?.flow ?? null);
  draw(screen);
}

function draw(screen: LabScreen): void {
  const named = lab.number === null ? lab.title : t("lab.eyebrow", { number: String(lab.number), title: lab.title });
  const part = h("span", { class: "lab-part", ...own() }, t("lab.part", { at: at + 1, count: lab.screens.length }));
  const eyebrow = h("p", { class: "lab-eyebrow" }, named, part);
  const title = h("h1", { tabindex: "-1" }, screen.title);
  const back = at ? h("button", { class: "lab-hint", type: "button", id: "lab-back" }, t("lab.back")) : null;
  back?.addEventListener("click", () => void show(at - 1));
  const foot = h("div", { class: "lab-foot", ...own() }, back);
  const text = h("div", { class: "lab-text" }, ...markup(screen.before, stage.colourOf));
  read.replaceChildren(eyebrow, title, text);
  const made = taskOf(screen);
  if (made) read.append(made);
  else read.append(...markup(screen.after, stage.colourOf));
  read.append(foot);
  told.clear();
  explain(read.querySelectorAll<HTMLElement>(".lab-text"), told);
  const onlyRead = !screen.task || screen.task.kind === "picture" || screen.task.kind === "watch";
  if (onlyRead) progress.set(boot.slug, seed, screen.id, { credit: 1 });
  if (onlyRead || (screen.task?.kind === "fix" && isOver(doneOf(screen)))) goOn(foot);
  read.scrollTop = 0;
  if (isNarrow()) scrollTo(0, 0);
  title.focus({ preventScroll: true });
  document.title = `${screen.title} · ${lab.title} · NetViz`;
}

function taskOf(screen: LabScreen): HTMLElement | null {
  const mine = screen.task;
  if (!mine) return null;
  const number = at;
  const help = hints(mine.hints, (depth) => orRefuse(api.hint(number, depth)), stage.colourOf);
  if (mine.kind === "predict") {
    const grade = async (answer: number) => {
      const graded = await orRefuse(api.answer(number, answer));
      if (!graded) return null;
      progress.set(boot.slug, seed, screen.id, { answer, right: graded.right, credit: graded.right ? 1 : 0 });
      bringIntoView(byId("picture"));
      await stage.reveal(graded, mine.flow);
      return graded;
    };
    const asked = new Predict({ task: mine, colour: stage.colourOf, grade, done: mayGoOn }, help);
    const before = doneOf(screen);
    if (before) void asked.repeat(before);
    task = asked;
    return asked.root;
  }
  if (mine.kind !== "fix") return null;
  const fix = new Fix(
    {
      task: mine,
      colour: stage.colourOf,
      nonce: boot.nonce,
      kept: drafts.of(screen.id),
      check: async (files) => {
        const checked = await orRefuse(api.checks(number, files));
        if (checked) keep(screen, checked, files);
        return checked;
      },
      show: (files, check) => orRefuse(api.show(number, files, check)),
      play: (scene) => stage.show(scene, mine.flow),
      changed: (files) => drafts.put(screen.id, files, mine.files ?? []),
      done: mayGoOn,
    },
    help,
  );
  task = fix;
  return fix.root;
}

/** The best that has been is kept, and the board hears what fails; the start, before anything is touched, is nobody's work. */
function keep(screen: LabScreen, { credit, checks }: Checked, files: Record<string, string>): void {
  if (screen.task?.files?.every(({ path, text }) => files[path] === text)) return;
  const best = doneOf(screen)?.credit ?? 0;
  const failed = checks.filter(({ holds }) => !holds).map(({ id }) => id);
  if (credit > best) progress.set(boot.slug, seed, screen.id, { credit }, failed);
  else if (best < 1) progress.tell(boot.slug, screen.id, { credit: best }, failed);
}

const mayGoOn = (): void => goOn(read.querySelector<HTMLElement>(".lab-foot")!);

/** The way on, once; Enter takes it. */
function goOn(foot: HTMLElement): void {
  dots();
  explain(read.querySelectorAll<HTMLElement>(".lab-said"), told);
  if (foot.querySelector(".btn")) return;
  const last = at === lab.screens.length - 1;
  const on = h("button", { class: "btn", type: "button" }, t(last ? "lab.finish" : "lab.go-on"));
  on.addEventListener("click", () => void (last ? finish() : show(at + 1)));
  foot.prepend(on);
  if (!(task instanceof Fix)) on.focus({ preventScroll: true });
  on.scrollIntoView({ block: "nearest" });
}

async function finish(): Promise<void> {
  const last = await orRefuse(api.end());
  if (!last) return;
  if (task instanceof Fix) task.close();
  task = null;
  const open = lab.screens.flatMap((screen, index) => (isOver(doneOf(screen)) ? [] : [index]));
  if (!open.length) progress.finish(boot.slug, seed);
  dots();
  document.body.classList.remove("fixing");
  read.replaceChildren(...ending(last, boot.next, score(), stage.colourOf));
  if (open.length) read.querySelector("h1")!.after(stillOpen(open));
  read.querySelector("h1")!.focus({ preventScroll: true });
  byId("live").textContent = plain(last.truth);
}

/** A way back to what was passed by. */
function stillOpen(open: readonly number[]): HTMLElement {
  const parts = open.map((index) => String(index + 1)).join(", ");
  const back = h("button", { class: "lab-hint", type: "button", ...own() }, t("lab.open", { parts }));
  back.addEventListener("click", () => void show(open[0]!));
  return back;
}

function score(): string {
  const asked = lab.screens.filter((screen) => screen.task?.kind === "predict");
  const right = asked.filter((screen) => doneOf(screen)?.right).length;
  return asked.length ? t("lab.score", { right, asked: asked.length }) : "";
}

/** A line of dots for the course: done, here, to come. */
function dots(): void {
  const made = boot.labs.map(({ slug, tasks }) => {
    const state = slug === boot.slug ? "here" : isDone(progress.lab(slug), tasks) ? "done" : "";
    return h("i", { class: state });
  });
  byId("lab-dots").replaceChildren(...made);
}

/** Out of the lab with its cluster as it is now. */
async function leave(way: (cluster: Cluster, seen: Seen) => Promise<ErrorAnswer | null>): Promise<void> {
  const screen = lab.screens[at]!;
  const cluster = await orRefuse(api.files(at));
  if (!cluster) return;
  const flow = screen.task?.flow ?? null;
  const from = { slug: boot.slug, seed, screen: at };
  const refused = await way(cluster, { title: lab.title, from, flow, changed: drafts.of(screen.id), step: stage.at });
  if (refused) refuse(refused);
}

byId("lab-open").addEventListener("click", () => void leave(openWorkspace));
byId("lab-more").addEventListener("click", () => {
  const open = byId("lab-out").classList.toggle("open");
  byId("lab-more").setAttribute("aria-expanded", String(open));
});
byId("lab-present").addEventListener("click", () => void leave(present));
byId("theme").addEventListener("click", () => toggleDark());
onLabKeys(stage, (digit) => task instanceof Predict && task.press(digit));
