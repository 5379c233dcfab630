/** Keys: arrows step, Space plays, / asks, ? helps, P is the projector. A field that is being typed in keeps its own. */
export type Key = "previous" | "next" | "toggle" | "first" | "last" | "ask" | "help" | "projector";

const KEYS: Readonly<Record<string, Key>> = {
  ArrowLeft: "previous",
  ArrowRight: "next",
  " ": "toggle",
  Home: "first",
  End: "last",
  "/": "ask",
  "?": "help",
  p: "projector",
  P: "projector",
};

export function onKey(act: (key: Key) => void): void {
  document.addEventListener("keydown", (event) => {
    const key = KEYS[event.key];
    if (!key || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") && key !== "help") return;
    if (key === "toggle" && target.closest("button, a, summary")) return;
    event.preventDefault();
    act(key);
  });
}
