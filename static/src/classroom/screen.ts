/** What every screen of a class has: the picture, the timeline and the sentence, for one step of one trace. */
import { byId } from "../dom";
import { t } from "../i18n";
import { mountPicture } from "../graph";
import { Roles } from "../graph/roles";
import { onKey, type Key } from "../keys";
import { showHeaders } from "../panels/headers";
import { showNarration } from "../panels/narration";
import { showRules } from "../panels/rules";
import { StepsPanel } from "../panels/steps";
import { namesOf, NO_GRAPH, type View } from "../panels/view";
import { neighbouring } from "../phases";
import { Player } from "../player";
import type { Graph } from "../protocol";
import type { Answer } from "../state";
import { Strip } from "../strip";
import { onTheme } from "../themes";

interface Listener {
  /** The reader has gone to a step, by a key, a button or while it plays. */
  readonly went: (at: number) => void;
  /** Another way where chance decides; only a presenter may take one. */
  readonly take?: (choice: number, option: number) => void;
  readonly draw?: () => void;
}

export class Screen {
  readonly picture = mountPicture(byId("picture"));
  private graph: Graph = NO_GRAPH;
  private roles = new Roles(NO_GRAPH, null);
  private names: View["names"] = new Map();
  private answer: Answer | null = null;
  /** The cursor is being put somewhere, not moved by the reader. */
  private placing = false;
  private readonly player: Player;
  private readonly strip: Strip;
  private readonly steps: StepsPanel;

  constructor(private readonly listener: Listener) {
    const seek = (to: number): void => this.player.do({ type: "seek", to });
    this.player = new Player(
      (index) => this.answer?.steps[index],
      (cursor, before) => {
        if (cursor.at === before.at && cursor.playing === before.playing) return;
        this.show(cursor.at, cursor.at !== before.at);
        if (!this.placing && cursor.at !== before.at) listener.went(cursor.at);
        if (!cursor.playing) this.speak(cursor.at);
      },
    );
    this.strip = new Strip(seek, () => undefined);
    this.steps = new StepsPanel(seek);
    onTheme(() => this.picture.setTheme());
    onKey((key) => this.pressed(key));
  }

  get at(): number {
    return this.player.cursor.at;
  }

  get shown(): Answer | null {
    return this.answer;
  }

  setGraph(graph: Graph): void {
    this.graph = graph;
    this.picture.setGraph(graph);
    document.documentElement.dataset["ready"] = "";
  }

  /** Put the cursor where somebody else says. */
  place(answer: Answer, at: number): void {
    this.placing = true;
    if (answer.id !== this.answer?.id) this.begin(answer);
    if (this.player.cursor.at !== at) this.player.do({ type: "seek", to: at });
    this.placing = false;
  }

  /** Go there as the reader would. */
  go(to: number): void {
    this.player.do({ type: "seek", to });
  }

  next(): void {
    this.player.do({ type: "next" });
  }

  previous(): void {
    this.player.do({ type: "previous" });
  }

  sentenceAt(at: number): string {
    return this.answer?.steps[at]?.narration?.plain ?? "";
  }

  private begin(answer: Answer): void {
    this.answer = answer;
    const trace = answer.steps.length ? { legs: answer.trace.legs, steps: answer.steps } : null;
    this.roles = new Roles(this.graph, trace);
    this.names = namesOf(this.graph, answer.steps[0]?.netns);
    document.body.classList.add("traced");
    this.strip.fill(answer);
    this.steps.fill(answer);
    this.picture.setTrace(trace);
    this.player.do({ type: "reset" });
    this.player.do({ type: "count", count: answer.steps.length });
    this.show(this.player.cursor.at, false);
  }

  private show(at: number, animate: boolean): void {
    const step = this.answer?.steps[at];
    if (!this.answer || !step) return;
    const view: View = { answer: this.answer, step, at, roles: this.roles, names: this.names };
    showNarration(view);
    showHeaders(view);
    showRules(view, {
      draw: () => this.listener.draw?.(),
      take: (choice, option) => this.listener.take?.(choice, option),
    });
    this.steps.show(at);
    this.strip.show(
      at,
      t("step-of", { step: at + 1, total: this.answer.total, words: step.narration?.plain ?? step.kind }),
    );
    byId("count").textContent = String(at + 1);
    byId("total").textContent = t("of-total", { total: this.answer.total });
    this.picture.showStep(at, { animate });
  }

  private speak(at: number): void {
    byId("live").textContent = this.sentenceAt(at);
  }

  private pressed(key: Key): boolean {
    if (key === "next-phase" || key === "previous-phase") {
      const to = neighbouring(this.strip.phases, this.at, key === "next-phase");
      this.player.do({ type: "seek", to });
      return true;
    }
    if (key === "next" || key === "previous" || key === "first" || key === "last" || key === "toggle") {
      this.player.do({ type: key });
      return true;
    }
    return false;
  }
}
