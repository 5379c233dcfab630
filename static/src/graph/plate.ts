/**
 * One machine as a plate: its jack, the loop with the gates, the bridge, and the cables between them.
 *
 * All numbers are local to the plate. In on the left, out on the right, for the wire above and the bridge below.
 */
import type { Cable, Drawing, ShapeKind } from "./drawing";
import { around, type Box, type Point } from "./geometry";
import { layPods } from "./pods";
import type { PlateScene, Scene } from "./scene/fold";

export const W = 472;
const MID = W / 2;
const LEFT = 24;
const RIGHT = 448;
const TOP = 44;
export const GATES = { PREROUTING: 80, FORWARD: 236, POSTROUTING: 392 } as const;
export const ROUTES = { in: 158, out: 314 } as const;
export const BAR = 28;
const GHOST = { w: 88, h: 94 };

/** The heights that all plates of a drawing share. */
export interface Levels {
  track: number;
  sockets: number | null;
  bar: number;
  pods: number;
}

type Ends = Pick<Cable, "from" | "to">;

export function levels(scene: Scene, roomy: boolean): Levels {
  const tunnel = scene.plates.some((plate) => plate.tunnel);
  const track = scene.traced ? (tunnel ? 258 : 212) : 100;
  const sockets = scene.sockets || (roomy && scene.traced) ? track + 66 : null;
  const bar = sockets === null ? track + 50 : sockets + 44;
  return { track, sockets, bar, pods: bar + 76 };
}

export function plateHeight(plate: PlateScene, at: Levels): number {
  const cells = plate.pods.length + (plate.folded ? 1 : 0);
  const rows = Math.max(Math.ceil(cells / plate.columns), plate.ticket ? 1 : 0);
  if (rows) return at.pods + 92 + 112 * (rows - 1) + 20;
  return plate.bridge ? at.bar + BAR + 24 : (at.sockets ?? at.track + 30) + 36;
}

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
  layPods(board);
  layZones(board);
}

function layTrack(board: Board): void {
  const { host, at, drawing } = board;
  const foot = board.plate.bridge ? at.bar + BAR / 2 : at.track;
  board.cable("wire", [
    [MID, 0],
    [MID, TOP],
  ]);
  board.cable("in", [
    [MID, TOP],
    [LEFT, TOP],
    [LEFT, foot],
  ]);
  board.cable("out", [
    [MID, TOP],
    [RIGHT, TOP],
    [RIGHT, foot],
  ]);
  board.cable("track", [
    [LEFT, at.track],
    [RIGHT, at.track],
  ]);
  for (const [hook, x] of Object.entries(GATES)) {
    board.shape(`${host}#${hook}`, "gate", around(x, at.track, 14, 34));
    board.place(`${host}#${hook}`, x, at.track);
  }
  for (const [side, x] of Object.entries(ROUTES)) {
    board.shape(`${host}#route-${side}`, "diamond", around(x, at.track, 12, 12));
    board.place(`${host}#route-${side}`, x, at.track);
  }
  board.place(`${host}#top`, MID, TOP);
  board.place(`${host}#top-left`, LEFT, TOP);
  board.place(`${host}#top-right`, RIGHT, TOP);
  board.place(`${host}#left`, LEFT, at.track);
  board.place(`${host}#right`, RIGHT, at.track);
  board.place(`${host}#forward`, 197, at.track);
  board.place(`${host}#neighbor`, 426, at.track);
  const id = (name: string): string => `${host}#${name}`;
  drawing.ways.line(
    id("top"),
    id("top-left"),
    id("left"),
    id("PREROUTING"),
    id("route-in"),
    id("forward"),
    id("FORWARD"),
    id("route-out"),
    id("POSTROUTING"),
    id("neighbor"),
    id("right"),
    id("top-right"),
    id("top"),
  );
}

