/** The keys of labs and drills: those of the timeline, P for the projector, and number keys that choose. */
import { onKey } from "../keys";
import { toggleProjector } from "../themes";
import type { Stage } from "./stage";

/** `choose` says whether there is such a choice. */
export function onLabKeys(stage: Stage, choose: (digit: number) => boolean): void {
  onKey((key) => {
    if (key === "previous" || key === "next" || key === "first" || key === "last" || key === "toggle") stage.do(key);
    else if (key === "projector") toggleProjector();
    else return false;
    return true;
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPED_IN)) return;
    if (/^[1-9]$/.test(event.key) && choose(Number(event.key))) event.preventDefault();
  });
}

const TYPED_IN = "textarea, select, [contenteditable], input:not([type=radio])";
