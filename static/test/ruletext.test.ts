import { describe, expect, it } from "vitest";
import type { RuleRef } from "../src/protocol";
import { decides, elementOf, missedIn, partsOf } from "../src/ruletext";

const rule = (text: string, verdict = ""): RuleRef => ({
  table: "ip kube-proxy",
  chain: "services",
  number: 1,
  text,
  verdict,
});

describe("a rule", () => {
  it("of iptables does what stands after -j", () => {
    expect(partsOf(rule("-A KUBE-SEP-A -p tcp -j DNAT --to-destination 10.0.0.1:80"))).toEqual({
      when: "-A KUBE-SEP-A -p tcp ",
      does: "-j DNAT --to-destination 10.0.0.1:80",
      comment: "",
    });
  });

  it.each([
    ["ip daddr . meta l4proto . th dport vmap @service-ips", "vmap @service-ips"],
    ["meta l4proto tcp dnat ip to 10.0.0.1:80", "dnat ip to 10.0.0.1:80"],
    [
      "meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade",
      "meta mark set meta mark ^ 0x00004000 masquerade",
    ],
    [
      "numgen random mod 2 vmap { 0 : goto endpoint-A, 1 : goto endpoint-B }",
      "numgen random mod 2 vmap { 0 : goto endpoint-A, 1 : goto endpoint-B }",
    ],
    ["ct state new jump firewall-check", "jump firewall-check"],
    ["jump services", "jump services"],
  ])("of nftables does its first statement that is no match: %s", (text, does) => {
    const parts = partsOf(rule(text));
    expect(parts.does).toBe(does);
    expect(parts.when + parts.does).toBe(text);
  });

  it("has its comment aside", () => {
    expect(partsOf(rule('ip daddr @cluster-ips reject comment "Reject it: drop"'))).toEqual({
      when: "ip daddr @cluster-ips ",
      does: "reject",
      comment: "Reject it: drop",
    });
  });

  it("with a map tells what the map said", () => {
    expect(elementOf(rule("th dport vmap @service-nodeports", "goto external-A"))).toEqual({
      map: "service-nodeports",
      verdict: "goto external-A",
    });
    expect(missedIn("ip daddr @cluster-ips")).toBe("cluster-ips");
    expect(missedIn("ip daddr 10.96.0.0/12")).toBeNull();
  });

  it("that only leads on has decided nothing", () => {
    expect(decides({ matched: rule("jump services", "jump services"), changes: [] })).toBe(false);
    expect(decides({ matched: rule("-A A -j B", "JUMP:B"), changes: [] })).toBe(false);
    expect(decides({ matched: rule("drop", "drop"), changes: [] })).toBe(true);
  });
});
