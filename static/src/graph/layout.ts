/** The scene on paper: outside world and router on top, the wire, nodes side by side, islands below. */
import { emptyDrawing, type Drawing } from "./drawing";
import { around } from "./geometry";
import { layIslands } from "./islands";
import { layPlate, levels, plateHeight, W, type Levels } from "./plate";
import type { PlateScene, Scene } from "./scene/fold";
import { layShelf } from "./shelf";
import { write } from "./words";

export interface Room {
  w: number;
  h: number;
}

export const MARGIN = 32;
export const GAP = 32;
const BAND = 52;
const SPINE = 14;

export function layout(scene: Scene, room: Room): Drawing {
  const candidates = [true, false].flatMap((roomy) =>
    scene.plates.map((_, i) => ({ at: levels(scene, roomy), roomy, columns: i + 1 })),
  );
  const sized = candidates.map((candidate) => {
    const { rows } = arrange(scene, candidate.columns, candidate.at);
    const w = widthOf(candidate.columns);
    const h = rows.reduce((sum, row) => sum + row.h + 60, 170);
    const zoom = Math.min(room.w / w, room.h / h);
    return { ...candidate, zoom: candidate.roomy ? zoom * 1.12 : zoom };
  });
  const best = sized.reduce((a, b) => (b.zoom > a.zoom + 1e-9 ? b : a), sized[0] ?? fallback(scene));
  return draw(scene, best.columns, best.at);
}

const fallback = (scene: Scene) => ({ at: levels(scene, false), roomy: false, columns: 1, zoom: 1 });

const widthOf = (columns: number): number => columns * W + (columns - 1) * GAP + 2 * MARGIN;

function arrange(scene: Scene, columns: number, at: Levels): { rows: { plates: PlateScene[]; h: number }[] } {
  const rows = [];
  for (let i = 0; i < scene.plates.length; i += columns) {
    const plates = scene.plates.slice(i, i + columns);
    rows.push({ plates, h: Math.max(...plates.map((plate) => plateHeight(plate, at))) });
  }
  return { rows };
}

function draw(scene: Scene, columns: number, at: Levels): Drawing {
  const drawing = emptyDrawing();
  drawing.width = Math.max(widthOf(columns), widthOf(scene.traced ? 1 : 2));
  let y = scene.router || scene.internet ? layOutside(drawing, scene) : 48;
  if (scene.services.length) y = layShelf(drawing, scene, 20) + 44;
  const { rows } = arrange(scene, columns, at);
  rows.forEach((row, index) => {
    layWire(drawing, scene, row.plates.length, y, index);
    row.plates.forEach((plate, i) => {
      const x = MARGIN + i * (W + GAP);
      const frame = { x, y: y + 40, w: W, h: row.h };
      layPlate(drawing, plate, frame, at);
      drawing.ways.cable(tap(index, i), `${plate.host.id}/${plate.wire?.name ?? "eth0"}`);
      const cable = [
        { x: x + W / 2, y },
        { x: x + W / 2, y: y + 40 },
      ];
      const id = `${plate.host.id}~tap`;
      drawing.cables.push({ id, kind: "track", line: cable, marks: plate.onPath ? [] : ["faint"] });
    });
    y += 40 + row.h + 38;
  });
  y = layIslands(drawing, scene, y - 38 + 18);
  drawing.height = y + 14;
  markEnds(drawing, scene);
  write(drawing, scene, at);
  return drawing;
}

/** Who asks and who answers keep their colours for the whole trace. */
function markEnds(drawing: Drawing, scene: Scene): void {
  for (const shape of drawing.shapes) {
    const id = shape.id.replace(/#plate$/, "");
    if (id === scene.story?.client) shape.marks.push("client");
    else if (id === scene.story?.server) shape.marks.push("server");
  }
}

/** The outside world as a band, its client, and the router; returns where the wire runs. */
function layOutside(drawing: Drawing, scene: Scene): number {
  const x = MARGIN + W / 2;
  drawing.shapes.push({ id: "band:outside", kind: "band", marks: [], x: -6000, y: -4000, w: 14000, h: 4000 + BAND });
  const [internet, router] = ["host:internet", "host:router"];
  if (scene.internet) {
    drawing.shapes.push({ id: internet, kind: "internet", marks: [], ...around(x, 26, 112, 28) });
    drawing.cables.push({
      id: "~internet",
      kind: "track",
      marks: [],
      line: [
        { x, y: 40 },
        { x, y: 74 },
      ],
    });
  }
  drawing.shapes.push({ id: router, kind: "router", marks: [], ...around(x, 91, 120, 34) });
  drawing.cables.push({
    id: "~router",
    kind: "track",
    marks: [],
    line: [
      { x, y: 108 },
      { x, y: 132 },
    ],
  });
  drawing.ways.add(internet, x, 26);
  drawing.ways.add(router, x, 91);
  drawing.ways.add("~router-tap", x, 132);
  drawing.ways.cable(internet, router, "~router-tap");
  const zone = { x: x + 92, y: 14, w: 308, h: 106 };
  drawing.zones.set(router, zone);
  drawing.zones.set(internet, zone);
  return 132;
}

const tap = (row: number, column: number): string => `~tap-${row}-${column}`;

/** The wire that joins the nodes; rows below the first hang on a spine at the left. */
function layWire(drawing: Drawing, scene: Scene, count: number, y: number, row: number): void {
  const { ways } = drawing;
  const right = drawing.width - MARGIN;
  const many = scene.plates.length > count || row > 0;
  drawing.cables.push({
    id: `segment:underlay~${row}`,
    kind: "track",
    marks: [],
    line: [
      { x: many ? SPINE : MARGIN, y },
      { x: row ? MARGIN + (count - 1) * (W + GAP) + W / 2 : right, y },
    ],
  });
  const spine = `~spine-${row}`;
  ways.add(spine, SPINE, y);
  for (let i = 0; i < count; i++) {
    ways.add(tap(row, i), MARGIN + i * (W + GAP) + W / 2, y);
    ways.cable(i ? tap(row, i - 1) : spine, tap(row, i));
  }
  if (row === 0) {
    ways.add("segment:underlay", MARGIN, y);
    if (ways.has("~router-tap") && count) ways.cable("~router-tap", tap(0, 0));
    return;
  }
  const above = `~spine-${row - 1}`;
  ways.cable(above, spine);
  drawing.cables.push({ id: `~spine~${row}`, kind: "track", marks: [], line: [ways.at(above), ways.at(spine)] });
}
