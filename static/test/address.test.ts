import { describe, expect, it } from "vitest";
import { addressOf, stepOf } from "../src/address";
import { shell } from "../src/panels/commands";
import { nearest } from "../src/strip";

const question = { from: "default/client", to: "http://web:80/?a=1&b=2", protocol: "TCP", seed: 3 };

describe("the address", () => {
  it("says what is seen, and is read back", () => {
    const address = new URL(addressOf("/w/abc/", question, 11), "http://localhost");
    expect(Object.fromEntries(address.searchParams)).toEqual({ ...question, seed: "3" });
    expect(stepOf(address.hash)).toBe(11);
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
