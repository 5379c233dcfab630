/** What Cytoscape draws, as SVG: its own styles and places, in its own order. */
import type { Core, EdgeSingular, NodeSingular, SingularElementReturnValue } from "cytoscape";
import type { Point } from "../../graph/geometry";
import { short, tag } from "./markup";

type Drawn = NodeSingular | EdgeSingular;

export function shapesOf(cy: Core): string {
  const all: Drawn[] = cy.elements().toArray() as Drawn[];
  const seen = all.filter(isSeen).map((element, index) => ({ element, index, z: number(element, "z-index") }));
  seen.sort((a, b) => a.z - b.z || a.index - b.index);
  return seen.map(({ element }) => (element.isNode() ? node(element) : edge(element as EdgeSingular))).join("\n");
}

function isSeen(element: Drawn): boolean {
  if (element.hasClass("frame") || element.hasClass("anchor")) return false;
  return element.style("display") !== "none" && element.style("visibility") !== "hidden";
}

function node(shape: NodeSingular): string {
  const { x, y } = shape.position();
  const [w, h] = [shape.width(), shape.height()];
  const look = {
    fill: text(shape, "background-color"),
    "fill-opacity": less(number(shape, "background-opacity")),
    stroke: text(shape, "border-color"),
    "stroke-width": number(shape, "border-width"),
    "stroke-opacity": less(number(shape, "border-opacity")),
    "stroke-dasharray": dashes(shape, "border-style", "border-dash-pattern"),
    opacity: less(number(shape, "opacity")),
  };
  const kind = text(shape, "shape");
  if (kind === "polygon" || kind === "diamond") {
    const corners = kind === "diamond" ? DIAMOND : numbers(text(shape, "shape-polygon-points"));
    const points: string[] = [];
    for (let i = 0; i + 1 < corners.length; i += 2) {
      points.push(`${short(x + (corners[i]! * w) / 2)},${short(y + (corners[i + 1]! * h) / 2)}`);
    }
    return tag("polygon", { points: points.join(" "), ...look, "stroke-linejoin": "round" });
  }
  const rx = kind === "round-rectangle" ? Math.min(number(shape, "corner-radius") || 8, w / 2, h / 2) : 0;
  return tag("rect", { x: x - w / 2, y: y - h / 2, width: w, height: h, rx: rx || null, ...look });
}

const DIAMOND = [0, -1, 1, 0, 0, 1, -1, 0];

function edge(line: EdgeSingular): string {
  const points = [line.sourceEndpoint(), ...(line.segmentPoints() ?? []), line.targetEndpoint()];
  const radius = line.hasClass("bent") ? numbers(text(line, "segment-radii"))[0] || 0 : 0;
  return tag("path", {
    d: rounded(points, radius),
    fill: "none",
    stroke: text(line, "line-color"),
    "stroke-width": number(line, "width"),
    "stroke-opacity": less(number(line, "line-opacity") * number(line, "opacity")),
    "stroke-dasharray": dashes(line, "line-style", "line-dash-pattern"),
    "stroke-linecap": text(line, "line-cap"),
    "stroke-linejoin": "round",
  });
}

/** A line whose bends are rounded, as far as there is room for it between them. */
export function rounded(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = [`M${short(first.x)} ${short(first.y)}`];
  rest.forEach((point, index) => {
    const [before, after] = [points[index]!, rest[index + 1]];
    if (!after) {
      parts.push(`L${short(point.x)} ${short(point.y)}`);
      return;
    }
    const cut = Math.min(radius, length(before, point) / 2, length(point, after) / 2);
    const [a, b] = [towards(point, before, cut), towards(point, after, cut)];
    parts.push(`L${short(a.x)} ${short(a.y)}`);
    if (cut > 0) parts.push(`Q${short(point.x)} ${short(point.y)} ${short(b.x)} ${short(b.y)}`);
  });
  return parts.join("");
}

const length = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

function towards(from: Point, to: Point, distance: number): Point {
  const all = length(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * distance) / all, y: from.y + ((to.y - from.y) * distance) / all };
}

function dashes(element: Drawn, style: string, pattern: string): string | null {
  const kind = text(element, style);
  if (kind === "dotted") return "1 3";
  return kind === "dashed" ? numbers(text(element, pattern)).join(" ") : null;
}

const text = (element: Drawn, name: string): string =>
  String((element as SingularElementReturnValue).style(name) ?? "");
const number = (element: Drawn, name: string): number => Number((element as NodeSingular).numericStyle(name)) || 0;
const numbers = (words: string): number[] => (words.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
const less = (opacity: number): number | null => (opacity >= 1 ? null : opacity);
