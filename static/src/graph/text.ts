/**
 * The words of a drawing as HTML, each block in its box; those that can be picked are buttons. What a button is called
 * stands in it, unseen, before what is seen: its short lines mean little without the place where they stand.
 */
import { el } from "./dom";
import type { Drawing, Words } from "./drawing";
import { fitsUpTo, type Fitting } from "./fitting";

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
    lines.push({ line, upTo: fitsUpTo(one, words.w) });
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
