/** What a layout produces: shapes and cables for Cytoscape, words for the HTML layer, ways for the packet. */
import type { Box, Point } from "./geometry";
import { Ways } from "./ways";

export type ShapeKind =
  | "band"
  | "plate"
  | "jack"
  | "pod"
  | "fence"
  | "gate"
  | "small-gate"
  | "diamond"
  | "sockets"
  | "bar"
  | "port"
  | "ghost"
  | "tunnel"
  | "island"
  | "more"
  | "fold"
  | "service"
  | "router"
  | "internet"
  | "balancer"
  | "mini"
  | "loop";

export interface Shape extends Box {
  id: string;
  kind: ShapeKind;
  /** The machine on whose plate it stands. */
  parent?: string;
  marks: string[];
}

export interface Cable {
  id: string;
  kind: "track" | "dotted";
  line: Point[];
  marks: string[];
  /** The shapes that it joins, if both are drawn. */
  from?: string;
  to?: string;
  /** The device that is plugged in with it; without one it can't be pulled. */
  link?: string;
}

/** A line of text with a class of the style sheet: "name", "mono", "dim" and so on. */
export interface Line {
  text: string;
  look: string;
}

export interface Words extends Box {
  /** The shape that these words belong to; they fade and light up with it. */
  of: string;
  lines: Line[];
  align: "left" | "centre" | "right";
  /** Words that can be clicked are buttons with this name. */
  button?: string;
  look?: string;
  /** One small square for each node of an island. */
  squares?: number;
}

/** Where an envelope may stand; its tail goes down by one of the gaps (x) as far as `until`, where names stand. */
export interface Zone extends Box {
  gaps?: number[];
  until?: number;
}

export interface Drawing {
  width: number;
  height: number;
  shapes: Shape[];
  cables: Cable[];
  words: Words[];
  ways: Ways;
  /** Where the envelope may stand while the packet is on this machine. */
  zones: Map<string, Zone>;
  /** Where a machine's conntrack ticket hangs, and below it its slips; or the tag of a pod. */
  tickets: Map<string, Box>;
  /** The plates, by machine, for who wants to look at one. */
  plates: Map<string, Box>;
}

export const emptyDrawing = (): Drawing => ({
  width: 0,
  height: 0,
  shapes: [],
  cables: [],
  words: [],
  ways: new Ways(),
  zones: new Map(),
  tickets: new Map(),
  plates: new Map(),
});
