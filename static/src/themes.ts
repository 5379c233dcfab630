/** Light, dark, projector. What was chosen is kept on this machine, but never the projector. */
import { browser } from "./storage";

export type Theme = "light" | "dark" | "projector";

let before: Theme = "light";

export function theme(): Theme {
  return document.documentElement.dataset["theme"] as Theme;
}

export function toggleDark(): void {
  const chosen = theme() === "dark" ? "light" : "dark";
  browser.set("netviz.theme", chosen);
  show(chosen);
}

export function toggleProjector(): void {
  if (theme() === "projector") {
    show(before);
    return;
  }
  before = theme();
  show("projector");
  leaveBar();
}

/** On the projector the bar comes down over the picture while somebody types there, and goes with the focus. */
export function leaveBar(): void {
  const focused = document.activeElement;
  if (theme() === "projector" && focused instanceof HTMLElement && focused.closest(".bar")) focused.blur();
}

export function onTheme(changed: () => void): void {
  document.addEventListener("netviz:theme", changed);
}

function show(chosen: Theme): void {
  document.documentElement.dataset["theme"] = chosen;
  document.dispatchEvent(new CustomEvent("netviz:theme"));
}
