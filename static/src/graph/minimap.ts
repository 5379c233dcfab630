/** The whole scene in small, with a frame around what is in view; only there when the scene is larger than the view. */
import { el } from "./dom";
import type { Drawing, ShapeKind } from "./drawing";
import type { Box, Point } from "./geometry";
import { shift } from "./motion";

const SIZE = { w: 150, h: 110 };
/** Of the rest one would see nothing in this size. */
const SHOWN: Partial<Record<ShapeKind, string>> = {
  plate: "node",
  pod: "line-2",
  service: "service",
  island: "node",
  router: "world",
};
const FILLED: ReadonlySet<ShapeKind> = new Set(["pod", "service"]);

/** What of a drawing is in view: in the drawing's own measure. */
export type View = Box;

/** Some of the scene is out of view. */
export function isPart({ width, height }: Pick<Drawing, "width" | "height">, view: View): boolean {
  const slack = 8;
  const across = view.x > slack || view.x + view.w < width - slack;
  return across || view.y > slack || view.y + view.h < height - slack;
}

export class Minimap {
  /** A second way to what keys and wheel do: nothing that a screen reader would miss. */
  readonly root = el("div", "minimap");
  private readonly canvas = el("canvas", "");
  private readonly frame = el("i", "");
  private drawing: Drawing | null = null;
  private scale = 1;
  /** Of the frame, as it is written. */
  private size = "";

  constructor(
    private readonly colour: (name: string) => string,
    moveTo: (middle: Point) => void,
  ) {
    this.root.setAttribute("aria-hidden", "true");
    this.root.hidden = true;
    this.root.append(this.canvas, this.frame);
    const move = (event: PointerEvent): void => {
      event.stopPropagation();
      if (!(event.buttons & 1)) return;
      const { left, top } = this.canvas.getBoundingClientRect();
      moveTo({ x: (event.clientX - left) / this.scale, y: (event.clientY - top) / this.scale });
    };
    this.root.addEventListener("pointerdown", move);
    this.root.addEventListener("pointermove", move);
    for (const type of ["mousedown", "touchstart", "wheel"])
      this.root.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
  }

  draw(drawing: Drawing): void {
    this.drawing = drawing;
    const { width, height } = drawing;
    if (!width || !height) return;
    this.scale = Math.min(SIZE.w / width, SIZE.h / height);
    const sharp = window.devicePixelRatio || 1;
    const [w, h] = [width * this.scale, height * this.scale];
    this.canvas.width = w * sharp;
    this.canvas.height = h * sharp;
    this.canvas.style.width = `${w}px`;
    this.canvas.style.height = `${h}px`;
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.scale(sharp * this.scale, sharp * this.scale);
    pen.lineWidth = 1 / this.scale;
    const colours = new Map(Object.values(SHOWN).map((name) => [name, this.colour(name)]));
    for (const shape of drawing.shapes) {
      const colour = SHOWN[shape.kind];
      if (!colour) continue;
      pen.fillStyle = pen.strokeStyle = colours.get(colour)!;
      if (FILLED.has(shape.kind)) pen.fillRect(shape.x, shape.y, shape.w, shape.h);
      else pen.strokeRect(shape.x, shape.y, shape.w, shape.h);
    }
  }

  view(view: View): void {
    const hidden = !this.drawing || !isPart(this.drawing, view);
    if (this.root.hidden !== hidden) this.root.hidden = hidden;
    if (hidden || !this.drawing) return;
    this.frame.style.transform = shift({ x: view.x * this.scale, y: view.y * this.scale });
    const size = `${Math.max(6, view.w * this.scale)}px ${Math.max(6, view.h * this.scale)}px`;
    if (size === this.size) return;
    // While the view is only moved about, its size stays: another one would lay out the page in every frame.
    this.size = size;
    [this.frame.style.width, this.frame.style.height] = size.split(" ") as [string, string];
  }
}
