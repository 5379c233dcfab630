/**
 * The picture of a cluster and of one packet's way through it.
 *
 * Cytoscape draws shapes and lines at places that `layout` computes; the HTML layer above it holds the text, the
 * envelope and the tickets. Nothing here talks to the server: the page hands over a graph, a trace and a step.
 */
import type { Core } from "cytoscape";
import type { Look } from "../share/view";
import type { Drawing } from "./drawing";
import type { Point } from "./geometry";
import type { Graph, TraceView } from "./model";
import { Stage } from "./stage";

export type { Graph, TraceView } from "./model";

export interface Parts {
  readonly cy: Core;
  readonly paper: HTMLElement;
  readonly drawing: Drawing;
}

export interface Picture {
  setGraph(graph: Graph): void;
  setTrace(trace: TraceView | null): void;
  showStep(index: number, options: { animate: boolean }): void;
  /** Show again how the packet came to where it is. */
  replay(): void;
  fit(): void;
  setTheme(): void;
  destroy(): void;
  /** Bring something into view, unfolding what hides it, and mark it; says how far down the view it is then, from 0 to 1. */
  reveal(id: string, host: string | null): number | null;
  /** After something has been unfolded or folded. */
  onUnfold(callback: () => void): void;
  onPick(callback: (elementId: string) => void): void;
  /** A cable was picked: the device that is plugged in with it, and where in the frame. */
  onCable(callback: (link: string, at: Point) => void): void;
  /** After something has been drawn at another place. */
  onDraw(callback: () => void): void;
  /** Where the reader has moved the picture, if they have, and what they have unfolded. */
  readonly look: { look: Look | null; unfolded: string[] };
  setLook(look: Look | null, unfolded: readonly string[]): void;
  onLook(callback: () => void): void;
  /** What the picture is made of at present, for who draws it elsewhere. */
  readonly parts: Parts;
}

export function mountPicture(container: HTMLElement): Picture {
  return new Stage(container);
}
