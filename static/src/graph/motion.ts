/** One movement at a time, along a line, on the compositor's terms: only transforms, and it can be cut short. */
import { distance, lengthOf, type Point } from "./geometry";

export const HOP = 320;

const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");

export const mayMove = (): boolean => !reduced.matches;

export const shift = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;

/** Move `element` along `line`; resolves to true at its end, to false if it was cut short. */
export class Mover {
  private running: Animation | null = null;

  constructor(private readonly element: HTMLElement) {}

  put(at: Point): void {
    this.stop();
    this.element.style.transform = shift(at);
  }

  async along(line: Point[], duration = HOP): Promise<boolean> {
    this.stop();
    const whole = lengthOf(line) || 1;
    let gone = 0;
    const frames = line.map((point, i) => {
      if (i) gone += distance(line[i - 1]!, point);
      return { transform: shift(point), offset: Math.min(1, gone / whole) };
    });
    const animation = this.element.animate(frames, { duration, easing: "cubic-bezier(.3,.7,.2,1)", fill: "none" });
    this.running = animation;
    this.element.style.transform = shift(line[line.length - 1]!);
    try {
      await animation.finished;
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return false;
      throw error;
    }
  }

  stop(): void {
    this.running?.cancel();
    this.running = null;
  }
}
