import { describe, expect, it } from "vitest";
import type { Drawing, Shape } from "../../src/graph/drawing";
import { inside, overlaps } from "../../src/graph/geometry";
import { layout } from "../../src/graph/layout";
import type { Graph, TraceView } from "../../src/graph/model";
import { fold } from "../../src/graph/scene/fold";
import {
  balanced,
  clusterIp,
  graphOf,
  large,
  node,
  nodePort,
  pod,
  refused,
  routed,
  service,
  shop,
  vxlan,
} from "./fixtures";

const LAPTOP = { w: 966, h: 584 };
const draw = (graph: Graph, trace: TraceView | null = null, unfolded: string[] = []): Drawing =>
  layout(fold(graph, trace, new Set(unfolded)), LAPTOP);

const SOLID = new Set([
  "pod",
  "more",
  "service",
  "ghost",
  "island",
  "mini",
  "router",
  "internet",
  "balancer",
  "sockets",
  "gate",
]);
const solid = (drawing: Drawing): Shape[] => drawing.shapes.filter((shape) => SOLID.has(shape.kind));

function clashes(shapes: Shape[]): string[] {
  return shapes.flatMap((a, i) =>
    shapes
      .slice(i + 1)
      .filter((b) => overlaps(a, b) && a.kind !== "island" && b.kind !== "island")
      .map((b) => `${a.id} covers ${b.id}`),
  );
}

/** Twelve Services on two nodes, as in the shops that everybody tries first. */
function boutique(): Graph {
  const names = Array.from({ length: 12 }, (_, i) => `service-${i}`);
  const pods = names.map((name, i) => pod(name, i % 2 ? "node-b" : "node-a", `10.244.${1 + (i % 2)}.${i}`));
  const services = names.map((name, i) => service(name, `10.96.0.${10 + i}`, [`pod:default/${name}`]));
  return graphOf([node("node-a", 1), node("node-b", 2)], pods, services);
}

describe("the drawing of a cluster", () => {
  it.each([
    ["before a packet", draw(shop())],
    ["with a trace inside", draw(shop(), clusterIp())],
    ["with a trace from outside", draw(shop(), nodePort())],
    ["with a load balancer outside", draw(shop(), balanced())],
    ["with a tunnel", draw(vxlan().graph, vxlan().trace)],
    ["without a bridge", draw(routed().graph, routed().trace)],
    ["with a refusal", draw(refused().graph, refused().trace)],
    ["with twelve Services", draw(boutique())],
    ["with sixty nodes", draw(large(60, 50))],
    ["with an unfolded node", draw(large(6, 40), null, ["island:pods@node:node-0"])],
    ["with an open island", draw(large(60, 50), null, ["island:zone-1"])],
  ])("has no overlaps %s", (_, drawing) => {
    expect(clashes(solid(drawing))).toEqual([]);
    const plates = drawing.shapes.filter((shape) => shape.kind === "plate");
    expect(clashes(plates)).toEqual([]);
  });

  it("keeps everything inside its size", () => {
    const drawing = draw(boutique());
    const paper = { x: 0, y: 0, w: drawing.width, h: drawing.height };
    const outside = drawing.shapes.filter((shape) => shape.kind !== "band" && !inside(shape, paper));
    expect(outside.map((shape) => shape.id)).toEqual([]);
  });

  it("draws a load balancer only where one chooses", () => {
    const drawn = (trace: TraceView): Drawing["words"] =>
      draw(shop(), trace).words.filter((w) => w.of === "host:balancer");
    expect(drawn(balanced()).flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual([
      "load balancer",
      "default/web",
    ]);
    expect(drawn(nodePort())).toEqual([]);
  });

  it("keeps pods on the plate of their node", () => {
    const graph = boutique();
    const drawing = draw(graph);
    const shapes = new Map(drawing.shapes.map((shape) => [shape.id, shape]));
    for (const one of graph.pods) {
      expect(inside(shapes.get(one.id)!, drawing.plates.get(one.node!)!), one.id).toBe(true);
    }
  });

  it("gives every pod of a node without a bridge a cable of its own to the routing", () => {
    const drawing = draw(routed().graph);
    expect(drawing.shapes.filter((shape) => shape.kind === "bar")).toEqual([]);
    const ports = drawing.shapes.filter((shape) => shape.kind === "port").map(({ id }) => id);
    expect(ports).toContain("node:node-b/veth@default/db-0");
    for (const port of ports) {
      const { x, y, w } = drawing.shapes.find(({ id }) => id === port)!;
      const ends = drawing.cables.filter(({ line }) => line.some((p) => p.x === x + w / 2 && p.y < y));
      expect(ends.length, port).toBeGreaterThan(0);
    }
  });

  it("names every element once", () => {
    const drawing = draw(shop(), clusterIp());
    const ids = [...drawing.shapes, ...drawing.cables].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leaves nodes where they stand when a pod is added", () => {
    const before = draw(shop());
    const more = shop();
    const after = draw({ ...more, pods: [...more.pods, pod("zz-new", "node-a", "10.244.1.99")] });
    const at = (drawing: Drawing, id: string) => drawing.shapes.find((shape) => shape.id === id);
    for (const id of ["node:node-a#plate", "node:node-b#plate", "pod:default/client-a", "pod:default/web-1"]) {
      const [a, b] = [at(before, id)!, at(after, id)!];
      expect([b.x, b.y], id).toEqual([a.x, a.y]);
    }
  });

  it("shows twelve Services and their pods on a laptop with text of at least ten pixels", () => {
    const drawing = draw(boutique());
    const zoom = Math.min(LAPTOP.w / drawing.width, LAPTOP.h / drawing.height);
    expect(zoom).toBeGreaterThan(0.7);
    expect(drawing.shapes.filter((shape) => shape.kind === "service")).toHaveLength(12);
  });

  it("begins with at most 150 shapes, whatever the cluster's size", () => {
    for (const [nodes, each] of [
      [1, 100],
      [2, 50],
      [4, 110],
      [100, 100],
    ] as const) {
      const drawing = draw(large(nodes, each));
      expect(drawing.shapes.length, `${nodes} nodes`).toBeLessThanOrEqual(150);
    }
  });

  it("puts the text of every button in words", () => {
    const unnamed = draw(shop(), clusterIp()).words.filter((words) => words.button === "");
    expect(unnamed).toEqual([]);
  });
});
