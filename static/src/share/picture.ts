/** The picture of a step as one SVG, with what it is about above it and how to read it below; and that as a PNG. */
import type { Parts } from "../graph";
import { t } from "../i18n";
import type { Answer } from "../state";
import { fontFaces } from "./svg/fonts";
import { escaped, short, tag } from "./svg/markup";
import { paperOf } from "./svg/paper";
import { shapesOf } from "./svg/shapes";

const MARGIN = 24;
const HEAD = 84;
const FOOT = 52;
const LEAST_WIDTH = 760;
const SANS = "'Inter Variable', Inter, 'Segoe UI', system-ui, sans-serif";

/** Roles in the order of the legend; each is a mark in its colour and a word. */
const ROLES = ["client", "service", "pod", "node", "world", "overlay"] as const;

export function drawn({ cy, paper, drawing }: Parts, answer: Answer | null, at: number): string {
  const wide = Math.max(LEAST_WIDTH, drawing.width + 2 * MARGIN);
  const high = HEAD + drawing.height + FOOT;
  const inside = [
    `<title>${escaped(titleOf(answer))}</title>`,
    tag("desc", {}, escaped(sentence(answer, at))),
    DEFINITIONS,
    tag("rect", { width: wide, height: high, fill: colour("paper") }),
    tag(
      "g",
      { transform: `translate(${short((wide - drawing.width) / 2)} ${HEAD})` },
      `${shapesOf(cy)}\n${paperOf(paper, cy.zoom())}`,
    ),
    tag("rect", { width: wide, height: HEAD - 2, fill: colour("paper") }),
    head(answer, at, wide),
    legend(wide, high),
  ];
  const size = { width: wide, height: high, viewBox: `0 0 ${short(wide)} ${short(high)}` };
  const root = {
    xmlns: "http://www.w3.org/2000/svg",
    role: "img",
    ...size,
    "font-family": SANS,
    "xml:space": "preserve",
  };
  return tag("svg", root, `\n${inside.join("\n")}\n`);
}

const DEFINITIONS =
  '<defs><filter id="soft" x="-30%" y="-30%" width="160%" height="180%"><feGaussianBlur stdDeviation="9"/></filter>' +
  '<filter id="soft-small" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="2"/></filter></defs>';

const titleOf = (answer: Answer | null): string =>
  answer
    ? t("drawn.title", { from: answer.question.from, to: answer.question.to, outcome: answer.trace.disposition })
    : t("drawn.cluster");

function sentence(answer: Answer | null, at: number): string {
  const step = answer?.steps[at];
  if (!answer || !step) return "";
  return t("drawn.step", { step: at + 1, total: answer.total, words: step.narration?.plain ?? step.kind });
}

const HEAD_SIZE = 20;
/** How wide a letter is at most, for cutting what would not fit. */
const LETTER = 0.56;

function head(answer: Answer | null, at: number, wide: number): string {
  const title = { x: MARGIN, y: 36, "font-size": HEAD_SIZE, "font-weight": 650, fill: colour("ink") };
  const words = { x: MARGIN, y: 62, "font-size": 14, fill: colour("ink-2") };
  const room = wide - 2 * MARGIN;
  return [
    tag("text", title, escaped(fitted(titleOf(answer), room / (HEAD_SIZE * LETTER)))),
    tag("text", words, escaped(fitted(sentence(answer, at), room / (14 * LETTER))) || " "),
  ].join("\n");
}

function fitted(words: string, most: number): string {
  const letters = [...words];
  return letters.length <= most ? words : `${letters.slice(0, Math.max(1, Math.floor(most) - 1)).join("")}…`;
}

function legend(wide: number, high: number): string {
  const y = high - 20;
  const parts: string[] = [];
  let x = MARGIN;
  const word = (text: string, fill: string): void => {
    parts.push(tag("text", { x, y, "font-size": 12, fill }, escaped(text)));
    x += text.length * 12 * LETTER + 20;
  };
  for (const role of ROLES) {
    const box = { x, y: y - 10, width: 11, height: 11, rx: 3 };
    parts.push(tag("rect", { ...box, fill: colour(`${role}-wash`), stroke: colour(role), "stroke-width": 2 }));
    x += 17;
    word(t(`drawn.${role}`), colour(`${role}-ink`));
  }
  for (const [name, dashes, stroke] of [
    ["trail", null, "ink"],
    ["reply", "7 5", "ink-2"],
    ["refusal", "7 5", "drop"],
  ] as const) {
    parts.push(
      tag("path", {
        d: `M${short(x)} ${y - 4}h24`,
        stroke: colour(stroke),
        "stroke-width": 3.5,
        "stroke-dasharray": dashes,
      }),
    );
    x += 30;
    word(t(`drawn.${name}`), colour("ink-2"));
  }
  parts.push(
    tag("text", { x: wide - MARGIN, y, "font-size": 12, "text-anchor": "end", fill: colour("ink-3") }, "NetViz"),
  );
  return parts.join("\n");
}

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "gray";

/** Twice as many dots as the drawing has, for screens and slides that show them. */
const DENSITY = 2;
/** What browsers can paint at all. */
const MOST_DOTS = 12_000;

/** A PNG of it. An image may load nothing, so the fonts go into it. */
export async function painted(svg: string): Promise<Blob> {
  const complete = svg.replace("<defs>", `<defs>${await fontFaces()}`);
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${base64(new TextEncoder().encode(complete))}`;
  await image.decode();
  const scale = Math.min(DENSITY, MOST_DOTS / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob(
      (blob) => (blob ? done(blob) : failed(new Error("The picture is too large for a PNG."))),
      "image/png",
    );
  });
}

export function base64(bytes: Uint8Array): string {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(letters);
}
