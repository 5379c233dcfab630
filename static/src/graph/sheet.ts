/**
 * What Cytoscape draws, as a sheet that is moved about.
 *
 * Cytoscape draws every shape anew whenever the view changes, which costs far more than a frame has time for. Here it
 * draws a little more than what is in view; while the view changes, only the sheet moves, and that is the compositor's
 * work. It is drawn again when the movement rests, when something on it changes, or when its margin is used up.
 */
import type { Core } from "cytoscape";
import { el } from "./dom";
import { BEYOND, covers, shiftBetween, type Size, type View } from "./glide";
import { shift } from "./motion";

/** So long after the last movement the view is at rest. */
export const SETTLED = 150;

/** The part of Cytoscape's renderer that decides when to draw. Its own extensions replace these too. */
interface Renderer {
  notify(event: string, elements?: { length: number }): void;
  render(options?: { forcedContext?: unknown }): void;
  readonly data: { readonly canvasNeedsRedraw: boolean[]; readonly canvasContainer: HTMLElement };
  readonly NODE: number;
  readonly touchData: { cxt: boolean };
}

export class Sheet {
  /** Cytoscape's place: as large as the picture and the margin around it. */
  readonly root = el("div", "picture-sheet");
  private drawn: View | null = null;
  /** Something else than the view has changed since it was drawn. */
  private changed = false;
  private moving = false;
  private turn = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private redraw: () => void = () => undefined;

  constructor(
    container: HTMLElement,
    private readonly room: () => Size,
    private readonly drawing: () => Size,
  ) {
    this.root.style.position = "absolute"; // Cytoscape wants it before a style sheet may have come
    this.root.style.inset = `${-BEYOND}px`;
    container.append(this.root);
  }

  /** From now on the view of this Cytoscape moves the sheet. */
  take(cy: Core): void {
    const renderer = (cy as unknown as { renderer(): Renderer }).renderer();
    const [notify, render] = [renderer.notify.bind(renderer), renderer.render.bind(renderer)];
    // Two fingers move and zoom; while they are close to each other Cytoscape takes them for the wish for a menu.
    this.root.addEventListener("touchstart", ({ touches }) => {
      if (touches.length === 2) renderer.touchData.cxt = false;
    });
    const { canvasContainer: canvases, canvasNeedsRedraw: stale } = renderer.data;
    canvases.classList.add("picture-canvases");
    this.redraw = () => {
      this.moving = false;
      notify("draw");
    };
    renderer.notify = (event, elements) => {
      const moves = event === "viewport" || (event === "draw" && !elements?.length && !this.isAt(viewOf(cy)));
      if (moves && this.slides(canvases, viewOf(cy))) return;
      this.changed = true;
      notify(event, elements);
    };
    renderer.render = (options) => {
      // Sharper shapes, which Cytoscape has got ready by now, can wait for the rest.
      if (this.moving && !this.changed) stale[renderer.NODE] = false;
      const anew = !options?.forcedContext && stale[renderer.NODE];
      render(options);
      if (!anew) return;
      this.drawn = viewOf(cy);
      this.changed = false;
      canvases.style.transform = "";
    };
  }

  /** The sheet as it is will do for this view. */
  private slides(canvases: HTMLElement, now: View): boolean {
    const { drawn } = this;
    if (!drawn || !covers(drawn, now, this.room(), this.drawing())) return false;
    const { pan, zoom } = shiftBetween(onSheet(drawn), onSheet(now));
    canvases.style.transform = `${shift(pan)} scale(${zoom})`;
    this.moving = true;
    this.later(this.redraw);
    return true;
  }

  /** At rest: where frames are slow, the next movement may come long after the last and still be the very next frame's. */
  private later(act: () => void): void {
    const turn = ++this.turn;
    clearTimeout(this.rest);
    const unmoved = (then: () => void) => () => void (turn === this.turn && then());
    const frame = (then: () => void) => () => void requestAnimationFrame(unmoved(then));
    this.rest = setTimeout(frame(frame(act)), SETTLED);
  }

  private isAt({ pan, zoom }: View): boolean {
    const { drawn } = this;
    return drawn !== null && drawn.zoom === zoom && drawn.pan.x === pan.x && drawn.pan.y === pan.y;
  }

  remove(): void {
    this.turn += 1;
    clearTimeout(this.rest);
    this.root.remove();
  }
}

/** What Cytoscape calls pan begins at the sheet's corner; here it begins at the picture's. */
export const viewOf = (cy: Core): View => ({
  pan: { x: cy.pan().x - BEYOND, y: cy.pan().y - BEYOND },
  zoom: cy.zoom(),
});

/** What begins at the picture's corner, for Cytoscape. */
export const onSheet = ({ pan, zoom }: View): View => ({ pan: { x: pan.x + BEYOND, y: pan.y + BEYOND }, zoom });
