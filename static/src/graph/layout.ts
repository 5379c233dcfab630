/** The scene on paper: outside world and router on top, the wire, nodes side by side, Services and islands below. */
import { emptyDrawing, type Drawing } from "./drawing";
import { layIslands } from "./islands";
import type { Choice } from "./memory";
import { layPlate, levels, plateHeight, W, type Levels } from "./plate";
import type { PlateScene, Scene } from "./scene/fold";
import { layShelf } from "./shelf";
import { write } from "./words";
import { GAP, layOutside, layWire, MARGIN, tap } from "./world";

export interface Room {
  w: number;
  h: number;
}

const CLOSEST = 1.5;
/** What seeing everything is worth, in size. */
const WORTH = { roomy: 1.12, outside: 1.05 };
/** Where the drawing is smaller than this, nothing counts for more than its size. */
const SMALL = 0.9;

/** Of all ways to arrange the scene, the one that can be shown largest. */
export function layout(scene: Scene, room: Room): Drawing {
  return written(scene, arrange(scene, room));
}

/** An arrangement with its words, which only the one that is shown needs. */
export function written(scene: Scene, { drawing, choice }: Arranged): Drawing {
  write(drawing, scene, levels(scene, choice.roomy));
  return drawing;
}

export interface Arranged {
  drawing: Drawing;
  worth: number;
  choice: Choice;
}

const AT_LEAST: Choice = { columns: 1, roomy: false, outside: false };

/** The best arrangement, and what it is worth: its size on the screen, and a little for all that is shown. */
export function arrange(scene: Scene, room: Room, before: Choice | null = null): Arranged {
  let best: Arranged = { drawing: emptyDrawing(), worth: 0, choice: before ?? AT_LEAST };
  for (const choice of before ? [before] : choices(scene, isNarrow(room))) {
    const drawing = draw(scene, choice);
    const zoom = Math.min(room.w / drawing.width, room.h / drawing.height, CLOSEST);
    const worth = zoom * (choice.roomy && zoom > SMALL ? WORTH.roomy : 1) * (choice.outside ? WORTH.outside : 1);
    if (worth > best.worth + 1e-6) best = { drawing, worth, choice };
  }
  return best;
}

/** On a phone the machines stand below each other, as wide as the screen, and the picture follows the packet. */
export const isNarrow = (room: Room): boolean => room.w < 640;

function choices(scene: Scene, narrow: boolean): Choice[] {
  const count = narrow ? 1 : scene.plates.length;
  const columns = count > 8 ? [count > 24 ? 6 : 4] : Array.from({ length: Math.max(1, count) }, (_, i) => i + 1);
  const roomy = scene.traced ? [true, false] : [false];
  const drawn = scene.router !== null || scene.internet !== null;
  const outside = scene.traced || !drawn ? [drawn] : [true, false];
  return columns.flatMap((c) => roomy.flatMap((r) => outside.map((o) => ({ columns: c, roomy: r, outside: o }))));
}

const widthOf = (columns: number): number => columns * W + (columns - 1) * GAP + 2 * MARGIN;

function draw(scene: Scene, { columns, roomy, outside }: Choice): Drawing {
  const drawing = emptyDrawing();
  const at = levels(scene, roomy);
  drawing.width = Math.max(widthOf(columns), widthOf(scene.traced || columns === 1 ? 1 : 2));
  let y = outside ? layOutside(drawing, scene) : 48;
  for (let row = 0; row * columns < scene.plates.length; row++) {
    const plates = scene.plates.slice(row * columns, (row + 1) * columns);
    layWire(drawing, scene, plates.length, y, row);
    y = layRow(drawing, plates, at, y + 40, row) + 38;
  }
  y += 18 - 38;
  if (scene.services.length) y = layShelf(drawing, scene, y) + 22;
  y = layIslands(drawing, scene, y);
  drawing.height = y + 14;
  markEnds(drawing, scene);
  return drawing;
}

/** A plate grows to the height of its neighbours, unless somebody has unfolded a hundred pods there. */
const STRETCH = 240;

/** One row of plates, all as high as the highest; returns their foot. */
function layRow(drawing: Drawing, plates: PlateScene[], at: Levels, y: number, row: number): number {
  const heights = plates.map((plate) => plateHeight(plate, at));
  const highest = Math.max(...heights);
  plates.forEach((plate, i) => {
    const x = MARGIN + i * (W + GAP);
    const h = Math.min(highest, heights[i]! + STRETCH);
    layPlate(drawing, plate, { x, y, w: W, h }, at);
    const wire = `${plate.host.id}/${plate.wire?.name ?? "eth0"}`;
    drawing.ways.cable(tap(row, i), wire);
    const line = [
      { x: x + W / 2, y: y - 40 },
      { x: x + W / 2, y },
    ];
    const marks = plate.onPath ? [] : ["faint"];
    drawing.cables.push({ id: `${plate.host.id}~tap`, kind: "track", line, marks, link: wire });
  });
  return y + highest;
}

/** Who asks and who answers keep their colours for the whole trace. */
function markEnds(drawing: Drawing, scene: Scene): void {
  for (const shape of drawing.shapes) {
    const id = shape.id.replace(/#plate$/, "");
    if (id === scene.story?.client) shape.marks.push("client");
    else if (scene.story?.servers.has(id)) shape.marks.push("server");
  }
}
