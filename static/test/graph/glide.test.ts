/** How long a drawn sheet will do while the picture is moved, and where it lies then. */
import { describe, expect, it } from "vitest";
import { BEYOND, covers, seenIn, shiftBetween, type View } from "../../src/graph/glide";

const ROOM = { w: 800, h: 600 };
const SMALL = { w: 700, h: 500 };
const LARGE = { w: 6000, h: 4000 };

const at = (x: number, y: number, zoom = 1): View => ({ pan: { x, y }, zoom });
const on = ({ pan, zoom }: View, x: number, y: number) => [x * zoom + pan.x, y * zoom + pan.y];

describe("the sheet's shift", () => {
  it("is by how far the picture has been pulled", () => {
    expect(shiftBetween(at(10, 20), at(40, 15))).toEqual({ zoom: 1, pan: { x: 30, y: -5 } });
  });

  it("brings every point to where the new view has it, whatever has changed", () => {
    const [drawn, now] = [at(-120, 40, 0.8), at(33, -77, 1.4)];
    const shift = shiftBetween(drawn, now);
    for (const [x, y] of [
      [0, 0],
      [512, 90],
      [-30, 700],
    ] as const) {
      const [sheetX, sheetY] = on(drawn, x, y);
      const [wantedX, wantedY] = on(now, x, y);
      const [foundX, foundY] = on(shift, sheetX!, sheetY!);
      expect(foundX).toBeCloseTo(wantedX!);
      expect(foundY).toBeCloseTo(wantedY!);
    }
  });
});

describe("what is in view", () => {
  it("is the frame in the drawing's measure", () => {
    expect(seenIn(at(-100, 50, 2), ROOM)).toEqual({ x: 50, y: -25, w: 400, h: 300 });
  });
});

describe("a drawn sheet", () => {
  it("will do until its margin is used up", () => {
    const drawn = at(-2000, -1000);
    expect(covers(drawn, at(-2000 - BEYOND, -1000), ROOM, LARGE)).toBe(true);
    expect(covers(drawn, at(-2000 - BEYOND - 1, -1000), ROOM, LARGE)).toBe(false);
    expect(covers(drawn, at(-2000, -1000 + BEYOND + 1), ROOM, LARGE)).toBe(false);
  });

  it("has the same margin on the screen however near one looks", () => {
    const drawn = at(-2000, -1000, 0.5);
    expect(covers(drawn, at(-2000, -1000 - BEYOND, 0.5), ROOM, LARGE)).toBe(true);
    expect(covers(drawn, at(-2000, -1000 - BEYOND - 1, 0.5), ROOM, LARGE)).toBe(false);
  });

  it("never needs more than the drawing: all of it may be pulled anywhere", () => {
    expect(covers(at(50, 50), at(-2000, 300), ROOM, SMALL)).toBe(true);
    expect(covers(at(50, 50), at(600, 500, 0.2), ROOM, SMALL)).toBe(true);
  });

  it("does not do for a wider view of a drawing that goes on", () => {
    expect(covers(at(-2000, -1000), at(-1000, -500, 0.5), ROOM, LARGE)).toBe(false);
  });

  it("does not do for a look so near that one would see its dots", () => {
    expect(covers(at(50, 50), at(0, 0, 2.9), ROOM, SMALL)).toBe(true);
    expect(covers(at(50, 50), at(0, 0, 3.1), ROOM, SMALL)).toBe(false);
  });
});
