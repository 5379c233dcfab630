import { describe, expect, it } from "vitest";
import { choiceFrom, choiceName, shortNames } from "../src/branches";
import { percent } from "../src/i18n";

const options = [
  { pick: "default/web-1", probability: 1 / 3 },
  { pick: "default/web-2", probability: 2 / 3 },
];

describe("a choice point", () => {
  it("says what was taken, of how many, and how likely that was", () => {
    expect(choiceName({ at: 6, options, picked: 1 })).toBe("Choice at step 7: default/web-2 of 2 ways, 66.7 %");
    expect(percent(1 / 3)).toBe("33.3 %");
  });

  it("leaves out a namespace that all share", () => {
    expect(shortNames(options)).toEqual(["web-1", "web-2"]);
    expect(shortNames([...options, { pick: "shop/web-1", probability: 0 }])[0]).toBe("default/web-1");
    expect(shortNames([{ pick: "10.0.0.1", probability: 1 }])).toEqual(["10.0.0.1"]);
  });

  it("is the one at the step, else the next, else the first", () => {
    const choices = [6, 40].map((at) => ({ at, options, picked: 0 }));
    expect([0, 6, 7, 41].map((at) => choiceFrom(choices, at))).toEqual([0, 0, 1, 0]);
    expect(choiceFrom([], 3)).toBe(-1);
  });
});