/** INPUT, the sockets and OUTPUT, below the track; folded away where no packet goes there. */
function layLocal(board: Board): void {
  const { host, at, drawing } = board;
  const low = at.sockets ?? at.track + 30;
  const names = ["INPUT", "OUTPUT", "sockets"].map((name) => `${host}#${name}`) as [string, string, string];
  const [input, output, sockets] = names;
  board.place(input, ROUTES.in, at.track + 39);
  board.place(output, ROUTES.out, at.track + 39);
  board.place(sockets, MID, low);
  const corners = [board.place(`${host}#low-in`, ROUTES.in, low), board.place(`${host}#low-out`, ROUTES.out, low)];
  drawing.ways.line(`${host}#route-in`, input, corners[0]!, sockets, corners[1]!, output, `${host}#route-out`);
  if (at.sockets === null) return;
  const [left, right] = [ROUTES.in, ROUTES.out];
  board.cable(
    "local",
    [
      [left, at.track],
      [left, low],
      [right, low],
      [right, at.track],
    ],
    "dotted",
  );
  board.shape(input, "small-gate", around(left, at.track + 39, 26, 10));
  board.shape(output, "small-gate", around(right, at.track + 39, 26, 10));
  board.shape(sockets, "sockets", around(MID, low, 80, 22));
}

function layDevices(board: Board): void {
  const { host, at, drawing, plate } = board;
  const wire = `${host}/${plate.wire?.name ?? "eth0"}`;
  board.shape(wire, "jack", around(MID, 0, 48, 26));
  board.place(wire, MID, 0);
  drawing.ways.cable(wire, `${host}#top`);
  if (plate.tunnel) {
    const y = (58 + at.track - 42) / 2;
    const tunnel = `${host}/${plate.tunnel.name}`;
    board.shape(tunnel, "tunnel", around(RIGHT - 12, y, 68, 28));
    board.place(tunnel, RIGHT, y);
    drawing.ways.line(`${host}#right`, tunnel, `${host}#top-right`);
    const left = board.place(`${tunnel}#in`, LEFT, y);
    drawing.ways.line(`${host}#top-left`, left, `${host}#left`);
    if (plate.unpacks) board.shape(left, "tunnel", around(LEFT + 12, y, 68, 28));
  }
  const above = at.track - 27;
  const lo = board.place(`${host}/lo`, MID, above);
  const ends = [board.place(`${host}#lo-out`, 415, above), board.place(`${host}#lo-in`, 52, above)] as const;
  const feet = [board.place(`${host}#lo-from`, 415, at.track), board.place(`${host}#lo-to`, 52, at.track)] as const;
  drawing.ways.line(`${host}#POSTROUTING`, feet[0], ends[0], lo, ends[1], feet[1], `${host}#PREROUTING`);
  if (!plate.loopback) return;
  board.shape(lo, "loop", around(MID, above, 40, 20));
  board.cable(
    "lo",
    [
      [415, at.track],
      [415, above],
      [52, above],
      [52, at.track],
    ],
    "dotted",
  );
}

function layBridge(board: Board): void {
  const { host, at, drawing, plate } = board;
  const bridge = `${host}/${plate.bridge!.name}`;
  board.shape(bridge, "bar", { x: 12, y: at.bar, w: 448, h: BAR });
  board.place(bridge, MID, at.bar + BAR / 2);
  board.place(`${bridge}#in`, LEFT, at.bar + BAR - 5);
  board.place(`${bridge}#out`, RIGHT, at.bar + 5);
  drawing.ways.line(`${bridge}#in`, `${host}#left`);
  drawing.ways.line(`${host}#right`, `${bridge}#out`);
}

function layZones(board: Board): void {
  const { host, at, drawing, plate } = board;
  for (const { service, gate } of plate.ghosts) {
    const x = (gate === "OUTPUT" ? 340 : GATES.PREROUTING) - GHOST.w / 2;
    const marks = service.endpoints.length ? [] : ["empty"];
    board.shape(`${host}^${service.id}`, "ghost", { x, y: at.track - 20 - GHOST.h, ...GHOST }, marks);
  }
  const atOutput = plate.ghosts.some((ghost) => ghost.gate === "OUTPUT");
  const x = atOutput ? 30 : 133;
  drawing.zones.set(host, board.box({ x, y: 58, w: atOutput ? 262 : 308, h: at.track - 100 }));
}
