/** The page that tests/benchmarks/picture.py measures: our picture, and a naive Cytoscape page of the same shapes. */
import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import { mountPicture, type Picture } from "../../static/src/graph";
import { compose } from "../../static/src/graph/compose";
import type { Graph } from "../../static/src/graph/model";
import type { Drawing, Shape } from "../../static/src/graph/drawing";
import { centre, distance, type Point } from "../../static/src/graph/geometry";
import { podsIsland } from "../../static/src/graph/scene/fold";
import { large } from "../../static/test/graph/fixtures";

const PLACE = () => document.getElementById("picture")!;

/** As many machines in full, with as many pods, as make so many shapes: at least two machines, as a cluster has. */
function sized(shapes: number): { graph: Graph; unfolded: string[] } {
  const each = Math.min(60, Math.max(4, Math.floor((shapes / 2 - 18) / 3)));
  for (let nodes = 2; ; nodes += 1) {
    const graph = large(nodes, each);
    const unfolded = graph.hosts.flatMap(({ id }) => [id, podsIsland(id)]);
    if (compose(graph, null, new Set(unfolded), room()).drawing.shapes.length >= shapes) return { graph, unfolded };
  }
}

const room = () => ({ w: PLACE().clientWidth, h: PLACE().clientHeight });
const frames = (count: number) =>
  new Promise<void>((done) => {
    const next = (left: number): void => void requestAnimationFrame(() => (left ? next(left - 1) : done()));
    next(count);
  });

/** Milliseconds between frames while something is done in each. */
async function measured(act: (index: number) => void, count: number): Promise<number[]> {
  await frames(10);
  const found: number[] = [];
  let last = performance.now();
  for (let index = 0; index < count; index += 1) {
    act(index);
    await frames(0);
    const now = performance.now();
    found.push(now - last);
    last = now;
  }
  return found.slice(3);
}

const pans = (cy: Core) => (index: number) => void cy.panBy({ x: index % 20 < 10 ? 6 : -6, y: index % 2 ? 3 : -3 });

let picture: Picture | null = null;
let naivePage: Core | null = null;

let prepared: ReturnType<typeof sized> | null = null;

/** A cluster of so many shapes, which is no part of what is measured. */
const prepare = (shapes: number) => void (prepared = sized(shapes));

/** Draws it; milliseconds until it is there, and how much there is. */
async function ours() {
  const { graph, unfolded } = prepared!;
  const begin = performance.now();
  picture = mountPicture(PLACE());
  picture.setLook(null, unfolded);
  picture.setGraph(graph);
  await frames(1);
  return { created: performance.now() - begin, shapes: picture.parts.drawing.shapes.length };
}

const pan = (count: number) => measured(pans(picture!.parts.cy), count);

function packet(count: number): Promise<number[]> {
  const parcel = document.querySelector<HTMLElement>(".picture .parcel")!;
  parcel.hidden = false;
  return measured((index) => void (parcel.style.transform = `translate(${index * 3}px, ${index * 2}px)`), count);
}

/** What one writes first: every shape a node with its label, every cable a curve with an arrow, machines as compounds. */
function naive(drawing: Drawing): ElementDefinition[] {
  const words = new Map(drawing.words.map(({ of, lines }) => [of, lines.map(({ text }) => text).join("\n")]));
  const shapes = drawing.shapes.filter(({ kind }) => kind !== "band");
  const parents = [...drawing.plates.keys()].map((id) => ({ data: { id, label: id } }));
  const nodes = shapes.map((shape) => ({
    data: { id: shape.id, parent: shape.parent, label: words.get(shape.id) ?? shape.id, w: shape.w, h: shape.h },
    position: centre(shape),
  }));
  const edges = drawing.cables.map(({ line }, n) => ({
    data: { id: `edge${n}`, source: nearest(shapes, line[0]!), target: nearest(shapes, line.at(-1)!) },
  }));
  return [...parents, ...nodes.filter(({ data }) => !drawing.plates.has(data.id)), ...edges];
}

function nearest(shapes: readonly Shape[], point: Point): string {
  return shapes.reduce((best, shape) => (distance(centre(shape), point) < distance(centre(best), point) ? shape : best))
    .id;
}

/** The same shapes on a naive page, in place of ours. */
async function theirs() {
  const elements = naive(picture!.parts.drawing);
  picture!.destroy();
  const begin = performance.now();
  naivePage = cytoscape({
    container: PLACE(),
    elements,
    layout: { name: "preset", fit: true },
    style: [
      {
        selector: "node",
        style: {
          label: "data(label)",
          "text-wrap": "wrap",
          "font-size": 10,
          width: "data(w)",
          height: "data(h)",
          shape: "round-rectangle",
          "background-color": "#69c",
          "text-valign": "center",
        },
      },
      { selector: ":parent", style: { "background-opacity": 0.15, "text-valign": "top", padding: "8px" } },
      { selector: "edge", style: { width: 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle" } },
    ],
  });
  await frames(1);
  return { created: performance.now() - begin };
}

const naivePan = (count: number) => measured(pans(naivePage!), count);

function naivePacket(count: number): Promise<number[]> {
  const data = { id: "packet", w: 20, h: 14, label: "" };
  const moved = naivePage!.add({ group: "nodes", data, position: { x: 0, y: 0 } });
  return measured((index) => void moved.position({ x: index * 3, y: index * 2 }), count);
}

Object.assign(window, { prepare, ours, pan, packet, theirs, naivePan, naivePacket });
