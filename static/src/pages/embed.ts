/** A trace in another site's frame: to look at and to step through. The address says which; nothing here changes anything. */
import { queryOf, questionOf, stepOf } from "../address";
import { answered } from "../ask";
import { byId, h } from "../dom";
import { GraphSource } from "../find/source";
import { t } from "../i18n";
import type { ErrorAnswer } from "../protocol";
import { answerOf, type WholeTrace } from "../replay/answer";
import { Viewer } from "../replay/viewer";
import { traceQuery } from "../share/query";

interface Boot {
  readonly graphUrl: string;
  readonly traceUrl: string;
  readonly pageUrl: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

const THEMES = ["light", "dark", "projector"];
const boot = JSON.parse(byId("netviz-embed").textContent!) as Boot;
const query = new URLSearchParams(location.search);
const theme = query.get("theme");
if (theme && THEMES.includes(theme)) document.documentElement.dataset["theme"] = theme;
const link = h("a", { target: "_blank", rel: "noopener", href: boot.pageUrl }, t("replay.open"));
void show();

async function show(): Promise<void> {
  const { from, to, protocol } = boot;
  const seed = /^\d{1,15}$/.test(query.get("seed") ?? "") ? Number(query.get("seed")) : 0;
  const question = questionOf(location.search, { from, to, protocol, seed });
  const trace = await answered<WholeTrace>(boot.traceUrl + traceQuery(question, location.search));
  if ("code" in trace) return refuse(trace);
  const answer = answerOf(trace, question);
  const source = new GraphSource(boot.graphUrl);
  source.meet(answer.steps);
  const graph = await source.load();
  if ("code" in graph) return refuse(graph);
  const viewer = new Viewer(document.body, graph, answer, {
    panels: false,
    at: stepOf(location.hash) ?? 0,
    moved: (at) => link.setAttribute("href", `${boot.pageUrl}${queryOf(question)}#step=${at + 1}`),
  });
  byId("replay-origin").replaceChildren(link);
  window.addEventListener("hashchange", () => viewer.seek(stepOf(location.hash) ?? 0));
}

function refuse({ message, hint }: ErrorAnswer): void {
  document.body.append(h("div", { class: "notice", role: "alert" }, h("b", {}, message), h("p", {}, hint)));
}
