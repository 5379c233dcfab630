/**
 * One machine as a plate: its jack, the loop with the gates, the bridge (or the rails of a node that has none), and
 * the cables between them.
 *
 * All numbers are local to the plate. In on the left, out on the right, for the wire above and the bridge below.
 */
import { hasBehind } from "./model";
import type { Cable, Drawing, ShapeKind } from "./drawing";
import { around, type Box, type Point } from "./geometry";
import { layLocal, layTrack } from "./loop";
import { hasPile, layPods, PILE, pileHeight } from "./pods";
import { foldOf, type PlateScene, type Scene } from "./scene/fold";

export const W = 472;
export const MID = W / 2;
export const LEFT = 24;
export const RIGHT = 448;
export const TOP = 44;
export const GATES = { PREROUTING: 80, FORWARD: 236, POSTROUTING: 392 } as const;
export const ROUTES = { in: 158, out: 314 } as const;
export const BAR = 32;
/** Below the top of the bar: the lane that leads out to the pods, and the one that leads in from them. */
export const LANES = { out: 4, in: BAR - 4 } as const;
/** Beside the name, clear of the cable. */
const FOLD = { x: 203, y: 17, w: 22, h: 18 };
const GHOST = { w: 100, h: 94 };

/** The heights that all plates of a drawing share. */
export interface Levels {
  track: number;
  sockets: number | null;
  bar: number;
  pods: number;
}

type Ends = Pick<Cable, "from" | "to" | "link">;

export function levels(scene: Scene, roomy: boolean): Levels {
  const tunnel = scene.plates.some((plate) => plate.tunnel);
  const track = scene.traced ? (tunnel ? 258 : 212) : 100;
  const sockets = scene.sockets || (roomy && scene.traced) ? track + 66 : null;
  const bar = sockets === null ? track + 50 : sockets + 44;
  return { track, sockets, bar, pods: bar + 76 };
}

export function plateHeight(plate: PlateScene, at: Levels): number {
  const cells = plate.pods.length + (plate.folded || plate.opened.pods ? 1 : 0);
  const rows = Math.max(Math.ceil(cells / plate.columns), hasPile(plate) ? 1 : 0);
  if (rows) return at.pods + Math.max(92 + 112 * (rows - 1), pileHeight(plate) - PILE) + 20;
  return plate.bridge || hasRails(plate) ? at.bar + BAR + 24 : (at.sockets ?? at.track + 30) + 36;
}

/** Without a bridge, the veths of pods lead straight to the node's routing. */
export const hasRails = (plate: PlateScene): boolean => !plate.bridge && plate.pods.some((pod) => !pod.hostNetwork);

/** Everything that is drawn on one plate shares this: where it goes, and how to say an id. */
export class Board {
  constructor(
    readonly drawing: Drawing,
    readonly plate: PlateScene,
    readonly origin: Point,
    readonly at: Levels,
  ) {}

  get host(): string {
    return this.plate.host.id;
  }

  world(x: number, y: number): Point {
    return { x: this.origin.x + x, y: this.origin.y + y };
  }

  box(local: Box): Box {
    return { ...local, ...this.world(local.x, local.y) };
  }

  shape(id: string, kind: ShapeKind, local: Box, marks: string[] = []): void {
    const faint = this.plate.onPath ? [] : ["faint"];
    this.drawing.shapes.push({ id, kind, parent: this.host, marks: [...marks, ...faint], ...this.box(local) });
  }

  cable(id: string, points: [number, number][], kind: Cable["kind"] = "track", ends: Ends = {}): void {
    const line = points.map(([x, y]) => this.world(x, y));
    const marks = this.plate.onPath ? [] : ["faint"];
    this.drawing.cables.push({ id: `${this.host}~${id}`, kind, line, marks, ...ends });
  }

  place(id: string, x: number, y: number): string {
    const point = this.world(x, y);
    this.drawing.ways.add(id, point.x, point.y);
    return id;
  }
}

