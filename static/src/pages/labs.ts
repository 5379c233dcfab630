/** The map of the course: what is done, and progress as a file. */
import { byId, h, icon } from "../dom";
import { download } from "../download";
import { t } from "../i18n";
import { forgetAll } from "../labs/drafts";
import { addressOf, bring, end, join, make, takeBack, token, type Brought, type OwnLab } from "../labs/link";
import { overviewOf, type Listed } from "../labs/overview";
import { begun, courseOf, isDone, merged, Progress, textOf } from "../labs/progress";
import { record } from "../labs/record";
import { toggleDark } from "../themes";

interface Boot {
  readonly labs: readonly Listed[];
}

const SURE = 5000;
const boot = JSON.parse(byId("netviz-labs").textContent!) as Boot;
const progress = new Progress();
let mine = token();

show();
if (mine) void joined(mine);
byId("keep-link").addEventListener("click", () => void linked());
byId<HTMLInputElement>("own-file").addEventListener("change", async (event) => {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  if (file) await brought(file);
  input.value = "";
});
byId("theme").addEventListener("click", () => toggleDark());
byId("keep-forget").addEventListener("click", () => void forget());
byId("keep-export").addEventListener("click", () => save(textOf(progress.course)));
byId<HTMLInputElement>("keep-import").addEventListener("change", async (event) => {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  if (file) load(await file.text());
  input.value = "";
});

function show(): void {
  for (const { slug, tasks } of boot.labs) {
    const row = document.querySelector<HTMLElement>(`[data-lab="${CSS.escape(slug)}"]`);
    if (!row) continue;
    const lab = progress.lab(slug);
    const state = isDone(lab, tasks) ? "done" : begun(lab) ? "begun" : "";
    row.dataset["state"] = state;
    const words = state && t(`labs.${state}`);
    row.querySelector(".labs-state")!.replaceChildren(...(state === "done" ? [icon("tick")] : []), words);
  }
  for (const sum of document.querySelectorAll<HTMLElement>("[data-session]")) {
    const labs = boot.labs.filter(({ session }) => String(session) === sum.dataset["session"]);
    const done = labs.filter(({ slug, tasks }) => isDone(progress.lab(slug), tasks)).length;
    sum.textContent = done ? t("labs.sum", { done, count: labs.length }) : "";
  }
  goOn();
  const { count, credit, best } = record.get();
  byId("drills-record").hidden = count === 0;
  byId("drills-record").textContent =
    best > 1 ? t("labs.drills.best", { credit, count, best }) : t("labs.drills", { credit, count });
}

/** What comes next, and how far one is. */
function goOn(): void {
  const { next, begun: some, done, count } = overviewOf(boot.labs, progress.course);
  const on = byId<HTMLAnchorElement>("labs-on");
  const row = next && document.querySelector<HTMLAnchorElement>(`[data-lab="${CSS.escape(next.slug)}"]`);
  on.hidden = !row;
  if (row) {
    const words = { number: row.querySelector(".labs-number")!.textContent ?? "", title: nameOf(row) };
    on.href = row.href;
    on.textContent = t(some ? "labs.go-on" : "labs.begin", words);
  }
  const bar = boot.labs.map(({ slug, tasks }) => {
    const lab = progress.lab(slug);
    return h("i", { class: isDone(lab, tasks) ? "done" : begun(lab) ? "begun" : "" });
  });
  byId("labs-dots").replaceChildren(...bar);
  byId("labs-count").textContent = t(next ? "labs.count" : "labs.all-done", { done, count });
  byId("labs-go").hidden = false;
}

function nameOf(row: HTMLElement): string {
  return row.querySelector("b")!.textContent ?? "";
}

/** Asked twice, as nothing of it comes back. */
async function forget(): Promise<void> {
  const button = byId<HTMLButtonElement>("keep-forget");
  if (button.dataset["sure"] === undefined) {
    const before = button.textContent;
    button.dataset["sure"] = "";
    button.textContent = t("labs.forget.sure");
    setTimeout(() => {
      delete button.dataset["sure"];
      button.textContent = before;
    }, SURE);
    return;
  }
  const refused = mine ? await end(progress, mine) : null;
  if (refused) return say(`${refused.message} ${refused.hint}`);
  mine = null;
  forgetAll(progress);
  record.forget();
  byId("keep-address").hidden = true;
  byId("keep-link").hidden = false;
  list([]);
  show();
  say(t("labs.forgotten"), true);
}

function save(text: string): void {
  download(new Blob([text], { type: "application/json" }), "netviz-labs.json");
}

function load(text: string): void {
  const course = courseOf(text);
  if (course) progress.put(merged(progress.course, course));
  show();
  say(t(course ? "labs.loaded" : "labs.not-ours"), course !== null);
}

function say(words: string, good = false): void {
  byId("keep-said").textContent = words;
  byId("keep-said").classList.toggle("good", good);
  byId("keep-said").hidden = false;
}

async function joined(link: string): Promise<void> {
  const own = await join(progress, link);
  if ("code" in own) {
    say(`${own.message} ${own.hint}`);
    return;
  }
  show();
  address(link);
  list(own);
}

async function linked(): Promise<string | null> {
  const made = mine ?? (await make(progress));
  if (typeof made !== "string") {
    say(`${made.message} ${made.hint}`);
    return null;
  }
  mine = made;
  address(made);
  return made;
}

function address(link: string): void {
  const field = byId<HTMLInputElement>("keep-address");
  field.value = addressOf(link);
  field.hidden = false;
  field.addEventListener("focus", () => field.select());
  byId("keep-link").hidden = true;
}

/** Labs that somebody has brought along; text only. */
function list(own: readonly OwnLab[]): void {
  byId("own").hidden = own.length === 0;
  const rows = own.map((lab) => {
    const words = h("span", { class: "labs-words" }, h("b", {}, lab.title));
    const name = t("labs.remove.which", { title: lab.title });
    const away = h("button", { class: "quiet", type: "button", "aria-label": name }, t("labs.remove"));
    away.addEventListener("click", () => void removed(lab));
    return h("li", { class: "labs-own" }, h("a", { href: lab.url }, h("span", { class: "labs-number" }), words), away);
  });
  byId("own-list").replaceChildren(...rows);
}

async function removed({ slug, title }: OwnLab): Promise<void> {
  const refused = mine ? await takeBack(mine, slug) : null;
  if (mine && !refused) await joined(mine);
  say(refused ? `${refused.message} ${refused.hint}` : t("labs.removed", { title }), !refused);
}

async function brought(file: File): Promise<void> {
  const link = await linked();
  if (!link) return;
  const answer = await bring(link, file);
  if (answer.slug) {
    say(t("labs.sound"), true);
    await joined(link);
  } else tell(answer);
}

function tell({ message = "", hint = "", problems = [] }: Brought): void {
  const rows = problems.map((one) =>
    h("li", {}, h("code", {}, one.line ? `${one.file}:${one.line}` : (one.file ?? "")), ` ${one.message} ${one.hint}`),
  );
  byId("keep-said").classList.remove("good");
  byId("keep-said").replaceChildren(h("p", {}, h("b", {}, message)), h("p", {}, hint), h("ul", {}, ...rows));
  byId("keep-said").hidden = false;
}
