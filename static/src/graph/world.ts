/** Around the nodes: the outside world as a band, the router, and the wire that joins the machines. */
import type { Cable, Drawing } from "./drawing";
import { around, type Point } from "./geometry";
import type { Host } from "./model";
import { W } from "./plate";
import type { Scene } from "./scene/fold";
import { BALANCER } from "./scene/story";

export const MARGIN = 32;
export const GAP = 32;
const BAND = 52;
const SPINE = 14;
const WIRE = 132;

/** The device by which a machine hangs on a wire. */
function plugged(host: Host | null, segment?: string): Pick<Cable, "link"> {
  const found = host?.devices.find((one) => one.kind === "physical" && (!segment || one.segment === segment));
  return found ? { link: found.id } : {};
}

/** The outside world as a band, its client, and the router; returns where the wire runs. */
export function layOutside(drawing: Drawing, scene: Scene): number {
  const x = MARGIN + W / 2;
  drawing.shapes.push({ id: "band:outside", kind: "band", marks: [], x: -6000, y: -4000, w: 14000, h: 4000 + BAND });
  const [internet, router] = ["host:internet", "host:router"];
  if (scene.internet) {
    drawing.shapes.push({ id: internet, kind: "internet", marks: [], ...around(x, 26, 124, 28) });
    drawing.cables.push({
      id: "~internet",
      kind: "track",
      marks: [],
      ...plugged(scene.internet),
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
    ...plugged(scene.router, "segment:underlay"),
    line: [
      { x, y: 108 },
      { x, y: WIRE },
    ],
  });
  drawing.ways.add(internet, x, 26);
  drawing.ways.add(router, x, 91);
  drawing.ways.add("~router-tap", x, WIRE);
  drawing.ways.cable(internet, router, "~router-tap");
  const zone = { x: x + 92, y: 14, w: 308, h: 106 };
  drawing.zones.set(router, zone);
  drawing.zones.set(internet, zone);
  if (scene.story?.balancer) layBalancer(drawing, x);
  return WIRE;
}

/** The balancer beside the router: what comes in goes by it, while answers take the straight way out. */
function layBalancer(drawing: Drawing, router: number): void {
  const x = router - 164;
  drawing.shapes.push({ id: BALANCER, kind: "balancer", marks: [], ...around(x, 91, 156, 38) });
  const lines: [string, Point[]][] = [
    [
      "~balancer-in",
      [
        { x: router - 60, y: 91 },
        { x: x + 78, y: 91 },
      ],
    ],
    [
      "~balancer-out",
      [
        { x, y: 110 },
        { x, y: WIRE },
      ],
    ],
  ];
  for (const [id, line] of lines) drawing.cables.push({ id, kind: "track", marks: [], line });
  drawing.ways.add(BALANCER, x, 91);
  drawing.ways.add("~balancer-tap", x, WIRE);
  drawing.ways.line("host:router", BALANCER, "~balancer-tap", "~router-tap");
}

export const tap = (row: number, column: number): string => `~tap-${row}-${column}`;

/** The wire that joins the nodes; rows below the first hang on a spine at the left. */
export function layWire(drawing: Drawing, scene: Scene, count: number, y: number, row: number): void {
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