export function layPlate(drawing: Drawing, plate: PlateScene, frame: Box, at: Levels): void {
  const board = new Board(drawing, plate, frame, at);
  drawing.plates.set(board.host, frame);
  board.shape(`${board.host}#plate`, "plate", { x: 0, y: 0, w: W, h: frame.h });
  layTrack(board);
  layLocal(board);
  layDevices(board);
  if (plate.bridge) layBridge(board);
  if (hasRails(plate)) layLanes(board, `${board.host}#pods`);
  layPods(board);
  layZones(board);
  if (plate.opened.machine) board.shape(foldOf(board.host), "fold", FOLD);
}

function layDevices(board: Board): void {
  const { host, drawing, plate } = board;
  const wire = `${host}/${plate.wire?.name ?? "eth0"}`;
  board.shape(wire, "jack", around(MID, 0, 48, 26));
  board.place(wire, MID, 0);
  drawing.ways.cable(wire, `${host}#top`);
  if (plate.tunnel) {
    const y = 88;
    const tunnel = `${host}/${plate.tunnel.name}`;
    board.shape(tunnel, "tunnel", around(RIGHT - 12, y, 72, 28));
    board.place(tunnel, RIGHT, y);
    drawing.ways.line(`${host}#right`, tunnel, `${host}#top-right`);
    const left = board.place(`${tunnel}#in`, LEFT, y);
    drawing.ways.line(`${host}#top-left`, left, `${host}#left`);
    if (plate.unpacks) board.shape(left, "tunnel", around(LEFT + 12, y, 72, 28));
  }
  if (plate.loopbacks.has(board.host)) layLoopback(board);
}

/** What a machine sends to itself leaves by POSTROUTING and comes in again by PREROUTING. */
function layLoopback(board: Board): void {
  const { host, at, drawing } = board;
  const [above, out, back] = [at.track - 27, 415, 52];
  const lo = board.place(`${host}/lo`, MID, above);
  const from = [board.place(`${host}#lo-from`, out, at.track), board.place(`${host}#lo-out`, out, above)];
  const to = [board.place(`${host}#lo-in`, back, above), board.place(`${host}#lo-to`, back, at.track)];
  drawing.ways.line(`${host}#POSTROUTING`, ...from, lo, ...to, `${host}#PREROUTING`);
  board.shape(lo, "loop", around(MID, above, 40, 20));
  const corners: [number, number][] = [
    [out, at.track],
    [out, above],
    [back, above],
    [back, at.track],
  ];
  board.cable("lo", corners, "dotted");
}

function layBridge(board: Board): void {
  const { host, at, plate } = board;
  const bridge = `${host}/${plate.bridge!.name}`;
  board.shape(bridge, "bar", { x: 12, y: at.bar, w: 448, h: BAR });
  board.place(bridge, MID, at.bar + BAR / 2);
  layLanes(board, bridge);
}

/** Where what comes from the pods joins the loop, and where what goes to them leaves it. */
function layLanes(board: Board, from: string): void {
  const { host, at, drawing } = board;
  board.place(`${from}#in`, LEFT, at.bar + LANES.in);
  board.place(`${from}#out`, RIGHT, at.bar + LANES.out);
  drawing.ways.line(`${from}#in`, `${host}#left`);
  drawing.ways.line(`${host}#right`, `${from}#out`);
}

function layZones(board: Board): void {
  const { host, at, drawing, plate } = board;
  for (const { service, gate } of plate.ghosts) {
    const x = (gate === "OUTPUT" ? 340 : GATES.PREROUTING) - GHOST.w / 2;
    const marks = hasBehind(service) ? [] : ["empty"];
    board.shape(`${host}^${service.id}`, "ghost", { x, y: at.track - 20 - GHOST.h, ...GHOST }, marks);
  }
  const atOutput = plate.ghosts.some((ghost) => ghost.gate === "OUTPUT");
  const x = atOutput ? 30 : 133;
  const w = atOutput || plate.tunnel ? 262 : 308;
  const gaps = [192, 285].map((gap) => board.world(gap, 0).x);
  const until = board.world(0, at.bar + BAR + 4).y;
  drawing.zones.set(host, { ...board.box({ x, y: 58, w, h: at.track - 100 }), gaps, until });
}
