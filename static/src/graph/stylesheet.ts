/** How the picture looks. Classes carry the meaning; colours come from the page's variables, never from here. */
import type { StylesheetJson } from "cytoscape";

type Css = Record<string, unknown>;

const ARCH = arch();
const HEADINGS = {
  up: "-1 1 0 -1 1 1",
  down: "-1 -1 0 1 1 -1",
  left: "1 -1 -1 0 1 1",
  right: "-1 -1 1 0 -1 1",
};

/** `colour` reads a variable of the page by its name without dashes; `large`: for the back row of a room. */
export function stylesheet(colour: (name: string) => string, large: boolean): StylesheetJson {
  const looks = [...base(colour), ...machines(colour), ...folded(colour), ...moments(colour)];
  const rules: [string, Css][] = large ? [...looks, ...LARGE] : looks;
  return rules.map(([selector, style]) => ({ selector, style })) as StylesheetJson;
}

type Colour = (name: string) => string;

/** Plugs as large as the names in them; where they stand stays. */
const LARGE: [string, Css][] = [
  [".jack", { width: 60, height: 28 }],
  [".jack.small", { width: 56, height: 25 }],
  [".loop", { width: 48, height: 24 }],
  [".sockets", { width: 98, height: 26, "corner-radius": 13 }],
  [".internet", { width: 164, height: 32 }],
];

const box = (fill: string, line: string, width: number, z: number, radius?: number): Css => ({
  "background-color": fill,
  "border-color": line,
  "border-width": width,
  "z-index": z,
  ...(radius === undefined ? {} : { shape: "round-rectangle", "corner-radius": radius }),
});

function base(c: Colour): [string, Css][] {
  return [
    ["node[w]", { width: "data(w)", height: "data(h)" }],
    [
      "node",
      {
        shape: "rectangle",
        "z-index-compare": "manual",
        "border-position": "center",
        "overlay-opacity": 0,
        "underlay-opacity": 0,
        label: "",
      },
    ],
    [
      "edge",
      {
        "curve-style": "straight",
        "source-endpoint": "data(start)",
        "target-endpoint": "data(end)",
        "z-index-compare": "manual",
        "z-index": 3,
        width: 2.5,
        "line-color": c("line-2"),
        "line-cap": "round",
        events: "no",
        "overlay-opacity": 0,
      },
    ],
    [
      "edge.bent",
      {
        "curve-style": "round-segments",
        "edge-distances": "endpoints",
        "segment-weights": "data(weights)",
        "segment-distances": "data(distances)",
        "segment-radii": 12,
        "radius-type": "arc-radius",
      },
    ],
    ["edge[link]", { events: "yes" }],
    ["edge.pointed", { width: 5, "line-color": c("ink-2") }],
    ["edge.cut", { "line-color": c("drop"), "line-style": "dashed", "line-dash-pattern": [3, 7] }],
    ["edge.dotted", { "line-style": "dashed", "line-dash-pattern": [1, 6] }],
    [".anchor, .frame", { visibility: "hidden", events: "no" }],
    [".band", { ...box(c("world-wash"), c("world"), 1.5, 1), events: "no" }],
  ];
}

function machines(c: Colour): [string, Css][] {
  const dev = (z: number, radius: number): Css => box(c("raised"), c("ink-2"), 1.5, z, radius);
  return [
    [".plate", box(c("raised"), c("node"), 1.5, 2, 16)],
    [".router", dev(14, 8)],
    [".balancer", { ...dev(14, 8), "border-color": c("service"), events: "no" }],
    [".internet", { ...dev(14, 6), "border-color": c("client") }],
    [".jack", dev(14, 5)],
    [".jack.small", { "corner-radius": 4 }],
    [".bar", dev(4, 6)],
    [".port", dev(9, 3)],
    [".gate", box(c("raised"), c("ink-2"), 2, 6, 3)],
    [".small-gate", box(c("raised"), c("line-2"), 2, 6, 3)],
    [".diamond", { ...box(c("raised"), c("ink-2"), 1.5, 6), shape: "diamond" }],
    [".sockets", box(c("raised"), c("line-2"), 1.5, 14, 11)],
    [".loop", box(c("raised"), c("ink-2"), 1.5, 14, 10)],
    [".tunnel", box(c("raised"), c("overlay"), 1.5, 14, 5)],
    [
      ".fence",
      {
        ...box(c("drop-wash"), c("drop"), 4, 4, 12),
        "border-style": "dashed",
        "border-dash-pattern": [2, 5],
        events: "no",
      },
    ],
    [".pod", box(c("paper"), c("line-2"), 1.5, 5, 10)],
    [".pod.shade-1", { "background-color": c("sunken") }],
    [".pod.host-network, .pod.assumed", { "border-style": "dashed" }],
    [".pod.unready", { "border-style": "dotted", "background-color": c("raised") }],
    [
      ".ghost",
      {
        ...box(c("service-wash"), c("service"), 1.5, 5),
        shape: "polygon",
        "shape-polygon-points": ARCH,
        "border-style": "dashed",
        "border-dash-pattern": [5, 4],
      },
    ],
    [
      ".service",
      {
        ...box(c("service-wash"), c("service"), 1.5, 5, 14),
        "border-style": "dashed",
        "border-dash-pattern": [5, 4],
      },
    ],
    [".empty", { "background-color": c("raised"), "border-color": c("drop") }],
  ];
}

