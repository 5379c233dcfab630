/**
 * The words of a drawing as HTML, each block in its box; those that can be picked are buttons. What a button is called
 * stands in it, unseen, before what is seen: its short lines mean little without the place where they stand.
 */
import { el } from "./dom";
import type { Drawing, Words } from "./drawing";

/** Builds the blocks; `blocks` finds those of one shape again. */
export function writeWords(drawing: Drawing, blocks: Map<string, HTMLElement[]>): DocumentFragment {
  const marks = new Map(drawing.shapes.map((shape) => [shape.id, shape.marks]));
  const all = document.createDocumentFragment();
  blocks.clear();
  for (const words of drawing.words) {
    const block = blockOf(words, marks.get(words.of) ?? []);
    blocks.set(words.of, [...(blocks.get(words.of) ?? []), block]);
    all.append(block);
  }
  return all;
}

function blockOf(words: Words, marks: string[]): HTMLElement {
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
  for (const { text, look: kind } of words.lines) {
    const line = el("span", kind, text);
    line.title = text;
    if (words.button) line.ariaHidden = "true";
    line.style.setProperty("--n", String(text.length));
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
