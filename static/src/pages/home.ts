/** The home page: take manifests, make a workspace, go there. Without this script the form works as a plain form. */
import { byId, h } from "../dom";
import { keepPlace } from "../language";
import { openHelp } from "../help";
import type { ErrorAnswer } from "../protocol";
import { toggleDark } from "../themes";
import { acceptDrops, chosen, isRefusal, upload, type Named } from "../upload";
import { t } from "../i18n";

const form = byId<HTMLFormElement>("upload");
const text = byId<HTMLTextAreaElement>("text");
const files = byId<HTMLInputElement>("files");
const folder = byId<HTMLInputElement>("folder");
const error = byId("upload-error");
const progress = byId<HTMLProgressElement>("progress");
let picked: Named[] = [];

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
for (const input of [files, folder]) {
  input.addEventListener("change", () => pick(chosen(input)));
}
byId("choose-folder").addEventListener("click", () => folder.click());
byId("clear-files").addEventListener("click", () => {
  files.value = folder.value = "";
  pick([]);
});
keepPlace();
byId("how-to-read").addEventListener("click", () => openHelp());
byId("theme").addEventListener("click", () => toggleDark());
acceptDrops((dropped) => {
  pick(dropped);
  void send();
});

function pick(some: Named[]): void {
  picked = some;
  const names = some.slice(0, 3).map((one) => one.path);
  const rest = some.length > 3 ? ` ${t("and-more", { count: some.length - 3 })}` : "";
  byId("picked-names").textContent = names.join(", ") + rest;
  byId("picked").hidden = some.length === 0;
  byId("choose").hidden = some.length > 0;
}

async function send(): Promise<void> {
  const button = byId<HTMLButtonElement>("visualize");
  button.disabled = true;
  progress.hidden = false;
  progress.value = 0;
  say(null);
  const answer = await upload(picked, text.value, (share) => (progress.value = share));
  progress.hidden = true;
  button.disabled = false;
  if (isRefusal(answer)) say(answer);
  else location.assign(answer.url);
}

function say(refusal: ErrorAnswer | null): void {
  error.hidden = refusal === null;
  error.replaceChildren();
  if (refusal)
    error.append(h("p", {}, h("b", {}, refusal.message)), h("p", {}, refusal.hint, " ", h("code", {}, refusal.code)));
}
