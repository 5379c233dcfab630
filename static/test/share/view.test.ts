import { describe, expect, it } from "vitest";
import { AS_IT_COMES, seenIn, wordsOf, type Seen } from "../../src/share/view";

const ALL: Seen = {
  panel: "both-ways",
  deep: true,
  look: { zoom: 1.25, x: 520, y: -33 },
  unfolded: ["island:node-b", "pod:a/b,c&d=e#f"],
};

describe("what is being looked at", () => {
  it("says nothing where everything is as it comes", () => {
    expect(wordsOf(AS_IT_COMES)).toBe("");
    expect(seenIn("#step=3")).toEqual(AS_IT_COMES);
  });

  it("comes back from the words that it was told in", () => {
    expect(seenIn(`#step=3${wordsOf(ALL)}`)).toEqual(ALL);
  });

  it("leaves the step to the step", () => {
    expect(wordsOf(ALL)).toMatch(/^&panel=both-ways&depth=mechanism&look=1\.250,520,-33&open=/);
  });

  it.each([
    "#panel=<script>",
    "#look=99,0,0",
    "#look=1,2",
    "#look=NaN,1,1",
    "#look=0.01,1,1",
    "#depth=sea",
    "#open=%E0%A4%A",
  ])("makes nothing of %s", (hash) => {
    expect(seenIn(hash)).toEqual(AS_IT_COMES);
  });

  it("keeps an address short, however much is unfolded", () => {
    const unfolded = Array.from({ length: 500 }, (_, index) => `island:${index}`);
    expect(seenIn(wordsOf({ ...AS_IT_COMES, unfolded })).unfolded).toHaveLength(40);
  });
});
