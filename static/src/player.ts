/** The cursor with a clock: buttons and keys move it, play moves it on its own. */
import { byId, icon } from "./dom";
import type { Step } from "./protocol";
import { beat, move, SPEEDS, START, type Cursor, type Move } from "./timeline";
import { t } from "./i18n";

export class Player {
  private state: Cursor = START;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly play = byId<HTMLButtonElement>("play");
  private readonly speed = byId<HTMLButtonElement>("speed");

  constructor(
    private readonly stepAt: (index: number) => Step | undefined,
    private readonly moved: (cursor: Cursor, before: Cursor) => void,
  ) {
    for (const type of ["first", "previous", "next", "last"] as const) {
      byId(type).addEventListener("click", () => this.do({ type }));
    }
    this.play.addEventListener("click", () => this.do({ type: "toggle" }));
    this.speed.addEventListener("click", () => {
      const at = SPEEDS.findIndex((speed) => speed === this.state.speed);
      this.do({ type: "speed", speed: SPEEDS[(at + 1) % SPEEDS.length]! });
    });
    this.draw();
  }

  get cursor(): Cursor {
    return this.state;
  }

  do(change: Move): void {
    const before = this.state;
    this.state = move(before, change);
    clearTimeout(this.timer);
    const step = this.stepAt(this.state.at);
    if (this.state.playing && step) {
      this.timer = setTimeout(() => this.do({ type: "tick" }), beat(step, this.state.speed));
    }
    this.draw();
    this.moved(this.state, before);
  }

  private draw(): void {
    const { at, count, playing, speed } = this.state;
    const [start, end] = [at <= 0, at >= count - 1];
    byId("first").classList.toggle("idle", start);
    byId("previous").classList.toggle("idle", start);
    byId("next").classList.toggle("idle", end);
    byId("last").classList.toggle("idle", end);
    this.play.disabled = count === 0;
    const name = playing ? t("pause") : t("play");
    if (this.play.getAttribute("aria-label") !== name || !this.play.firstChild) {
      this.play.setAttribute("aria-label", name);
      this.play.replaceChildren(icon(playing ? "pause" : "play"), document.createElement("span"));
      this.play.lastElementChild!.textContent = name;
    }
    this.speed.textContent = `${speed}×`;
    this.speed.setAttribute("aria-label", t("speed", { speed }));
  }
}
