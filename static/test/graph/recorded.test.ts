/** What the engine really says, a line a step: leg, host, namespace, kind, device, hook, routing decision, outer packet. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { layout } from "../../src/graph/layout";
import type { Graph, Step, TraceView } from "../../src/graph/model";
import { fold } from "../../src/graph/scene/fold";
import { track } from "../../src/graph/track";
import { packet, shop, step, vxlan } from "./fixtures";

const FOLDER = new URL("./recorded/", import.meta.url);
const inner = packet({ src: "10.244.1.100", dst: "10.244.2.10" });
const outer = { ...inner, vxlan: { vni: 1, inner } };

function read(file: string): TraceView {
  const rows = readFileSync(new URL(file, FOLDER), "utf8").trim().split("\n");
  const legs: TraceView["legs"][number][] = [];
  const steps = rows.map((row, seq): Step => {
    const [leg, host, netns, kind, device, hook, route, packs] = row.split(" ") as [string, ...string[]];
    if (legs[legs.length - 1]?.kind !== leg) {
      legs.push({ kind: leg as "request", disposition: "delivered", cause: null });
    }
    return step(netns!, kind as Step["kind"], packs === "outer" ? outer : inner, {
      host: host!,
      device: device === "-" ? null : device!,
      hook: hook === "-" ? null : (hook as Step["hook"]),
      elements: route === "-" ? [] : [`node:${host}#${route}`],
      leg: legs.length - 1,
      seq,
    });
  });
  return { legs, steps };
}

describe.each(readdirSync(FOLDER))("%s", (file) => {
  const graph: Graph = file.startsWith("vxlan") ? vxlan().graph : shop();
  const trace = read(file);
  const drawing = layout(fold(graph, trace, new Set()), { w: 1040, h: 716 });
  const stops = track(trace, graph, drawing.ways);

  it("has a place for every step, on the machine where it happens", () => {
    expect(stops).toHaveLength(trace.steps.length);
    for (const [i, { place }] of stops.entries()) {
      const { host, netns } = trace.steps[i]!;
      const homes = netns.includes("/") ? [`pod:${netns}`] : [`node:${host}`, `host:${host}`];
      expect(
        homes.some((home) => place.startsWith(home)),
        `${place} is not on ${netns}`,
      ).toBe(true);
    }
  });

  it("follows lines without a gap", () => {
    for (const [i, stop] of stops.entries()) {
      const before = stops[i - 1];
      if (!before || before.leg !== stop.leg || before.place === stop.place) continue;
      expect(stop.way.length, `${before.place} to ${stop.place}`).toBeGreaterThan(1);
      expect(stop.way[stop.way.length - 1]).toEqual(stop.at);
    }
  });

  it("takes each gate of the track at most once a machine and leg", () => {
    const visits = stops.flatMap(({ place, leg }, i) =>
      /#(PREROUTING|FORWARD|POSTROUTING)$/.test(place) && place !== stops[i - 1]?.place ? [`${leg} ${place}`] : [],
    );
    expect(new Set(visits).size).toBe(visits.length);
  });
});
