import { describe, expect, it } from "vitest";
import { keepRight, pointAt, simplify } from "../../src/graph/geometry";
import { segments } from "../../src/graph/elements";
import { Roles } from "../../src/graph/roles";
import { seat, tail } from "../../src/graph/seat";
import { onTop, readEntry, ticketsAt, translated } from "../../src/graph/tickets";
import { rowsOf, titleOf } from "../../src/graph/titles";
import { clusterIp, packet, refused, shop } from "./fixtures";

describe("an envelope", () => {
  it("says what the packet is", () => {
    const sent = packet({ src: "10.0.0.1", dst: "10.0.0.2" });
    expect(titleOf(sent)).toBe("TCP SYN");
    expect(titleOf({ ...sent, l4: { type: "udp", sport: 1, dport: 53 } })).toBe("UDP");
    const { trace } = refused();
    expect(titleOf(trace.steps[trace.steps.length - 1]!.packet)).toBe("ICMP 3/3 port unreachable");
  });

  it("keeps what a step wrote over, address and port together", () => {
    const step = clusterIp().steps.find(({ kind }) => kind === "nat")!;
    expect(rowsOf(step.packet, step.changes)).toEqual([
      { side: "from", address: "10.244.1.100", port: 40000, was: null },
      { side: "to", address: "10.244.2.10", port: 8080, was: { address: "10.96.10.10", port: "80" } },
    ]);
  });

  it("keeps a port's old address where only the port has changed", () => {
    const sent = packet({ src: "10.0.0.1", dst: "10.0.0.2", sport: 1024 });
    const [from] = rowsOf(sent, [{ field: "tcp.sport", old: "40000", new: "1024" }]);
    expect(from!.was).toEqual({ address: "10.0.0.1", port: "40000" });
  });

  it("knows whose addresses it carries", () => {
    const roles = new Roles(shop(), clusterIp());
    const known = [
      "10.244.1.100",
      "10.96.10.10",
      "10.244.2.10",
      "192.168.56.11",
      "10.244.1.1",
      "198.51.100.7",
      "9.9.9.9",
    ];
    expect(known.map((address) => roles.of(address))).toEqual([
      "client",
      "service",
      "pod",
      "node",
      "node",
      "world",
      "world",
    ]);
  });

  it("stays in its zone, and points at the packet without reaching it", () => {
    const zone = { x: 100, y: 50, w: 308, h: 112 };
    const at = seat(zone, { w: 290, h: 94 });
    expect(at.x).toBe(100);
    expect(at.w).toBeLessThanOrEqual(308);
    const { wedge } = tail(at, { x: 80, y: 212 }, zone);
    expect(wedge[2]!.y).toBeGreaterThan(at.y + at.h);
    expect(wedge[2]!.y).toBeLessThan(212);
  });

  it("leads its tail through a gap to a pod far below", () => {
    const zone = { x: 100, y: 50, w: 308, h: 112, gaps: [150, 250], until: 300 };
    const { leader } = tail(seat(zone, { w: 290, h: 94 }), { x: 240, y: 380 }, zone);
    expect(leader[1]).toEqual({ x: 250, y: 300 });
  });
});

describe("conntrack tickets", () => {
  it("are read as conntrack prints them", () => {
    const read = readEntry(
      "tcp 6 SYN_SENT src=10.0.0.1 dst=10.96.0.9 sport=4 dport=80 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=8080 dport=4",
    )!;
    expect(read.state).toBe("NEW");
    expect(read.original).toEqual({ src: "10.0.0.1", dst: "10.96.0.9", sport: "4", dport: "80" });
    expect(translated(read)).toMatchObject({ src: "10.0.0.2", sport: "8080" });
  });

  it("are left out where they can't be read", () => {
    expect(readEntry("something else")).toBeNull();
  });

  it("appear when an entry is made, change with it and stay", () => {
    const [trace, graph] = [clusterIp(), shop()];
    const made = trace.steps.findIndex(({ state }) => state.length > 0);
    expect(ticketsAt(trace, graph, made - 1)).toEqual([]);
    expect(ticketsAt(trace, graph, made)).toMatchObject([{ host: "node:node-a", fresh: true, state: "NEW" }]);
    expect(ticketsAt(trace, graph, made + 1)).toMatchObject([{ fresh: false }]);
    expect(ticketsAt(trace, graph, trace.steps.length - 1)).toMatchObject([{ state: "ESTAB." }]);
  });
});

describe("a machine with several tickets", () => {
  it("shows the one that was touched last, and counts the others", () => {
    const [trace, graph] = [clusterIp(), shop()];
    const [first] = ticketsAt(trace, graph, trace.steps.length - 1);
    const shown = onTop([first!, { ...first!, key: "another" }, { ...first!, host: "node:node-b" }]);
    expect(shown.map(({ ticket, others }) => [ticket.host, ticket.key === "another", others])).toEqual([
      ["node:node-a", true, 1],
      ["node:node-b", false, 0],
    ]);
  });
});

describe("lines", () => {
  it("lose points that say nothing", () => {
    const line = [0, 1, 1, 2].map((x) => ({ x, y: 0 }));
    expect(simplify([...line, { x: 2, y: 5 }])).toEqual([
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 2, y: 5 },
    ]);
  });

  it("keep right around corners and back again", () => {
    const lane = keepRight(
      [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 10, y: 10 },
        { x: 10, y: 0 },
      ],
      2,
    );
    expect(lane[1]!.arrive).toEqual({ x: 8, y: 2 });
    expect(lane[2]).toEqual({ arrive: { x: 8, y: 10 }, leave: { x: 12, y: 10 } });
  });

  it("can be walked by shares of their length", () => {
    const line = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
    ];
    expect(pointAt(line, 0.75)).toEqual({ x: 10, y: 5 });
  });

  it("are told to Cytoscape as shares and distances that give the bends back", () => {
    const [a, bend, b] = [
      { x: 0, y: 0 },
      { x: 30, y: 10 },
      { x: 40, y: 50 },
    ] as const;
    const { weights, distances } = segments([a, bend, b], a, b);
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    const normal = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
    const [w, d] = [weights[0]!, distances[0]!];
    expect(a.x + (b.x - a.x) * w + normal.x * d).toBeCloseTo(bend.x);
    expect(a.y + (b.y - a.y) * w + normal.y * d).toBeCloseTo(bend.y);
  });
});
