/** What is asked about a cluster's settings, in words: each with its ways and the effect of each. Pure. */
import type { SettingInForce } from "./protocol";

export interface Way {
  readonly value: string;
  readonly name: string;
  /** What it does to packets. */
  readonly effect: string;
}

/** A setting that the page offers. One with two ways of which one is `true` is a switch. */
export interface Offer {
  readonly key: string;
  readonly title: string;
  readonly ways: readonly Way[];
}

const way = (value: string, name: string, effect: string): Way => ({ value, name, effect });

export const OFFERS: readonly Offer[] = [
  {
    key: "proxy",
    title: "kube-proxy mode",
    ways: [
      way("iptables", "iptables", "Chains of rules; a Service's pods are drawn one rule after the other."),
      way("nftables", "nftables", "Maps find the Service at once; one rule draws among its pods."),
    ],
  },
  {
    key: "cni",
    title: "Pod network",
    ways: [
      way("bridge", "bridge", "Pods of a node are plugged into one bridge, cni0."),
      way("ptp", "ptp", "Each pod has a cable of its own; the node routes between them. As in kind."),
    ],
  },
  {
    key: "overlay",
    title: "Between nodes",
    ways: [
      way("host-gw", "routes (host-gw)", "Nodes send pods' packets to each other as they are."),
      way("vxlan", "VXLAN", "Nodes wrap pods' packets into packets of their own."),
    ],
  },
  {
    key: "neighbors",
    title: "Start with empty neighbour tables",
    ways: [
      way("warm", "off", "Everybody knows everybody's hardware address, as after earlier traffic."),
      way("cold", "on", "ARP asks first: who has this address? Question and answer are packets of their own."),
    ],
  },
  {
    key: "sysctl.net.bridge.bridge-nf-call-iptables",
    title: "Bridged packets pass the rules (br_netfilter)",
    ways: [
      way("1", "on", "What crosses the bridge is seen by iptables and conntrack, too."),
      way("0", "off", "What crosses the bridge is seen by nobody: two pods of one node may lose each other's answers."),
    ],
  },
  {
    key: "cni.hairpinMode",
    title: "Hairpin",
    ways: [
      way(
        "true",
        "on",
        "A port of the bridge sends back what came in by it: a pod reaches itself through its Service.",
      ),
      way("false", "off", "A port never sends back what came in by it: such a packet is lost."),
    ],
  },
];

export interface Row {
  readonly offer: Offer;
  readonly setting: SettingInForce;
  /** The way that is in force; a value that the page does not know stands for itself. */
  readonly now: Way;
}

/** The offers that this server knows, as they are now. */
export function rows(settings: readonly SettingInForce[]): Row[] {
  const known = new Map(settings.map((setting) => [setting.key, setting]));
  return OFFERS.flatMap((offer) => {
    const setting = known.get(offer.key);
    if (!setting) return [];
    const now = offer.ways.find(({ value }) => value === setting.value) ?? way(setting.value, setting.value, "");
    return [{ offer, setting, now }];
  });
}

/** A switch has two ways, on and off. */
export const isSwitch = ({ ways }: Offer): boolean => ways.some(({ name }) => name === "on");

/** All that is other than its default, with one thing changed: what an upload's `set` fields say. */
export function chosenWith(settings: readonly SettingInForce[], key: string, value: string): string[] {
  const chosen = settings.filter((setting) => setting.chosen && setting.key !== key);
  return [...chosen, { key, value }].map((one) => `${one.key}=${one.value}`);
}

/** How many of the offered settings are other than usual, for the button. */
export const countChosen = (settings: readonly SettingInForce[]): number =>
  rows(settings).filter(({ setting }) => setting.chosen).length;
