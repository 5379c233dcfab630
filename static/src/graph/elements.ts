/** A drawing as Cytoscape elements: shapes at preset places, lines as edges with segments. */
import type { EdgeDefinition, ElementDefinition, NodeDefinition } from "cytoscape";
import type { Cable, Drawing, Shape } from "./drawing";
import { centre, distance, type Box, type Point } from "./geometry";
import type { Arrow, Run } from "./track";
import { arrows } from "./track";

const ANCHORS = { source: "anchor:source", target: "anchor:target" };
/** Lines hang on two invisible nodes; where they really begin and end is said relative to these. */
const FAR: Record<string, Point> = {
  [ANCHORS.source]: { x: -9000, y: -9000 },
  [ANCHORS.target]: { x: 9000, y: 9000 },
};

export function elementsOf(drawing: Drawing): ElementDefinition[] {
  const centres = new Map<string, Point>(Object.entries(FAR));
  for (const shape of drawing.shapes) centres.set(shape.id, centre(shape));
  const frames = [...drawing.plates].map(([id, box]) => frameOf(id, box));
  const anchors = Object.entries(FAR).map(([id, position]) => node(id, position, 1, 1, "anchor"));
  const nodes = drawing.shapes.map((shape) => nodeOf(shape));
  const edges = drawing.cables.flatMap((cable) => cableOf(cable, centres));
  return [...frames, ...anchors, ...nodes, ...edges];
}

/**
 * A machine under its own id, as large as its plate and not drawn itself. No compound: Cytoscape would measure all that
 * stands on it whenever one thing changes, which took a third of the time to draw a large cluster.
 */
const frameOf = (id: string, box: Box): NodeDefinition => node(id, centre(box), box.w, box.h, "frame");

function nodeOf(shape: Shape): NodeDefinition {
  const { x, y } = centre(shape);
  return node(shape.id, { x, y }, shape.w, shape.h, [shape.kind, ...shape.marks].join(" "));
}

const node = (id: string, position: Point, w: number, h: number, classes: string): NodeDefinition => ({
  data: { id, w, h },
  position,
  classes,
  pannable: true,
});

function cableOf(cable: Cable, centres: Map<string, Point>): EdgeDefinition[] {
  const ends = { source: cable.from ?? "", target: cable.to ?? "" };
  const known = centres.has(ends.source) && centres.has(ends.target);
  const classes = [cable.kind, ...cable.marks].join(" ");
  const edges = edgesOf(cable.id, cable.line, classes, known ? ends : ANCHORS, centres);
  const { link } = cable;
  return link ? edges.map((edge) => ({ ...edge, data: { ...edge.data, link } })) : edges;
}

export function edgesOf(
  id: string,
  line: Point[],
  classes: string,
  ends = ANCHORS,
  centres: ReadonlyMap<string, Point> = new Map(Object.entries(FAR)),
): EdgeDefinition[] {
  const [first, last] = [line[0], line[line.length - 1]];
  if (!first || !last || line.length < 2) return [];
  if (distance(first, last) < 1) {
    const half = Math.floor(line.length / 2);
    return [
      ...edgesOf(`${id}/1`, line.slice(0, half + 1), classes, ends, centres),
      ...edgesOf(`${id}/2`, line.slice(half), classes, ends, centres),
    ];
  }
  const relative = (point: Point, end: string): number[] => {
    const from = centres.get(end)!;
    return [point.x - from.x, point.y - from.y];
  };
  const data = {
    id,
    ...ends,
    start: relative(first, ends.source),
    end: relative(last, ends.target),
    ...segments(line, first, last),
  };
  return [{ data, classes: line.length > 2 ? `${classes} bent` : classes }];
}

/** The bends, as Cytoscape wants them: a share along the straight way, and the distance aside. */
export function segments(line: Point[], a: Point, b: Point): { weights: number[]; distances: number[] } {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy);
  const bends = line.slice(1, -1);
  return {
    weights: bends.map((p) => ((p.x - a.x) * dx + (p.y - a.y) * dy) / (length * length)),
    distances: bends.map((p) => (-(p.x - a.x) * dy + (p.y - a.y) * dx) / length),
  };
}

/** The trail of the packet; legs other than the present one are `old`. */
export function trailElements(runs: Run[], leg: number, obstacles: readonly Box[]): ElementDefinition[] {
  return runs.flatMap((run, i) => {
    const old = run.leg === leg ? "" : " old";
    const edges = edgesOf(`trail:${i}`, run.line, `trail ${run.style}${old}`);
    const marks = old
      ? []
      : arrows(run.line, obstacles).map((arrow, n) => arrowOf(`trail:${i}:${n}`, arrow, run.style));
    return [...edges, ...marks];
  });
}

const arrowOf = (id: string, { x, y, heading }: Arrow, style: string): NodeDefinition =>
  node(id, { x, y }, 13, 13, `arrow ${heading} ${style}`);
