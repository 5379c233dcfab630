import { describe, expect, it } from "vitest";
import { lengthOf, type Point } from "../../src/graph/geometry";
import { layout } from "../../src/graph/layout";
import type { Graph, Packet, TraceView } from "../../src/graph/model";
import { actorOf } from "../../src/graph/places";
import { fold } from "../../src/graph/scene/fold";
import { arrows, shownTrail, track, trail, type Stop } from "../../src/graph/track";
import {
  balanced,
  bridged,
  clusterIp,
  localhost,
  nodePort,
  packet,
  refused,
  routed,
  shop,
  step,
  traceOf,
  vxlan,
} from "./fixtures";

const ROOM = { w: 1040, h: 716 };

function follow(graph: Graph, trace: TraceView): { stops: Stop[]; cables: Point[][] } {
  const drawing = layout(fold(graph, trace, new Set()), ROOM);
  return { stops: track(trace, graph, drawing.ways), cables: drawing.cables.map(({ line }) => line) };
}

const cases: [string, Graph, TraceView][] = [
  ["a Service on another node", shop(), clusterIp()],
  ["a node's port from outside", shop(), nodePort()],
  ["a refusal", refused().graph, refused().trace],
  ["a neighbour on the same bridge", shop(), bridged()],
  ["a pod of a node without a bridge", routed().graph, routed().trace],
  ["itself", shop(), localhost()],
  ["another node through a tunnel", vxlan().graph, vxlan().trace],
];

const places = (stops: Stop[], leg: number): string[] =>
  stops.filter((s) => s.leg === leg).flatMap((s, i, all) => (s.place === all[i - 1]?.place ? [] : [s.place]));

describe.each(cases)("a packet to %s", (_, graph, trace) => {
  const { stops, cables } = follow(graph, trace);

  it("has a place for every step", () => {
    expect(stops).toHaveLength(trace.steps.length);
    expect(stops.filter(({ place }) => !place)).toEqual([]);
  });

  it("moves along lines only, never through the air", () => {
    for (const [i, stop] of stops.entries()) {
      const before = stops[i - 1];
      if (!before || before.leg !== stop.leg || before.place === stop.place) continue;
      expect(stop.way.length, `${before.place} to ${stop.place}`).toBeGreaterThan(1);
      for (const [a, b] of stop.way.slice(1).map((b, n) => [stop.way[n]!, b] as const)) {
        expect(Math.min(Math.abs(a.x - b.x), Math.abs(a.y - b.y)), `${stop.place} is not straight`).toBeLessThan(0.01);
      }
    }
  });

  it("ends each way where the step is", () => {
    for (const stop of stops) if (stop.way.length) expect(stop.way[stop.way.length - 1]).toEqual(stop.at);
  });

  it("keeps the first leg on the drawn cables, bridges and pods aside", () => {
    const onCable = (p: Point): boolean => cables.some((line) => distanceTo(line, p) < 8);
    const bends = stops.filter((s) => s.leg === 0 && !s.back).flatMap((s) => s.way.slice(1, -1));
    const stray = bends.filter((p) => !onCable(p) && !nearBar(cables, p));
    expect(stray).toEqual([]);
  });

  it("never crosses its own way", () => {
    const [run] = trail(stops, stops.length - 1);
    if (run) expect(crossings(run.line)).toBe(0);
  });
});

describe("where a step happens", () => {
  it("is in on the left and out on the right", () => {
    const { stops } = follow(shop(), clusterIp());
    expect(places(stops, 0)).toEqual([
      "pod:default/client-a",
      "pod:default/client-a/eth0",
      "node:node-a/veth@default/client-a",
      "node:node-a#PREROUTING",
      "node:node-a#route-in",
      "node:node-a#forward",
      "node:node-a#FORWARD",
      "node:node-a#POSTROUTING",
      "node:node-a#neighbor",
      "node:node-a/eth0",
      "node:node-b/eth0",
      "node:node-b#PREROUTING",
      "node:node-b#route-in",
      "node:node-b#forward",
      "node:node-b#FORWARD",
      "node:node-b#POSTROUTING",
      "node:node-b#neighbor",
      "node:node-b/cni0#out",
      "node:node-b/veth@default/web-2",
      "pod:default/web-2/eth0",
      "pod:default/web-2",
    ]);
  });

  it("comes in by the load balancer that chooses the node, and goes out without it", () => {
    const { stops } = follow(shop(), balanced());
    expect(places(stops, 0)).toEqual(["host:internet", "host:router", "host:balancer", "node:node-a/eth0"]);
    expect(places(stops, 1)).toEqual(["node:node-a/eth0", "host:router", "host:internet"]);
  });

  it("is only the bridge between two pods on one node", () => {
    const { stops } = follow(shop(), bridged());
    expect(places(stops, 0).filter((place) => place.includes("#PREROUTING"))).toEqual([]);
  });

  it("stays in the pod for a packet to itself", () => {
    const { stops } = follow(shop(), localhost());
    expect(places(stops, 0)).toEqual(["pod:default/client-a", "pod:default/client-a/lo", "pod:default/client-a"]);
  });

  it("begins a refusal at the gate that refused, and takes it out by OUTPUT", () => {
    const { graph, trace } = refused();
    const { stops } = follow(graph, trace);
    expect(places(stops, 1).slice(0, 3)).toEqual([
      "node:node-a#FORWARD",
      "node:node-a#OUTPUT",
      "node:node-a#POSTROUTING",
    ]);
    expect(stops.filter((s) => s.leg === 1).every((s) => s.style === "refusal" && s.back)).toBe(true);
  });

  it("is at the tunnel's plug while the outer packet sets out, and its gates light up", () => {
    const { graph, trace } = vxlan();
    const { stops } = follow(graph, trace);
    const outer = trace.steps.findIndex((step) => step.hook === "OUTPUT");
    expect(stops[outer]!.place).toBe("node:node-a/flannel.1");
    expect(actorOf(trace.steps[outer]!, stops[outer]!.place, graph)).toBe("node:node-a#OUTPUT");
    const unpacked = trace.steps.findIndex((step) => step.kind === "decapsulate");
    expect(stops[unpacked]!.place).toBe("node:node-b/flannel.1#in");
  });
});