function folded(c: Colour): [string, Css][] {
  const dotted = { "border-style": "dashed", "border-dash-pattern": [2, 4] };
  return [
    [".island", { ...box(c("paper"), c("node"), 1.5, 2, 16), ...dotted }],
    [".more", { ...box(c("paper"), c("line-2"), 1.5, 5, 10), ...dotted }],
    [".fold", box(c("raised"), c("line-2"), 1, 5, 5)],
    [".mini", box(c("raised"), c("node"), 1.5, 4, 8)],
  ];
}

function moments(c: Colour): [string, Css][] {
  const heading = Object.entries(HEADINGS).map(([name, points]): [string, Css] => [
    `.arrow.${name}`,
    { "shape-polygon-points": points },
  ]);
  return [
    [".trail", { width: 5, "line-color": c("ink"), "z-index": 10 }],
    [".trail.bent", { "segment-radii": 8 }],
    [".trail.reply", { width: 4, "line-color": c("ink-2"), "line-style": "dashed", "line-dash-pattern": [9, 8] }],
    [".trail.refusal", { width: 3.5, "line-color": c("drop"), "line-style": "dashed", "line-dash-pattern": [8, 7] }],
    [".trail.question", { width: 3, "line-color": c("node"), "line-style": "dashed", "line-dash-pattern": [2, 6] }],
    [".trail.old", { "line-opacity": 0.22, "z-index": 9 }],
    [".arrow", { ...box(c("ink"), c("raised"), 1, 12), shape: "polygon", events: "no" }],
    ...heading,
    [".arrow.reply", { "background-color": c("ink-2") }],
    [".arrow.question", { "background-color": c("node") }],
    [".arrow.refusal", { "background-color": c("drop") }],
    [".pod.client", { "background-color": c("client-wash"), "border-color": c("client") }],
    [".pod.server, .pod.kin", { "background-color": c("pod-wash"), "border-color": c("pod") }],
    [".ghost.away", { display: "none" }],
    [".service.kin", { "background-color": c("service-wash"), "border-style": "solid", "border-width": 2.5 }],
    [".plate.client, .plate.server", { "border-width": 2.5 }],
    [".found", { "outline-width": 4, "outline-color": c("focus"), "outline-offset": 4, "outline-opacity": 1 }],
    [
      ".gate.acting, .small-gate.acting, .diamond.acting",
      {
        "background-color": c("ink"),
        "border-color": c("ink"),
        "z-index": 20,
      },
    ],
    [".diamond.acting", { width: 20, height: 20 }],
    [".small-gate.acting", { width: 34, height: 16 }],
    [
      ".jack.acting, .port.acting, .sockets.acting, .router.acting, .balancer.acting, .internet.acting, .loop.acting, .tunnel.acting",
      { "background-color": c("ink"), "border-color": c("ink"), "z-index": 20 },
    ],
    [".bar.acting", { "border-color": c("ink"), "border-width": 3 }],
    [".gate.ended, .small-gate.ended", { "background-color": c("drop"), "border-color": c("drop") }],
    ["node.faint, node.aside", { "border-opacity": 0.4 }],
    ["edge.faint", { "line-opacity": 0.4 }],
  ];
}

/** An arch with its feet on the ground, as a polygon between -1 and 1. */
function arch(): string {
  const spring = -0.24;
  const points: [number, number][] = [[-1, 1]];
  for (let i = 0; i <= 20; i++) {
    const angle = Math.PI * (1 - i / 20);
    points.push([Math.cos(angle), spring - Math.sin(angle) * (1 + spring)]);
  }
  points.push([1, 1]);
  return points
    .flat()
    .map((n) => n.toFixed(3))
    .join(" ");
}
