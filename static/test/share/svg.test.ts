import { describe, expect, it } from "vitest";
import { escaped, tag } from "../../src/share/svg/markup";
import { rounded } from "../../src/share/svg/shapes";

describe("SVG as text", () => {
  it.each(["</text><script>alert(1)</script>", '" onload="x', "a & b", "]]>", "<!--"])("keeps %s as words", (text) => {
    const made = tag("text", { "data-of": text }, escaped(text));
    expect(made.match(/</g)).toHaveLength(2);
    expect(made.match(/"/g)).toHaveLength(2);
  });

  it("leaves out what XML cannot say, and what turns the direction of writing", () => {
    expect(escaped("a\u0000b\u001Bc\u202Ed\uD800e\uFFFEf")).toBe("a b c d e f");
    expect(escaped("العربية 😀")).toBe("العربية 😀");
  });

  it("leaves out attributes that say nothing", () => {
    expect(tag("rect", { x: 0, rx: null, fill: "", width: 1.23456 })).toBe('<rect x="0" width="1.23"/>');
  });
});

describe("a line with round bends", () => {
  const at = (x: number, y: number) => ({ x, y });

  it("is straight without bends", () => {
    expect(rounded([at(0, 0), at(10, 0)], 8)).toBe("M0 0L10 0");
  });

  it("goes round a corner through it", () => {
    expect(rounded([at(0, 0), at(20, 0), at(20, 20)], 8)).toBe("M0 0L12 0Q20 0 20 8L20 20");
  });

  it("has no more of a bend than there is room for", () => {
    expect(rounded([at(0, 0), at(4, 0), at(4, 20)], 8)).toBe("M0 0L2 0Q4 0 4 2L4 20");
  });
});