describe("the trail", () => {
  const { stops } = follow(shop(), clusterIp());

  it("is one line for each leg", () => {
    expect(trail(stops, stops.length - 1).map(({ leg, style }) => [leg, style])).toEqual([
      [0, "request"],
      [1, "reply"],
    ]);
  });

  it("grows with every step and never shrinks", () => {
    const lengths = stops.map((_, i) => trail(stops, i).reduce((sum, run) => sum + lengthOf(run.line), 0));
    expect(lengths.every((length, i) => !i || length >= lengths[i - 1]! - 1)).toBe(true);
  });

  it("has answers beside the way of the question", () => {
    const first = stops.find((s) => s.place === "node:node-a/eth0" && s.leg === 0)!;
    const second = stops.find((s) => s.place === "node:node-a/eth0" && s.leg === 1)!;
    expect(Math.abs(first.at.x - second.at.x)).toBe(7);
  });

  it("has an arrow on each long straight part, pointing the way", () => {
    const line = [
      { x: 0, y: 0 },
      { x: 0, y: 100 },
      { x: 30, y: 100 },
      { x: 30, y: 0 },
    ];
    expect(arrows(line).map(({ heading }) => heading)).toEqual(["down", "up"]);
    const [clear] = arrows(line, [{ x: -5, y: 30, w: 10, h: 20 }]);
    expect(clear!.y).toBeGreaterThan(55);
  });
});

function distanceTo(line: Point[], p: Point): number {
  return Math.min(
    ...line.slice(1).map((b, i) => {
      const a = line[i]!;
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const share = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
    }),
  );
}

/** Inside a bridge's bar a packet runs on lanes that are not drawn: within its height below the end of the loop. */
const nearBar = (cables: Point[][], p: Point): boolean =>
  cables.some((line) => line.some((end) => p.y >= end.y - 1 && p.y - end.y <= 32));

function crossings(line: Point[]): number {
  const parts = line.slice(1).map((b, i) => [line[i]!, b] as const);
  let count = 0;
  parts.forEach(([a, b], i) => {
    for (const [c, d] of parts.slice(i + 2)) {
      const [p, q] = [side(a, b, c) * side(a, b, d), side(c, d, a) * side(c, d, b)];
      if (p < 0 && q < 0) count++;
    }
  });
  return count;
}

const side = (a: Point, b: Point, p: Point): number => Math.sign((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x));

describe("a node without a bridge", () => {
  const { stops } = follow(routed().graph, routed().trace);

  it("takes what comes from a pod's veth to PREROUTING, and gives what has passed POSTROUTING to the other veth", () => {
    expect(places(stops, 0)).toEqual([
      "pod:default/client-a",
      "pod:default/client-a/eth0",
      "node:node-a/veth@default/client-a",
      "node:node-a#PREROUTING",
      "node:node-a#route-in",
      "node:node-a#forward",
      "node:node-a#FORWARD",
      "node:node-a#POSTROUTING",
      "node:node-a#neighbor",
      "node:node-a/veth@default/web-1",
      "pod:default/web-1/eth0",
      "pod:default/web-1",
    ]);
  });
});

describe("neighbours that are asked first", () => {
  const sent = packet({ src: "10.244.1.100", dst: "10.244.1.10" });
  const arp = (operation: string, src: string, dst: string): Packet =>
    ({ ...packet({ src, dst }), l4: { type: "arp", operation } }) as unknown as Packet;
  const who = arp("request", "10.244.1.100", "10.244.1.10");
  const here = arp("reply", "10.244.1.10", "10.244.1.100");
  const veth = (name: string) => ({ host: "node-a", device: `veth@default/${name}` });
  const steps = [
    step("default/client-a", "socket", sent, { host: "node-a" }),
    step("default/client-a", "transmit", who, { host: "node-a", device: "eth0" }),
    step("node-a", "receive", who, veth("client-a")),
    step("node-a", "transmit", who, veth("web-1")),
    step("default/web-1", "receive", who, { host: "node-a", device: "eth0" }),
    step("default/web-1", "transmit", here, { host: "node-a", device: "eth0" }),
    step("node-a", "receive", here, veth("web-1")),
    step("default/client-a", "transmit", sent, { host: "node-a", device: "eth0" }),
    step("node-a", "receive", sent, veth("client-a")),
  ];
  const trace = traceOf({ kind: "request", steps });
  const { ways } = layout(fold(shop(), trace, new Set()), ROOM);
  const stops = track(trace, shop(), ways);

  it("travel dashed, while the packet waits where it is", () => {
    expect(stops.map(({ style }) => style)).toEqual([
      "request",
      ...Array.from({ length: 6 }, () => "question"),
      "request",
      "request",
    ]);
    expect(stops[7]!.way[0]).toEqual(ways.at("pod:default/client-a"));
  });

  it("are drawn while they are asked, and not afterwards", () => {
    expect(shownTrail(stops, 4).map(({ style }) => style)).toEqual(["question"]);
    expect(shownTrail(stops, 8).map(({ style }) => style)).toEqual(["request"]);
  });

  it("answer on a trail of their own", () => {
    const [run] = shownTrail(stops, 6);
    expect(run!.line[0]).toEqual(ways.at("pod:default/web-1/eth0"));
  });
});
