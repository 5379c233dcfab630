/** Before a packet is asked for, Services have no place of their own: they stand on a shelf above the nodes. */
import { hasBehind } from "./model";
import type { Drawing } from "./drawing";
import { foldOf, SHELF, type Scene } from "./scene/fold";

const CHIP = { w: 154, h: 60 };
const STEP = { x: 164, y: 70 };
const HEAD = 26;

export function layShelf(drawing: Drawing, scene: Scene, y: number): number {
  const left = 32;
  const columns = Math.max(1, Math.floor((drawing.width - 2 * left + STEP.x - CHIP.w) / STEP.x));
  const place = (index: number) => ({
    x: left + STEP.x * (index % columns),
    y: y + HEAD + STEP.y * Math.floor(index / columns),
    ...CHIP,
  });
  scene.services.forEach((service, index) => {
    const marks = hasBehind(service) || service.externalName ? [] : ["empty"];
    drawing.shapes.push({ id: service.id, kind: "service", marks, ...place(index) });
  });
  const more = scene.moreServices > 0;
  const last = more ? SHELF : scene.shelfOpened ? foldOf(SHELF) : null;
  if (last) drawing.shapes.push({ id: last, kind: "more", marks: [], ...place(scene.services.length) });
  const rows = Math.ceil((scene.services.length + Number(last !== null)) / columns);
  return y + HEAD + STEP.y * rows - (STEP.y - CHIP.h);
}
