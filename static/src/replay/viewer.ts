/** Plays a trace that is all here: nothing is asked, nothing can be changed. */
import { byId, h } from "../dom";
import { mountPicture } from "../graph";
import { Roles } from "../graph/roles";
import { openHelp } from "../help";
import { t } from "../i18n";
import { onKey, type Key } from "../keys";
import { showCommands } from "../panels/commands";
import { showHeaders } from "../panels/headers";
import { ManifestPanel } from "../panels/manifest";
import { showNarration } from "../panels/narration";
import { showResult, succeeded } from "../panels/result";
import { showRules } from "../panels/rules";
import { StepsPanel } from "../panels/steps";
import { namesOf, type View } from "../panels/view";
import { afterLookup, neighbouring } from "../phases";
import { Player } from "../player";
import type { Graph } from "../protocol";
import type { Answer } from "../state";
import { Strip } from "../strip";
import { onTheme, toggleDark, toggleProjector } from "../themes";
import type { Cursor } from "../timeline";
import { layOut, type Shape } from "./markup";

/** What the reader may see besides: what they wrote, and where it happened. */
export interface Options extends Shape {
  readonly texts?: ReadonlyMap<string, string>;
  readonly at?: number;
  readonly moved?: (at: number) => void;
}

export class Viewer {
  private readonly picture;
  private readonly player: Player;
  private readonly strip: Strip;
  private readonly steps: StepsPanel | null;
  private readonly manifest: ManifestPanel | null;
  private readonly roles: Roles;
  private readonly names: View["names"];

  constructor(
    root: HTMLElement,
    graph: Graph,
    private readonly answer: Answer,
    private readonly options: Options,
  ) {
    layOut(root, options);
    document.body.classList.add("traced");
    const seek = (to: number): void => this.player.do({ type: "seek", to });
    const trace = { legs: answer.trace.legs, steps: answer.steps };
    this.roles = new Roles(graph, trace);
    this.names = namesOf(graph, answer.steps[0]?.netns);
    this.picture = mountPicture(byId("picture"));
    this.steps = options.panels ? new StepsPanel(seek) : null;
    this.manifest = options.panels ? new ManifestPanel(options.texts ?? new Map()) : null;
    this.strip = new Strip(seek, (choice) => seek(answer.trace.choices[choice]!.at));
    this.player = new Player(
      (index) => answer.steps[index],
      (now, before) => this.moved(now, before),
    );
    onKey((key) => this.pressed(key));
    onTheme(() => this.picture.setTheme());
    byId("theme").addEventListener("click", () => toggleDark());
    byId("how-to-read").addEventListener("click", () => openHelp(null));
    this.title();
    this.picture.setGraph(graph);
    this.picture.setTrace(trace);
    this.strip.fill(answer);
    this.steps?.fill(answer);
    if (this.manifest) showResult(answer, this.manifest);
    this.player.do({ type: "count", count: answer.steps.length });
    seek(options.at ?? 0);
  }

  seek(to: number): void {
    this.player.do({ type: "seek", to });
  }

  private title(): void {
    const { question, trace } = this.answer;
    const good = succeeded(trace.disposition);
    byId("replay-title").replaceChildren(
      h("b", { class: "mono" }, question.from),
      t("replay.to"),
      h("b", { class: "mono" }, question.to),
      question.protocol === "TCP" ? "" : ` (${question.protocol})`,
    );
    byId("replay-verdict").textContent = trace.disposition;
    byId("replay-verdict").classList.toggle("good", good);
    const named = { from: question.from, to: question.to, outcome: trace.disposition };
    document.title = `${t("drawn.title", named)} · NetViz`;
  }

  private moved(cursor: Cursor, before: Cursor): void {
    if (cursor.at !== before.at) this.show(cursor, before.at >= 0);
    const step = this.answer.steps[cursor.at];
    if (!cursor.playing && step) byId("live").textContent = step.narration?.plain ?? "";
  }

  private show(cursor: Cursor, animate: boolean): void {
    const { answer, roles, names, manifest } = this;
    const step = answer.steps[cursor.at];
    if (!step) return;
    const view: View = { answer, step, at: cursor.at, roles, names };
    showNarration(view);
    byId("where").querySelector("a")?.removeAttribute("href");
    if (manifest) {
      showHeaders(view);
      showRules(view, { draw: () => undefined, take: () => undefined });
      manifest.show(view);
      showCommands(view);
      byId("result").classList.toggle("folded", step.cause === null && cursor.at < answer.steps.length - 1);
    }
    this.steps?.show(cursor.at);
    const said = { step: cursor.at + 1, total: answer.total, words: step.narration?.plain ?? step.kind };
    this.strip.show(cursor.at, t("step-of", said));
    byId("count").textContent = String(cursor.at + 1);
    byId("total").textContent = t("of-total", { total: answer.total });
    this.picture.showStep(cursor.at, { animate });
    this.options.moved?.(cursor.at);
  }

  private pressed(key: Key): boolean {
    const { at } = this.player.cursor;
    if (key === "projector") toggleProjector();
    else if (key === "help") openHelp(null);
    else if (key === "skip") this.seek(afterLookup(this.strip.phases, at) ?? at);
    else if (key === "next-phase" || key === "previous-phase")
      this.seek(neighbouring(this.strip.phases, at, key === "next-phase"));
    else if (isMove(key)) this.player.do({ type: key });
    else return false;
    return true;
  }
}

const MOVES = ["first", "previous", "next", "last", "toggle"] as const;
type Moving = (typeof MOVES)[number];
const isMove = (key: Key): key is Moving => (MOVES as readonly Key[]).includes(key);
