import { describe, expect, it } from "vitest";
import { CATALOGUES, moment, number, percent, woven, write, type Key, type Text } from "../src/i18n";
import { en } from "../src/texts/en";

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();
const wordings = (text: Text): string[] => (typeof text === "string" ? [text] : [text.one, text.other]);

describe("the catalogues", () => {
  for (const [language, catalogue] of Object.entries(CATALOGUES)) {
    it(`${language} has every text, and no other`, () => {
      expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
    });

    it(`${language} fills in what English fills in`, () => {
      for (const key of Object.keys(en) as Key[]) {
        const wanted = new Set(wordings(en[key]).flatMap(names));
        const given = new Set(wordings(catalogue[key]).flatMap(names));
        expect([...given].sort(), key).toEqual([...wanted].sort());
      }
    });

    it(`${language} says something everywhere`, () => {
      for (const key of Object.keys(en) as Key[])
        for (const words of wordings(catalogue[key])) expect(words, key).toMatch(/\S/);
    });
  }
});

describe("a text", () => {
  it("is filled in, in the language that is asked for", () => {
    expect(write("en", "file-line", { file: "a.yaml", line: "3" })).toBe("a.yaml, line 3");
    expect(write("de", "file-line", { file: "a.yaml", line: "3" })).toBe("a.yaml, Zeile 3");
  });

  it("has a singular", () => {
    expect(write("en", "count.pods", { count: 1 })).toBe("1 pod");
    expect(write("de", "count.pods", { count: 2 })).toBe("2 Pods");
  });

  it("writes amounts as its language does, and names as they are", () => {
    expect(write("en", "count.pods", { count: 3000 })).toBe("3,000 pods");
    expect(write("de", "count.pods", { count: 3000 })).toBe("3.000 Pods");
    expect(write("de", "file-line", { file: "30080", line: "10000" })).toBe("30080, Zeile 10000");
  });

  it("is English where a language is not known", () => {
    expect(write("tlh", "play", {})).toBe("Play");
  });

  it("puts nodes into its gaps, in the order of the sentence", () => {
    const [from, to, ends] = ["a", "b", "c"].map((text) => ({ text }) as unknown as Node);
    const said = woven("drill.symptom", { from: from!, to: to!, ends: ends! });
    expect(said.filter((part) => typeof part !== "string")).toEqual([from, to, ends]);
    expect(said.filter((part) => typeof part === "string").join("_")).toBe(
      "A minute ago this worked. Now _ calls _, and it ends as _.",
    );
  });

  it("takes a value with braces as it is", () => {
    expect(write("en", "file-line", { file: "{line}", line: "3" })).toBe("{line}, line 3");
  });
});

describe("numbers and dates", () => {
  it("follow the language", () => {
    expect([number(1234.5, "en"), number(1234.5, "de")]).toEqual(["1,234.5", "1.234,5"]);
    expect([percent(1 / 3, "en"), percent(1 / 3, "de")]).toEqual(["33.3 %", "33,3 %"]);
    const day = new Date(2026, 2, 5, 12);
    expect(moment(day, "en")).toContain("Mar 5, 2026");
    expect(moment(day, "de")).toContain("05.03.2026");
  });
});
