/** The loop that every packet of a machine follows: in on the left, by the gates, out on the right. */
import { around } from "./geometry";
import { GATES, hasRails, LANES, LEFT, MID, RIGHT, ROUTES, TOP, type Board } from "./plate";

/** INPUT and OUTPUT stand so far below the track, clear of the names of the gates on it. */
const LOCAL = 46;

export function layTrack(board: Board): void {
  const { host, at, drawing } = board;
  const [left, right] = feet(board);
  board.cable("wire", [
    [MID, 0],
    [MID, TOP],
  ]);
  board.cable("in", [
    [MID, TOP],
    [LEFT, TOP],
    [LEFT, left],
  ]);
  board.cable("out", [
    [MID, TOP],
    [RIGHT, TOP],
    [RIGHT, right],
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

/** How far down the loop's two sides go: to the bridge, to the lanes of a node without one, or no further. */
function feet({ plate, at }: Board): [number, number] {
  if (plate.bridge) return [at.bar, at.bar];
  return hasRails(plate) ? [at.bar + LANES.in, at.bar + LANES.out] : [at.track, at.track];
}

/** INPUT, the sockets and OUTPUT, below the track; folded away where no packet goes there. */
export function layLocal(board: Board): void {
  const { host, at, drawing } = board;
  const low = at.sockets ?? at.track + 30;
  const names = ["INPUT", "OUTPUT", "sockets"].map((name) => `${host}#${name}`) as [string, string, string];
  const [input, output, sockets] = names;
  board.place(input, ROUTES.in, at.track + LOCAL);
  board.place(output, ROUTES.out, at.track + LOCAL);
  board.place(sockets, MID, low);
  const corners = [board.place(`${host}#low-in`, ROUTES.in, low), board.place(`${host}#low-out`, ROUTES.out, low)];
  drawing.ways.line(`${host}#route-in`, input, corners[0]!, sockets, corners[1]!, output, `${host}#route-out`);
  // What the kernel makes by itself, such as an ICMP error, begins at a gate of the track and leaves by OUTPUT.
  drawing.ways.line(`${host}#route-out`, output);
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
  board.shape(input, "small-gate", around(left, at.track + LOCAL, 26, 10));
  board.shape(output, "small-gate", around(right, at.track + LOCAL, 26, 10));
  board.shape(sockets, "sockets", around(MID, low, 80, 22));
}
