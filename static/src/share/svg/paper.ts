/**
 * The HTML layer of the picture as SVG: boxes, borders, lines of text, icons, in the picture's own measure.
 * Places come from the browser, which has laid them out already; nothing is laid out here a second time.
 */
import type { Box } from "../../graph/geometry";
import { escaped, short, tag } from "./markup";

/** From the screen to the picture's own measure. */
interface Paper {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  readonly letters: CanvasRenderingContext2D;
}

export function paperOf(root: HTMLElement, zoom: number): string {
  const { left, top } = root.getBoundingClientRect();
  const letters = document.createElement("canvas").getContext("2d")!;
  return layer(root, { x: left, y: top, zoom, letters });
}

function layer(element: HTMLElement, paper: Paper): string {
  const parts: string[] = [];
  for (const child of element.childNodes) {
    if (child instanceof Text) parts.push(...lines(child, element, paper));
    else if (child instanceof SVGElement) parts.push(vector(child, paper));
    else if (child instanceof HTMLElement) parts.push(block(child, paper));
  }
  return parts.filter(Boolean).join("\n");
}

function block(element: HTMLElement, paper: Paper): string {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0) return "";
  const box = place(element.getBoundingClientRect(), paper);
  const scale = element.offsetWidth ? box.w / element.offsetWidth : 1;
  const under = [shadow(style, box, scale), ground(style, box, scale), after(element, "::before", box, scale)];
  const over = [after(element, "::after", box, scale), ...edges(style, box, scale)];
  const inside = [...under, layer(element, paper), ...over].filter(Boolean).join("\n");
  const opacity = Number(style.opacity);
  return inside && opacity < 1 ? tag("g", { opacity }, inside) : inside;
}

const place = (rect: DOMRect, { x, y, zoom }: Paper): Box => ({
  x: (rect.left - x) / zoom,
  y: (rect.top - y) / zoom,
  w: rect.width / zoom,
  h: rect.height / zoom,
});

const CLEAR = /^(transparent|rgba\(\d+, \d+, \d+, 0\))$/;
const px = (words: string): number => Number.parseFloat(words) || 0;

function ground(style: CSSStyleDeclaration, { x, y, w, h }: Box, scale: number): string {
  if (CLEAR.test(style.backgroundColor)) return "";
  const rx = Math.min(px(style.borderTopLeftRadius) * scale, w / 2, h / 2);
  return tag("rect", { x, y, width: w, height: h, rx: rx || null, fill: style.backgroundColor });
}

function shadow(style: CSSStyleDeclaration, { x, y, w, h }: Box, scale: number): string {
  const found = /^(rgba?\([^)]*\)|color\([^)]*\)) (-?[\d.]+)px (-?[\d.]+)px ([\d.]+)px ([\d.]+)px/.exec(
    style.boxShadow,
  );
  if (!found) return "";
  const [dy, blur, spread] = [Number(found[3]) * scale, Number(found[4]), Number(found[5]) * scale];
  const rx = px(style.borderTopLeftRadius) * scale + spread;
  return tag("rect", {
    x: x - spread,
    y: y - spread + dy,
    width: w + 2 * spread,
    height: h + 2 * spread,
    rx: rx || null,
    fill: found[1],
    filter: blur > 12 ? "url(#soft)" : blur > 0 ? "url(#soft-small)" : null,
  });
}

