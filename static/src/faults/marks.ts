/** Faults on the picture, as what they are: a word at the thing that is broken, never colour alone. */
import { h, icon } from "../dom";
import type { Picture } from "../graph";
import type { Box, Point } from "../graph/geometry";
import type { Graph } from "../protocol";
import { cutOf, middleOf } from "./cables";
import { wordOf } from "./words";
import { placeOf } from "./places";

/** Several marks at one thing stand below each other. */
const ROW = 20;

const beside = ({ x, y }: Point): string => `translate(${x + 8}px, ${y}px) translate(0, -50%)`;
const upon = ({ x, y, w }: Box, row: number): string =>
  `translate(${x + w}px, ${y + row * ROW}px) translate(-92%, -45%)`;

export class Marks {
  private readonly layer = h("div", { class: "layer broken-marks", "aria-hidden": "true" });

  constructor(private readonly picture: Picture) {}

  draw(faults: readonly string[], graph: Graph): void {
    const { paper, drawing } = this.picture.parts;
    if (this.layer.parentElement !== paper) paper.append(this.layer);
    const rows = new Map<string, number>();
    const marks = faults.flatMap((fault) => {
      const ids = placeOf(fault, graph).ids.flatMap((id) => [id, `${id}#plate`]);
      const shape = ids.flatMap((id) => drawing.shapes.filter((one) => one.id === id))[0];
      if (!shape) return [];
      const row = rows.get(shape.id) ?? 0;
      rows.set(shape.id, row + 1);
      const mark = h("b", { class: "broken-mark" }, icon("broken"), wordOf(fault));
      const cable = fault === cutOf(shape.id) ? drawing.cables.find(({ link }) => link === shape.id) : undefined;
      mark.style.transform = cable ? beside(middleOf(cable)) : upon(shape, row);
      return [mark];
    });
    this.layer.replaceChildren(...marks);
  }
}
