import { describe, expect, it } from "vitest";
import { addressOf, questionOf, stepOf } from "../src/address";
import { shell } from "../src/panels/commands";
import { nearest } from "../src/strip";

const read = { from: "default/client", to: "http://web:80/?a=1&b=2", protocol: "TCP", seed: 3 };
const question = { ...read, picks: [], after: [] };

describe("the address", () => {
  it("says what is seen, and is read back", () => {
    const address = new URL(addressOf("/w/abc/", question, 11), "http://localhost");
    expect(Object.fromEntries(address.searchParams)).toEqual({ ...read, seed: "3" });
    expect(stepOf(address.hash)).toBe(11);
  });

  it("keeps the ways that were picked, and the connections before", () => {
    const earlier = [
      { ...read, seed: 0, picks: [] },
      { ...read, seed: 1, picks: [2, 0] },
      { from: "internet", to: "node-a:30080", protocol: "UDP", seed: 2, picks: [] },
    ];
    const asked = { ...read, picks: [1], after: earlier };
    const { search } = new URL(addressOf("/w/abc/", asked, 6), "http://localhost");
    expect(questionOf(search, read)).toEqual(asked);
  });

  it("keeps the connections after it, and has room for no more than a session has", () => {
    const later = { from: "internet", to: "node-a:30080", protocol: "UDP", seed: 4, picks: [1] };
    const asked = { ...question, then: [later, { ...read, seed: 5, picks: [] }] };
    const { search } = new URL(addressOf("/w/abc/", asked, 6), "http://localhost");
    expect(questionOf(search, read)).toEqual(asked);
    const many = `?${"after=1&".repeat(8)}${"then=2&".repeat(8)}`;
    expect(questionOf(many, read).then).toHaveLength(3);
  });

  it("takes nonsense for nothing", () => {
    const asked = questionOf("?picks=1,x&after=%E0%A4%A+-1&after=9+-+%25E0%25A4%25A", read);
    expect(asked.picks).toEqual([]);
    expect(asked.after.map(({ seed, from }) => [seed, from])).toEqual([
      [0, read.from],
      [9, read.from],
    ]);
  });

  it("has no step where none is shown", () => {
    expect(addressOf("/w/abc/", null, -1)).toBe("/w/abc/");
    expect(stepOf("")).toBeNull();
    expect(stepOf("#step=<img>")).toBeNull();
  });
});

describe("a command line", () => {
  it("is quoted for a shell", () => {
    expect(shell(["iptables", "-t", "nat"])).toBe("iptables -t nat");
    expect(shell(["echo", "a b", "it's", "$(reboot)", ""])).toBe(`echo 'a b' 'it'"'"'s' '$(reboot)' ''`);
  });
});

describe("the dot under the pointer", () => {
  it("is the nearest one", () => {
    expect(nearest([10, 20, 60], 41)).toBe(2);
    expect(nearest([10, 20, 60], 0)).toBe(0);
  });
});
