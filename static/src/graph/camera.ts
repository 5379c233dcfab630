/** Where the reader looks: fitting the drawing, following the packet, and leaving be what the reader chose. */
import type { Core } from "cytoscape";
import type { Drawing } from "./drawing";
import type { Box, Point } from "./geometry";
import { BEYOND, seenIn, type Size } from "./glide";
import { isNarrow } from "./layout";
import type { Look } from "../share/view";
import { mayMove } from "./motion";
import { onSheet, viewOf } from "./sheet";

const PAN = 240;
/** So far from the frame is what has been brought into view. */
const EDGE = 24;
const CLOSEST = 1.5;
/** Fitting stops here: what is smaller can't be read, and is reached by moving about. */
const FARTHEST = 0.55;

export class Camera {
  /** The reader has panned or zoomed; we no longer fit by ourselves. */
  private moved = false;
  /** Where the last movement by ourselves leads. */
  private goal: Point | null = null;
  /** All of the drawing is in view after fitting. */
  private whole = true;
  /** Read before anything is written: to ask for it in between would lay out the page. */
  private known: Size | null = null;

  constructor(
    private readonly cy: Core,
    private readonly container: HTMLElement,
    onView: () => void,
    private readonly onMoved: () => void,
  ) {
    cy.on("viewport", () => onView());
    cy.on("dragpan scrollzoom pinchzoom", () => {
      this.moved = true;
      onMoved();
    });
  }

  /** Where the reader has moved the picture to; null while it arranges itself. */
  get look(): Look | null {
    if (!this.moved) return null;
    const { x, y, w, h } = this.seen;
    return { zoom: this.cy.zoom(), x: x + w / 2, y: y + h / 2 };
  }

  set look(look: Look | null) {
    if (!look) return;
    this.moved = true;
    const { w, h } = this.room;
    const { zoom, x, y } = look;
    this.cy.viewport(onSheet({ zoom, pan: { x: w / 2 - x * zoom, y: h / 2 - y * zoom } }));
  }

  get room(): Size {
    this.known ??= { w: this.container.clientWidth || 1040, h: this.container.clientHeight || 716 };
    return this.known;
  }

  /** The frame may have another size since it was last asked for. */
  measure(): void {
    this.known = null;
  }

  /** What is in view, in the drawing's measure. */
  get seen(): Box {
    return seenIn(viewOf(this.cy), this.room);
  }

  /** Nobody has moved the picture, so it may arrange itself. */
  get free(): boolean {
    return !this.moved;
  }

  /** Forget what the reader chose: the frame is another one. */
  release(): void {
    this.moved = false;
  }

  fit(drawing: Drawing): void {
    this.moved = false;
    const { w, h } = this.room;
    const wish = Math.min(w / drawing.width, h / drawing.height, CLOSEST);
    const zoom = Math.max(wish, Math.min(isNarrow(this.room) ? 1 : FARTHEST, w / drawing.width));
    this.whole = drawing.height * zoom <= h + 1;
    const pan = { x: (w - drawing.width * zoom) / 2, y: Math.max(0, Math.min((h - drawing.height * zoom) / 2, 24)) };
    this.cy.viewport(onSheet({ zoom, pan }));
  }

  /** Fit, and have this box in view: something that has just been unfolded. */
  show(drawing: Drawing, box: Box | undefined): void {
    this.fit(drawing);
    const { y, h } = this.seen;
    const y2 = y + h;
    if (!box || box.y + box.h < y2) return;
    this.cy.panBy({ x: 0, y: (y2 - Math.min(box.y + box.h + 24, box.y + (y2 - 24))) * this.cy.zoom() });
  }

  /** How far down the view the middle of a box is, once nothing moves. */
  heightOf(box: Box): number {
    const y = (box.y + box.h / 2) * this.cy.zoom() + (this.goal ?? viewOf(this.cy).pan).y;
    return y / this.room.h;
  }

  centre({ x, y }: Point): void {
    this.moved = true;
    const [zoom, { w, h }] = [this.cy.zoom(), this.room];
    this.cy.pan(onSheet({ zoom, pan: { x: w / 2 - x * zoom, y: h / 2 - y * zoom } }).pan);
    this.onMoved();
  }

  /** Move as little as it takes to have a box in view; its head, if it is too large. */
  bring(box: Box | undefined): void {
    this.whole = false;
    this.goal = null;
    if (!box) return;
    const {
      zoom,
      pan: { x, y },
    } = viewOf(this.cy);
    const { w, h } = this.room;
    const by = (low: number, high: number, room: number): number =>
      low < EDGE ? EDGE - low : high > room - EDGE ? Math.max(room - EDGE - high, EDGE - low) : 0;
    const dx = by(box.x * zoom + x, (box.x + box.w) * zoom + x, w);
    const dy = by(box.y * zoom + y, (box.y + box.h) * zoom + y, h);
    if (!dx && !dy) return;
    this.moved = true;
    const pan = { x: x + dx, y: y + dy };
    this.goal = pan;
    this.go(pan, mayMove());
  }

  refit(drawing: Drawing): void {
    if (!this.moved) this.fit(drawing);
  }

  zoomBy(factor: number): void {
    this.moved = true;
    const { w, h } = this.room;
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: w / 2 + BEYOND, y: h / 2 + BEYOND } });
    this.onMoved();
  }

  /** Bring a place into view if the reader's own pan or zoom has left it outside. */
  follow(at: Point, box: Box | undefined, animate: boolean): void {
    if (!this.moved && this.whole) return;
    const { x: x1, y: y1, w: wide, h: high } = this.seen;
    const [x2, y2] = [x1 + wide, y1 + high];
    const seen = at.x > x1 + 40 && at.x < x2 - 40 && at.y > y1 + 40 && at.y < y2 - 40;
    const whole = this.moved || !box || (box.y > y1 - 1 && box.y + box.h < y2 + 1);
    if (seen && whole) return;
    const zoom = this.cy.zoom();
    const { w, h } = this.room;
    const fits = box && box.h * zoom < h;
    const target = box ? { x: box.x + box.w / 2, y: fits ? box.y + box.h / 2 : at.y } : at;
    const y = Math.min(EDGE, h / 2 - target.y * zoom); // above the drawing there is nothing to see
    this.go({ x: w / 2 - target.x * zoom, y }, animate && mayMove());
  }

  private go(wish: Point, animate: boolean): void {
    const { pan } = onSheet({ pan: wish, zoom: this.cy.zoom() });
    this.cy.stop();
    if (animate) this.cy.animate({ pan }, { duration: PAN });
    else this.cy.pan(pan);
  }
}
