/**
 * Keys: arrows step (with Shift: to the next phase), Space plays, S skips the name lookup, C opens a choice (Enter the one at this step), / finds, A asks, R shows the last hop again, M is the matrix, E edits,
 * ? helps, P is the projector. There, a clicker's PageUp and PageDown step, too.
 * A field that is being typed in keeps its own; the slider only takes its arrows.
 */
export type Key =
  | "previous"
  | "next"
  | "previous-phase"
  | "next-phase"
  | "toggle"
  | "first"
  | "last"
  | "skip"
  | "choice"
  | "find"
  | "ask"
  | "replay"
  | "matrix"
  | "edit"
  | "help"
  | "projector";

const KEYS: Readonly<Record<string, Key>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  " ": "toggle",
  "Shift ArrowLeft": "previous-phase",
  "Shift ArrowRight": "next-phase",
  "Projector PageUp": "previous",
  "Projector PageDown": "next",
  Home: "first",
  End: "last",
  s: "skip",
  S: "skip",
  c: "choice",
  C: "choice",
  Enter: "choice",
  "/": "find",
  a: "ask",
  A: "ask",
  r: "replay",
  R: "replay",
  m: "matrix",
  M: "matrix",
  e: "edit",
  E: "edit",
  "?": "help",
  p: "projector",
  P: "projector",
};

/** What a slider does itself with its arrows, Home and End. */
const ITS_OWN: ReadonlySet<Key> = new Set(["previous", "next", "first", "last"]);

/** `act` says false where it has no use for the key; `here` asks for what is at this step only. */
export function onKey(act: (key: Key, here: boolean) => boolean | void): void {
  document.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    if (!key || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input:not([type=range]), textarea, select, [contenteditable]")) return;
    if (target.closest("input") && ITS_OWN.has(key) && !event.key.startsWith("Page")) return;
    if (document.querySelector("dialog[open]") && key !== "help") return;
    const presses = event.key === " " || event.key === "Enter";
    if (presses && target.closest("button, a, summary, label")) return;
    if (act(key, event.key === "Enter") !== false) event.preventDefault();
  });
}

/** Arrows mean more with Shift, and the keys of a clicker mean something only where one is used. */
function keyOf({ key, shiftKey }: KeyboardEvent): Key | undefined {
  if (key.startsWith("Arrow") && shiftKey) return KEYS[`Shift ${key}`];
  const shown = document.documentElement.dataset["theme"] === "projector";
  return (shown && KEYS[`Projector ${key}`]) || KEYS[key];
}
