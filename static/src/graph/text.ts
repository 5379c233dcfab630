/**
 * The words of a drawing as HTML, each block in its box; those that can be picked are buttons. What a button is called
 * stands in it, unseen, before what is seen: its short lines mean little without the place where they stand.
 */
import { el } from "./dom";
import type { Drawing, Line, Words } from "./drawing";

/** A line, and the size up to which it is sure to fit into its block. */
export interface Fitting {
  readonly line: HTMLElement;
  readonly upTo: number;
}

export interface Written {
  readonly all: DocumentFragment;
  /** The blocks of each shape. */
  readonly blocks: ReadonlyMap<string, HTMLElement[]>;
  readonly lines: readonly Fitting[];
}

export function writeWords(drawing: Drawing): Written {
  const marks = new Map(drawing.shapes.map((shape) => [shape.id, shape.marks]));
  const all = document.createDocumentFragment();
  const blocks = new Map<string, HTMLElement[]>();
  const lines: Fitting[] = [];
  for (const words of drawing.words) {
    const block = blockOf(words, marks.get(words.of) ?? [], lines);
    const known = blocks.get(words.of);
    if (known) known.push(block);
    else blocks.set(words.of, [block]);
    all.append(block);
  }
  return { all, blocks, lines };
}

/**
 * Cut what does not fit, and only that: each box that cuts its text is one more thing for the browser to put together
 * in every frame of a movement, and of a hundred lines one is too long.
 */
export function trim(lines: readonly Fitting[], sizeOf: (basis: number) => number): void {
  for (const { line, upTo } of lines) line.classList.toggle("trimmed", sizeOf(basisOf(line)) > upTo);
}

/** As large as words.css writes it. */
const basisOf = ({ classList }: HTMLElement): number =>
  classList.contains("name") || classList.contains("title") ? 13 : classList.contains("head") ? 12 : 11;

const PADDING = 6;

/** How wide a letter is at most, in times of its size; those of other scripts may be wider than high. */
function widthOf(letter: string, mono: boolean): number {
  if (letter > "\u024f") return 1.4;
  if (mono) return 0.6;
  return /[mwMW@%]/.test(letter) ? 0.95 : /[A-Z]/.test(letter) ? 0.72 : /[.:,·ijl -]/.test(letter) ? 0.45 : 0.64;
}

function fits({ text, look }: Line, room: number): number {
  const mono = look.includes("mono");
  return room / [...text].reduce((sum, letter) => sum + widthOf(letter, mono), 0);
}

function blockOf(words: Words, marks: string[], lines: Fitting[]): HTMLElement {
  const look = ["words", words.align, words.look ?? "", ...marks].join(" ").trim();
  const block = el(words.button ? "button" : "div", look);
  if (words.button) {
    block.append(el("i", "visually-hidden", words.button));
    (block as HTMLButtonElement).type = "button";
  }
  block.dataset.of = words.of;
  const { style } = block;
  style.left = `${words.x}px`;
  style.top = `${words.y}px`;
  style.width = `${words.w}px`;
  style.height = `${words.h}px`;
  for (const one of words.lines) {
    const { text, look: kind } = one;
    const line = el("span", kind, text);
    line.title = text;
    if (words.button) line.ariaHidden = "true";
    line.style.setProperty("--n", String(text.length));
    lines.push({ line, upTo: fits(one, words.w - PADDING) });
    block.append(line);
  }
  if (words.squares) block.append(squares(words.squares));
  return block;
}

/** More than this many would not be seen anyway: the island's text has the count. */
const MOST_SQUARES = 60;

function squares(count: number): HTMLElement {
  const all = el("span", "squares");
  all.ariaHidden = "true";
  for (let i = 0; i < Math.min(count, MOST_SQUARES); i++) all.append(el("i"));
  return all;
}
