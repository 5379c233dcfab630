/** How much to show: as many rows of pods as can still be read in the room there is. */
import { touchedOnly } from "./assumed";
import type { Drawing } from "./drawing";
import { arrange, written, type Arranged, type Room } from "./layout";
import { Memory } from "./memory";
import type { Graph, TraceView } from "./model";
import { fold, type Scene } from "./scene/fold";

/** What showing all pods is worth; with a trace, the packet's size counts for more. */
const ALL_PODS = { survey: 0.5, traced: 0.25 };

/** How much faster than its size a picture loses its worth when it shrinks. */
const SIZE = 1.4;

export function compose(
  graph: Graph,
  trace: TraceView | null,
  unfolded: ReadonlySet<string>,
  room: Room,
  memory = new Memory(),
): { scene: Scene; drawing: Drawing } {
  const drawn = touchedOnly(graph, trace);
  let best: { scene: Scene; arranged: Arranged; rows: number } | null = null;
  let most = -1;
  for (const rows of memory.rows ? [memory.rows] : [3, 2, 1]) {
    const scene = fold(drawn, trace, unfolded, rows, memory);
    if (best && shown(best.scene) === shown(scene)) continue; // no plate has so many pods that the rows would matter
    const arranged = arrange(scene, room, memory.choice);
    const value = arranged.worth ** SIZE * shown(scene) ** (scene.traced ? ALL_PODS.traced : ALL_PODS.survey);
    if (value > most + 1e-6) [best, most] = [{ scene, arranged, rows }, value];
  }
  const { scene, arranged, rows } = best!;
  if (scene.plates.length) {
    [memory.rows, memory.choice] = [rows, arranged.choice];
    memory.keep(scene.plates);
  }
  return { scene, drawing: written(scene, arranged) };
}

/** Which share of the pods on the plates is drawn. */
function shown(scene: Scene): number {
  const drawn = scene.plates.reduce((sum, plate) => sum + plate.pods.length, 0);
  const folded = scene.plates.reduce((sum, plate) => sum + plate.folded, 0);
  return (drawn + 1) / (drawn + folded + 1);
}
