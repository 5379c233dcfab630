/** The map of the course: what is done, and progress as a file. */
import { byId, icon } from "../dom";
import { begun, courseOf, isDone, merged, Progress, textOf } from "../labs/progress";
import { toggleDark } from "../themes";

interface Boot {
  readonly labs: readonly { readonly slug: string; readonly tasks: readonly string[] }[];
}

const boot = JSON.parse(byId("netviz-labs").textContent!) as Boot;
const progress = new Progress();

show();
byId("theme").addEventListener("click", () => toggleDark());
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
    const words = { done: "Done", begun: "Begun", "": "" }[state];
    row.querySelector(".labs-state")!.replaceChildren(...(state === "done" ? [icon("tick")] : []), words);
  }
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "netviz-labs.json";
  link.click();
  URL.revokeObjectURL(url);
}

function load(text: string): void {
  const course = courseOf(text);
  if (course) progress.put(merged(progress.course, course));
  show();
  say(course ? "Loaded. What was further on is kept." : "This file holds no progress of NetViz labs.");
}

function say(words: string): void {
  byId("keep-said").textContent = words;
  byId("keep-said").hidden = false;
}
