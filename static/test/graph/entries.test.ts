import { describe, expect, it } from "vitest";
import { entriesAt, homesOf } from "../../src/graph/entries";
import { tell } from "../../src/graph/scene/story";
import { MOST_SLIPS, slipsOf, slipWords } from "../../src/graph/slips";
import type { Step } from "../../src/protocol";
import { packet, shop, step } from "./fixtures";

const sent = packet({ src: "10.244.1.100", dst: "10.244.2.10" });
const change = (table: string, event: string, entry: string, key = "") => ({ table, event, entry, key });
const at = (netns: string, ...state: Step["state"]): Step =>
  step(netns, "neighbor", sent, { state, host: netns.includes("/") ? "node-a" : netns });

const story = [
  at("default/client-a", change("neighbor", "created", "10.244.1.1 dev eth0 INCOMPLETE", "eth0 10.244.1.1")),
  at("default/client-a", change("neighbor", "updated", "10.244.1.1 dev eth0 lladdr a REACHABLE", "eth0 10.244.1.1")),
  at("node-a", change("affinity", "created", "src=10.244.1.100 ttl: 64", "sep 10.244.1.100")),
  at("node-a", change("affinity", "removed", "src=10.244.1.100 ttl: 64", "sep 10.244.1.100")),
];

describe("what the kernels remember", () => {
  it("is there from the step that made it, and not before", () => {
    expect(entriesAt(story, -1)).toEqual([]);
    expect(entriesAt(story, 0).map(({ text }) => text)).toEqual(["10.244.1.1 dev eth0 INCOMPLETE"]);
  });

  it("changes under one key, and says which step touched it", () => {
    expect(entriesAt(story, 2).map(({ netns, event, at }) => [netns, event, at])).toEqual([
      ["default/client-a", "updated", 1],
      ["node-a", "created", 2],
    ]);
  });

  it("goes when it is removed, and is there again when one steps back", () => {
    expect(entriesAt(story, 3)).toHaveLength(1);
    expect(entriesAt(story, 2)).toHaveLength(2);
  });

  it("is one entry too where nobody says a key", () => {
    const made =
      "tcp 6 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=4 dport=80 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=80 dport=4";
    const kept = made.replace("SYN_SENT", "ESTABLISHED");
    const steps = [at("node-a", change("conntrack", "created", made)), at("node-a", change("conntrack", "used", kept))];
    expect(entriesAt(steps, 1).map(({ text }) => text)).toEqual([kept]);
  });

  it("was there before, where it is found and nobody has made it", () => {
    const steps = [at("node-a"), at("node-a", change("affinity", "used", "src=10.244.1.100 ttl: 64", "sep"))];
    expect(entriesAt(steps, 0).map(({ event, at }) => [event, at])).toEqual([["", -1]]);
    expect(entriesAt(steps, 1).map(({ event, at }) => [event, at])).toEqual([["used", 1]]);
  });

  it("says beforehand how much room it takes", () => {
    expect(homesOf(story).get("node-a")).toEqual([{ table: "affinity", keys: new Set(["sep 10.244.1.100"]) }]);
    expect([...tell({ legs: [], steps: story }, shop()).slips]).toEqual([["node:node-a", 1]]);
  });
});

describe("a slip", () => {
  it("says what it is about, and what is known", () => {
    const words = (table: string, text: string) => Object.values(slipWords({ table, text })).join(" ");
    expect(words("neighbor", "10.244.1.1 dev eth0 INCOMPLETE")).toBe("ARP 10.244.1.1 who?");
    expect(words("neighbor", "10.244.1.1 dev eth0 lladdr node-a:cni0 REACHABLE")).toBe("ARP 10.244.1.1 ");
    expect(words("neighbor", "10.244.1.1 dev eth0 FAILED")).toBe("ARP 10.244.1.1 nobody");
    expect(words("neighbor", "fd00::1 dev eth0 INCOMPLETE")).toBe("ND fd00::1 who?");
    expect(words("affinity", "src=10.244.1.100 ttl: 64 last_seen: 4300000000")).toBe("sticky 10.244.1.100 ");
    expect(words("fdb", "node-b:flannel.1 dst 192.168.56.12 self permanent")).toBe("FDB node-b 192.168.56.12");
  });

  it("gives way to those touched later, and is counted", () => {
    const many = Array.from({ length: MOST_SLIPS + 2 }, (_, i) =>
      at("node-a", change("fdb", "created", `mac${i}`, `${i}`)),
    );
    const { shown, more } = slipsOf(entriesAt(many, many.length - 1), "node-a");
    expect(shown.map(({ text }) => text)).toEqual(["mac2", "mac3"]);
    expect(more).toBe(2);
  });
});
