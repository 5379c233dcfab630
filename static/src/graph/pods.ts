/** The pods of a plate in columns, each with its jack, its cable and its port: on the bridge, or at the node's routing. */
import type { Box } from "./geometry";
import { around } from "./geometry";
import { BAR, hasRails, LANES, LEFT, RIGHT, type Board } from "./plate";
import { foldOf, podsIsland, type PlateScene } from "./scene/fold";
import { SLIP } from "./slips";

const POD = { w: 132, h: 92 };
const PITCH = { x: 146, y: 112 };
const TICKET = { w: 144, h: 94 };
/** So many rows of pods have their ports drawn: below these they would stand on each other. */
const PORTS = 3;
/** So far below its upper edge a packet stands in a pod, clear of the jack and of the name. */
const INSIDE = 15;
/** How far a fence stands from its pod. */
const FENCE = 5;
/** The pile of a machine's cards begins so far above its pods. */
export const PILE = 26;

export const hasPile = (plate: PlateScene): boolean => plate.ticket || plate.slips > 0;

/** What a machine remembers, as one pile: the ticket of a connection, the slips of all else. */
export function pileHeight({ ticket, slips }: PlateScene): number {
  return (ticket ? TICKET.h : 0) + slips * (SLIP.h + SLIP.gap);
}

const grown = ({ x, y, w, h }: Box, by: number): Box => ({ x: x - by, y: y - by, w: w + 2 * by, h: h + 2 * by });

const cell = (board: Board, index: number): Box => ({
  x: 20 + PITCH.x * (index % board.plate.columns),
  y: board.at.pods + PITCH.y * Math.floor(index / board.plate.columns),
  ...POD,
});

export function layPods(board: Board): void {
  const { plate, drawing, at } = board;
  const ports: { x: number; veth: string }[] = [];
  const spaces = new Map<string, number>();
  plate.pods.forEach((pod, index) => {
    const box = cell(board, index);
    const shade = spaces.get(pod.namespace) ?? spaces.size;
    spaces.set(pod.namespace, shade);
    const marks = [`shade-${shade % 2}`];
    if (pod.hostNetwork) marks.push("host-network");
    if (!pod.ready) marks.push("unready");
    if (pod.assumed) marks.push("assumed");
    if (plate.fences.has(pod.id)) board.shape(`${pod.id}#fence`, "fence", grown(box, FENCE));
    board.shape(pod.id, "pod", box, marks);
    board.place(pod.id, box.x + POD.w / 2, box.y + INSIDE);
    drawing.tickets.set(pod.id, board.box({ x: box.x, y: box.y + POD.h - 11, w: POD.w, h: SLIP.h }));
    if (plate.loopbacks.has(pod.id)) layLoopback(board, pod.id, box);
    if (pod.hostNetwork) return;
    ports.push(layCable(board, pod.id, box, Math.floor(index / plate.columns)));
  });
  if (hasRails(plate)) drawRails(board, ports);
  linkPorts(board, ports);
  if (plate.folded) {
    board.shape(podsIsland(board.host), "more", cell(board, plate.pods.length));
  } else if (plate.opened.pods) {
    board.shape(foldOf(podsIsland(board.host)), "more", cell(board, plate.pods.length));
  }
  const x = 20 + PITCH.x * 2;
  if (hasPile(plate))
    drawing.tickets.set(board.host, board.box({ x, y: at.pods - PILE, w: TICKET.w, h: pileHeight(plate) }));
}

/** What a pod sends to itself never leaves it: a second jack, with no cable. */
function layLoopback(board: Board, pod: string, box: Box): void {
  const [middle, x] = [box.x + POD.w / 2, box.x + POD.w - 24];
  const lo = board.place(`${pod}/lo`, x, box.y);
  const turn = board.place(`${pod}#turn-lo`, x, box.y + INSIDE);
  board.shape(lo, "jack", around(x, box.y, 30, 20), ["small"]);
  board.cable(
    `${pod}/lo`,
    [
      [middle, box.y + INSIDE],
      [x, box.y + INSIDE],
      [x, box.y],
    ],
    "dotted",
  );
  board.drawing.ways.cable(pod, turn, lo);
}

/** A cable from a port of the bridge to a pod's jack; to lower rows it runs in the gap beside the column. */
function layCable(board: Board, pod: string, box: Box, row: number): { x: number; veth: string } {
  const { host, at, drawing } = board;
  const middle = box.x + POD.w / 2;
  const x = row ? box.x + POD.w + (row === 1 ? 4 : 9) : middle;
  const foot = at.bar + BAR;
  const veth = `${host}/veth@${pod.slice("pod:".length)}`;
  const over = box.y - 14;
  const port = row < PORTS;
  // Cytoscape looks through all lines between two shapes for each of them, so each has an end of its own.
  const ends = { from: port ? veth : pod, to: `${pod}/eth0`, link: `${pod}/eth0` };
  const line: [number, number][] = row
    ? [
        [x, foot],
        [x, over],
        [middle, over],
        [middle, box.y],
      ]
    : [
        [x, foot],
        [x, box.y],
      ];
  board.cable(pod, line, "track", ends);
  if (port) board.shape(veth, "port", around(x, foot, 16 - Math.min(row, 1) * 8, 14));
  board.shape(`${pod}/eth0`, "jack", around(middle, box.y, 44, 20), ["small"]);
  board.place(veth, x, foot);
  board.place(`${pod}/eth0`, middle, box.y);
  if (row) {
    const turns = [board.place(`${veth}#turn`, x, over), board.place(`${pod}#turn`, middle, over)];
    drawing.ways.cable(veth, ...turns, `${pod}/eth0`);
  } else {
    drawing.ways.cable(veth, `${pod}/eth0`);
  }
  drawing.ways.cable(`${pod}/eth0`, pod);
  return { x, veth };
}

/** A node without a bridge: every veth has a cable of its own up to the two lanes of the routing. */
function drawRails(board: Board, ports: { x: number }[]): void {
  const { at } = board;
  const [into, out] = [at.bar + LANES.in, at.bar + LANES.out];
  const ends = ports.map(({ x }) => x);
  board.cable("rail-in", [
    [LEFT, into],
    [Math.max(...ends), into],
  ]);
  board.cable("rail-out", [
    [RIGHT, out],
    [Math.min(...ends), out],
  ]);
  ends.forEach((x, i) =>
    board.cable(`rail-${i}`, [
      [x, out],
      [x, at.bar + BAR],
    ]),
  );
}

/** Two lanes: the lower one leads in (left), the upper one out (from the right). */
function linkPorts(board: Board, ports: { x: number; veth: string }[]): void {
  const { at, drawing, host, plate } = board;
  const lanes = plate.bridge ? `${host}/${plate.bridge.name}` : `${host}#pods`;
  const sorted = [...ports].sort((a, b) => a.x - b.x);
  const into = sorted.map(({ x, veth }) => board.place(`${veth}#in`, x, at.bar + LANES.in));
  const out = sorted.map(({ x, veth }) => board.place(`${veth}#out`, x, at.bar + LANES.out));
  sorted.forEach(({ veth }, i) => {
    drawing.ways.line(veth, into[i]!);
    drawing.ways.line(out[i]!, veth);
    drawing.ways.line(into[i]!, veth);
    if (i) drawing.ways.cable(into[i - 1]!, into[i]!);
  });
  drawing.ways.line(...[...into].reverse(), `${lanes}#in`);
  drawing.ways.line(`${lanes}#out`, ...[...out].reverse());
}