/** One line round it where all sides are alike; else each side that is there. */
function edges(style: CSSStyleDeclaration, { x, y, w, h }: Box, scale: number): string[] {
  const sides = SIDES.map((side) => ({
    side,
    width: px(style.getPropertyValue(`border-${side}-width`)) * scale,
    colour: style.getPropertyValue(`border-${side}-color`),
    kind: style.getPropertyValue(`border-${side}-style`),
  })).filter(({ width, kind, colour }) => width > 0 && kind !== "none" && !CLEAR.test(colour));
  const [first] = sides;
  if (!first) return [];
  if (sides.length === 4 && sides.every((one) => one.width === first.width && one.colour === first.colour)) {
    const { width, colour, kind } = first;
    const rx = Math.max(0, Math.min(px(style.borderTopLeftRadius) * scale, w / 2, h / 2) - width / 2);
    const at = { x: x + width / 2, y: y + width / 2, width: w - width, height: h - width, rx: rx || null };
    return [
      tag("rect", {
        ...at,
        fill: "none",
        stroke: colour,
        "stroke-width": width,
        "stroke-dasharray": dash(kind, width),
      }),
    ];
  }
  return sides.map(({ side, width, colour, kind }) => {
    const ends = END[side]({ x, y, w, h }, width / 2);
    return tag("path", { d: ends, stroke: colour, "stroke-width": width, "stroke-dasharray": dash(kind, width) });
  });
}

const SIDES = ["top", "right", "bottom", "left"] as const;
type Side = (typeof SIDES)[number];
const across = (x1: number, x2: number, y: number): string => `M${short(x1)} ${short(y)}H${short(x2)}`;
const down = (y1: number, y2: number, x: number): string => `M${short(x)} ${short(y1)}V${short(y2)}`;
const END: Readonly<Record<Side, (box: Box, half: number) => string>> = {
  top: ({ x, y, w }, half) => across(x, x + w, y + half),
  right: ({ x, y, w, h }, half) => down(y, y + h, x + w - half),
  bottom: ({ x, y, w, h }, half) => across(x, x + w, y + h - half),
  left: ({ x, y, h }, half) => down(y, y + h, x + half),
};

const dash = (kind: string, width: number): string | null =>
  kind === "dashed"
    ? `${short(3 * width)} ${short(2 * width)}`
    : kind === "dotted"
      ? `${short(width)} ${short(2 * width)}`
      : null;

/** A ::before or ::after that is put at a place: the stroke through an old value, the pin of a ticket. */
function after(element: HTMLElement, which: "::before" | "::after", { x, y }: Box, scale: number): string {
  const style = getComputedStyle(element, which);
  if (style.content === "none" || style.content === "normal" || style.position !== "absolute") return "";
  if (style.display === "none" || Number(style.opacity) === 0) return "";
  const outer = getComputedStyle(element);
  const sized = style.boxSizing === "border-box";
  const more = (a: string, b: string): number =>
    sized ? 0 : px(style.getPropertyValue(a)) + px(style.getPropertyValue(b));
  const box = {
    x: x + (px(outer.borderLeftWidth) + px(style.left) + px(style.marginLeft)) * scale,
    y: y + (px(outer.borderTopWidth) + px(style.top) + px(style.marginTop)) * scale,
    w: (px(style.width) + more("border-left-width", "border-right-width")) * scale,
    h: (px(style.height) + more("border-top-width", "border-bottom-width")) * scale,
  };
  return [ground(style, box, scale), ...edges(style, box, scale)].filter(Boolean).join("\n");
}

