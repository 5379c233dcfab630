/** The page of a trace that was taken away: all of it is in the file, and the file asks nobody for anything. */
import icons from "../../../templates/_partials/icons.html";
import { stepOf } from "../address";
import { byId } from "../dom";
import type { Graph } from "../protocol";
import { answerOf, textsOf, type WholeTrace } from "../replay/answer";
import { Viewer } from "../replay/viewer";

interface Kept {
  readonly graph: Graph;
  readonly trace: WholeTrace;
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly asked: { readonly from: string; readonly to: string; readonly protocol: string };
}

const kept = JSON.parse(byId("netviz-replay").textContent!) as Kept;
const sheet = new DOMParser().parseFromString(icons, "text/html").querySelector("svg")!;
document.body.prepend(document.importNode(sheet, true));
const viewer = new Viewer(document.body, kept.graph, answerOf(kept.trace, kept.asked), {
  panels: true,
  texts: textsOf(kept.files),
  at: stepOf(location.hash) ?? 0,
});
window.addEventListener("hashchange", () => {
  const at = stepOf(location.hash);
  if (at !== null) viewer.seek(at);
});
