/** What is folded: one dotted island a zone, a small square a node; an open island shows its nodes as small plates. */
import type { Drawing } from "./drawing";
import type { Island, Scene } from "./scene/fold";

const HEIGHT = 100;
const MINI = { w: 132, h: 54 };
const STEP = { x: 144, y: 64 };
export const SQUARE = 24;

export function layIslands(drawing: Drawing, scene: Scene, top: number): number {
  if (!scene.islands.length) return top - 4;
  const room = drawing.width - 64;
  const closed = scene.islands.filter((island) => !island.open);
  const weights = closed.map((island) => Math.max(6, Math.min(26, island.hosts.length)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const perRow = Math.max(1, Math.floor((room + 16) / 216));
  let y = top;
  if (closed.length <= perRow) {
    let x = 32;
    closed.forEach((island, i) => {
      const w = ((room - 16 * (closed.length - 1)) * weights[i]!) / total;
      push(drawing, island, { x, y, w: w, h: HEIGHT });
      x += w + 16;
    });
    if (closed.length) y += HEIGHT + 16;
  } else {
    closed.forEach((island, i) => {
      const w = (room - 16 * (perRow - 1)) / perRow;
      push(drawing, island, { x: 32 + (w + 16) * (i % perRow), y, w, h: HEIGHT });
      if (i % perRow === perRow - 1 || i === closed.length - 1) y += HEIGHT + 16;
    });
  }
  for (const island of scene.islands.filter(({ open }) => open)) y = layOpen(drawing, island, y, room);
  return y;
}

function push(drawing: Drawing, island: Island, box: { x: number; y: number; w: number; h: number }): void {
  drawing.shapes.push({ id: island.id, kind: "island", marks: [], ...box });
}

function layOpen(drawing: Drawing, island: Island, y: number, room: number): number {
  const columns = Math.max(1, Math.floor((room - 32 + STEP.x - MINI.w) / STEP.x));
  const rows = Math.ceil(island.hosts.length / columns);
  const h = 40 + rows * STEP.y + 6;
  push(drawing, island, { x: 32, y, w: room, h });
  island.hosts.forEach((host, i) => {
    const x = 48 + STEP.x * (i % columns);
    const top = y + 40 + STEP.y * Math.floor(i / columns);
    drawing.shapes.push({ id: host.id, kind: "mini", marks: [], x, y: top, ...MINI });
  });
  return y + h + 16;
}