/** A line of text as the browser has broken it, and as far as it can be seen. */
interface Line {
  words: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function lines(text: Text, parent: HTMLElement, paper: Paper): string[] {
  if (!text.data.trim()) return [];
  const style = getComputedStyle(parent);
  const seen = window(parent, style);
  return broken(text)
    .map((line) => cut(line, seen))
    .filter((line) => line.words.trim() && line.right > line.left)
    .map((line) => written(line, style, paper));
}

/** What hides the ends of a line: the nearest box that lets nothing over its edge. */
function window(parent: HTMLElement, style: CSSStyleDeclaration): DOMRect | null {
  const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
  return clips && style.display !== "inline" ? parent.getBoundingClientRect() : null;
}

function broken(text: Text): Line[] {
  const range = document.createRange();
  const found: Line[] = [];
  let at = 0;
  for (const letter of text.data) {
    range.setStart(text, at);
    range.setEnd(text, (at += letter.length));
    const rect = range.getClientRects()[0];
    if (!rect) continue;
    const line = found.at(-1);
    if (line && Math.abs(line.top - rect.top) < rect.height / 2) {
      line.words += letter;
      line.right = Math.max(line.right, rect.right);
      line.left = Math.min(line.left, rect.left);
    } else {
      found.push({ words: letter, left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom });
    }
  }
  return found;
}

function cut(line: Line, seen: DOMRect | null): Line {
  if (!seen) return line;
  if ((line.top + line.bottom) / 2 > seen.bottom) return { ...line, words: "" };
  const over = line.right - seen.right;
  if (over < 1) return line;
  const letters = [...line.words];
  const each = (line.right - line.left) / letters.length;
  const kept = Math.max(0, letters.length - Math.ceil(over / each) - 1);
  return { ...line, words: `${letters.slice(0, kept).join("")}…`, right: seen.right };
}

function written(line: Line, style: CSSStyleDeclaration, paper: Paper): string {
  const { letters, x, y, zoom } = paper;
  letters.font = `${style.fontWeight} 100px ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: below } = letters.measureText("x");
  const height = (line.bottom - line.top) / zoom;
  // The box of a line is as high as its font; so its height tells how large the letters really are.
  const size = (height * 100) / (up + below);
  const words = line.words.replace(/\s+/g, " ");
  const lead = words.length - words.trimStart().length;
  const width = (line.right - line.left) / zoom;
  const share = lead / (words.length || 1);
  return tag(
    "text",
    {
      x: (line.left - x) / zoom + (lead ? width * share : 0),
      y: (line.top - y) / zoom + (height * up) / (up + below),
      "font-family": style.fontFamily.replaceAll('"', "'"),
      "font-size": size,
      "font-weight": style.fontWeight === "400" ? null : style.fontWeight,
      fill: style.color,
      textLength: [...words.trim()].length > 1 && !lead ? width : null,
      lengthAdjust: [...words.trim()].length > 1 && !lead ? "spacingAndGlyphs" : null,
    },
    escaped(words.trim()),
  );
}

const SHAPES = "path, rect, circle, polygon, polyline, line";

/** An icon, a line or a tail: its shapes, moved to where they are on the paper. */
function vector(svg: SVGElement, paper: Paper): string {
  if (getComputedStyle(svg).display === "none") return "";
  const parts: string[] = [];
  for (const shape of svg.querySelectorAll<SVGGraphicsElement>(SHAPES)) {
    const matrix = shape.getScreenCTM();
    const style = getComputedStyle(shape);
    if (!matrix || style.visibility === "hidden" || Number(style.opacity) === 0) continue;
    const { a, b, c, d, e, f } = matrix;
    const { x, y, zoom } = paper;
    const moved = [a, b, c, d].map((one) => short4(one / zoom)).concat([short((e - x) / zoom), short((f - y) / zoom)]);
    const geometry = Object.fromEntries(GEOMETRY.map((name) => [name, shape.getAttribute(name)]));
    if (shape.getAttribute("points") === "") continue;
    parts.push(
      tag(shape.tagName, {
        ...geometry,
        transform: `matrix(${moved.join(" ")})`,
        fill: style.fill,
        stroke: style.stroke === "none" ? null : style.stroke,
        "stroke-width": style.stroke === "none" ? null : px(style.strokeWidth),
        "stroke-dasharray": style.strokeDasharray === "none" ? null : style.strokeDasharray.replaceAll("px", ""),
        "stroke-linecap": style.strokeLinecap === "butt" ? null : style.strokeLinecap,
        "stroke-linejoin": style.strokeLinejoin === "miter" ? null : style.strokeLinejoin,
      }),
    );
  }
  return parts.join("\n");
}

const GEOMETRY = ["d", "x", "y", "width", "height", "rx", "cx", "cy", "r", "points", "x1", "y1", "x2", "y2"];
const short4 = (value: number): string => String(Math.round(value * 10_000) / 10_000);
