import { describe, expect, it } from "vitest";
import { chosenWith, countChosen, isSwitch, OFFERS, rows } from "../src/settings";

const setting = (key: string, value: string, usual: string) => ({
  key,
  value,
  default: usual,
  chosen: value !== usual,
});
const known = [
  setting("proxy", "nftables", "iptables"),
  setting("nodes", "3", "0"),
  setting("overlay", "host-gw", "host-gw"),
  setting("cni", "calico", "bridge"),
];

describe("the settings of a cluster", () => {
  it("are offered as far as the server knows them", () => {
    expect(rows(known).map(({ offer, now }) => [offer.key, now.name])).toEqual([
      ["proxy", "nftables"],
      ["cni", "calico"],
      ["overlay", "routes (host-gw)"],
      ["nodes", "3"],
    ]);
  });

  it("say all that was chosen when one is changed", () => {
    expect(chosenWith(known, "overlay", "vxlan")).toEqual(["proxy=nftables", "nodes=3", "cni=calico", "overlay=vxlan"]);
    expect(chosenWith(known, "nodes", "")).toEqual(["proxy=nftables", "cni=calico"]);
    expect(chosenWith(known, "proxy", "iptables")).toEqual(["nodes=3", "cni=calico", "proxy=iptables"]);
  });

  it("are counted where they are not as usual", () => {
    expect(countChosen(known)).toBe(3);
  });

  it("are switches or lists, and every way says what it does", () => {
    expect(OFFERS.filter(isSwitch).map(({ key }) => key)).toContain("neighbors");
    for (const { ways } of OFFERS) for (const { effect } of ways) expect(effect).toMatch(/\.$/);
  });
});
