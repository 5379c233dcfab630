/** The picture and the timeline beside a lab's text: a scene comes, a packet waits, moves on, and can be stepped. */
import { byId, h } from "../dom";
import { mountPicture } from "../graph";
import { Roles } from "../graph/roles";
import { t } from "../i18n";
import { namesOf, NO_GRAPH, spoken, type View } from "../panels/view";
import { Player } from "../player";
import type { Step } from "../protocol";
import { answerOf } from "../replay/answer";
import type { Answer } from "../state";
import { Strip } from "../strip";
import { onTheme } from "../themes";
import type { Cursor } from "../timeline";
import type { LabFlow, Scene } from "./api";

const HOP = 320;
const MOST_HOPS = 12;

export class Stage {
  private readonly picture = mountPicture(byId("picture"));
  private readonly player: Player;
  private readonly strip: Strip;
  private answer: Answer | null = null;
  private graph = NO_GRAPH;
  private roles = new Roles(NO_GRAPH, null);
  private names: View["names"] = new Map();
  private moves = 0;

  constructor() {
    const seek = (to: number): void => this.player.do({ type: "seek", to });
    this.strip = new Strip(seek, (choice) => seek(this.answer!.trace.choices[choice]!.at));
    this.player = new Player(
      (index) => this.answer?.steps[index],
      (now, before) => this.moved(now, before),
    );
    onTheme(() => this.picture.setTheme());
  }

  /** The role of a name or an address that a text speaks of. */
  colourOf = (word: string): string | null => {
    const name = word.replace(/:\d+$/, "");
    const named = this.names.get(name) ?? this.names.get(name.split("/").at(-1)!);
    if (named) return named;
    return /^[\d.]+$|^[\da-f:]+::?[\da-f:]*$/.test(name) && name.length > 3 ? this.roles.of(name) : null;
  };

  get at(): number {
    return this.player.cursor.at;
  }

  show(scene: Scene, flow: LabFlow | null, waits = scene.waits): void {
    if (scene.graph) this.setGraph(scene);
    const { trace } = scene;
    this.moves += 1;
    this.answer = trace ? { ...answerOf(trace, flow ?? {}), id: `lab-${this.moves}` } : null;
    document.body.classList.toggle("traced", this.answer !== null);
    this.strip.fill(this.answer);
    this.picture.setTrace(this.answer ? { legs: this.answer.trace.legs, steps: this.answer.steps } : null);
    this.player.do({ type: "reset" });
    this.player.do({ type: "count", count: this.answer?.steps.length ?? 0 });
    this.wait(waits);
    if (this.answer) this.seek(scene.step);
    else byId("say").replaceChildren();
  }

  /** The rest of the trace has come: the packet goes on from where it waited, hop by hop, to the step that decides. */
  async reveal(scene: Scene, flow: LabFlow | null): Promise<void> {
    const from = this.player.cursor.at;
    const goal = scene.step;
    this.show({ ...scene, step: Math.max(0, Math.min(from, goal)) }, flow, null);
    const mine = this.moves;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      for (const at of this.hops(from, goal)) {
        await new Promise((done) => setTimeout(done, HOP));
        if (mine !== this.moves) return;
        this.seek(at);
      }
    }
    this.seek(goal);
  }

  seek(to: number): void {
    this.player.do({ type: "seek", to });
  }

  do(type: "previous" | "next" | "first" | "last" | "toggle"): void {
    this.player.do({ type });
  }

  private setGraph({ graph, trace }: Scene): void {
    if (JSON.stringify(graph) !== JSON.stringify(this.graph)) this.picture.setGraph(graph!);
    this.graph = graph!;
    const steps = trace?.legs.flatMap((leg) => leg.steps) ?? [];
    this.roles = new Roles(this.graph, trace ? { legs: trace.legs, steps } : null);
    this.names = namesOf(this.graph, steps[0]?.netns);
  }

  /** The last step in each place on the way, the latest of them. */
  private hops(from: number, goal: number): number[] {
    const steps = this.answer?.steps ?? [];
    const found: number[] = [];
    for (let at = from + 1; at < goal; at += 1) {
      if (placeOf(steps[at]!) !== placeOf(steps[at + 1]!)) found.push(at);
    }
    return found.slice(-MOST_HOPS);
  }

  private wait(place: string | null): void {
    byId("waits").hidden = place === null;
    byId("waits-where").textContent = place === null ? "" : place.replace(/^(\S+) (.+)$/, "$1, $2");
  }

  private moved(cursor: Cursor, before: Cursor): void {
    const step = this.answer?.steps[cursor.at];
    if (!step || !this.answer) return;
    if (cursor.at !== before.at) this.draw(step, cursor.at, before.at >= 0);
    if (!cursor.playing) byId("live").textContent = step.narration?.plain ?? "";
  }

  private draw(step: Step, at: number, animate: boolean): void {
    const answer = this.answer!;
    const view: View = { answer, step, at, roles: this.roles, names: this.names };
    const ended = step.cause !== null && step.kind !== "deliver";
    byId("say").replaceChildren(...spoken(step.narration?.plain ?? "", view));
    byId("say").classList.toggle("ended", ended);
    byId("count").textContent = String(at + 1);
    byId("total").textContent = t("lab.of", { total: answer.total });
    this.strip.show(
      at,
      t("lab.of-steps", { at: at + 1, total: answer.total, words: step.narration?.plain ?? step.kind }),
    );
    this.picture.showStep(at, { animate });
  }
}

const placeOf = (step: Step): string => `${step.netns} ${step.hook ?? step.device ?? ""}`;

/** A flow in words, over the picture. */
export function flowWords(flow: LabFlow): HTMLElement[] {
  const short = (name: string): string => name.replace(/^default\//, "");
  const to = h("span", { class: "mono" }, short(flow.to));
  return [h("b", { class: "mono" }, short(flow.from)), h("span", {}, " → "), to];
}
