/** What is asked about a cluster's settings, in words: each with its ways and the effect of each. Pure. */
import { t } from "./i18n";
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
  /** None: it is written, and `effect` says what it does. */
  readonly ways: readonly Way[];
  readonly effect?: string;
  /** Rarely changed: it stands further below. */
  readonly rare?: boolean;
}

const way = (value: string, name: string, effect: string): Way => ({ value, name, effect });

/** The two ways of a switch. */
export const ON = t("settings.on");
export const OFF = t("settings.off");

export const OFFERS: readonly Offer[] = [
  {
    key: "proxy",
    title: t("settings.proxy"),
    ways: [
      way("iptables", "iptables", t("settings.proxy.iptables")),
      way("nftables", "nftables", t("settings.proxy.nftables")),
    ],
  },
  {
    key: "cni",
    title: t("settings.cni"),
    ways: [way("bridge", "bridge", t("settings.cni.bridge")), way("ptp", "ptp", t("settings.cni.ptp"))],
  },
  {
    key: "overlay",
    title: t("settings.overlay"),
    ways: [
      way("host-gw", t("settings.overlay.host-gw"), t("settings.overlay.host-gw.effect")),
      way("vxlan", "VXLAN", t("settings.overlay.vxlan.effect")),
    ],
  },
  {
    key: "neighbors",
    title: t("settings.neighbors"),
    ways: [way("warm", OFF, t("settings.neighbors.warm")), way("cold", ON, t("settings.neighbors.cold"))],
  },
  {
    key: "sysctl.net.bridge.bridge-nf-call-iptables",
    title: t("settings.bridge-nf"),
    ways: [way("1", ON, t("settings.bridge-nf.on")), way("0", OFF, t("settings.bridge-nf.off"))],
  },
  {
    key: "cni.hairpinMode",
    title: t("settings.hairpin"),
    ways: [way("true", ON, t("settings.hairpin.on")), way("false", OFF, t("settings.hairpin.off"))],
  },
];

/** What stands further below. Those without ways are written; empty means the default again. */
const RARE: readonly Offer[] = [
  {
    key: "policy",
    title: t("settings.policy"),
    ways: [
      way("generic", "generic", t("settings.policy.generic")),
      way("none", t("settings.none"), t("settings.policy.none")),
    ],
  },
  {
    key: "policy.hostNetworkPods",
    title: t("settings.host-pods"),
    ways: [way("policed", ON, t("settings.host-pods.on")), way("unpoliced", OFF, t("settings.host-pods.off"))],
  },
  {
    key: "listen",
    title: t("settings.listen"),
    ways: [
      way("declared", t("settings.listen.declared"), t("settings.listen.declared.effect")),
      way("all", t("settings.listen.all"), t("settings.listen.all.effect")),
    ],
  },
  {
    key: "addons",
    title: t("settings.addons"),
    ways: [way("auto", ON, t("settings.addons.on")), way("none", OFF, t("settings.addons.off"))],
  },
  {
    key: "proxy.masqueradeAll",
    title: t("settings.masquerade-all"),
    ways: [way("true", ON, t("settings.masquerade-all.on")), way("false", OFF, t("settings.masquerade-all.off"))],
  },
  {
    key: "proxy.detectLocalMode",
    title: t("settings.local-mode"),
    ways: ["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"].map((mode) =>
      way(mode, mode, t("settings.local-mode.effect")),
    ),
  },
  ...(
    [
      ["net.ipv4.ip_forward", t("settings.ip-forward.effect")],
      ["net.ipv6.conf.all.forwarding", t("settings.ip-forward.effect")],
      ["net.bridge.bridge-nf-call-ip6tables", t("settings.bridge-nf.on")],
    ] as const
  ).map(([name, effect]) => ({
    key: `sysctl.${name}`,
    title: name,
    ways: [way("1", ON, effect), way("0", OFF, t("settings.sysctl.off"))],
  })),
  {
    key: "sysctl.net.ipv4.conf.all.rp_filter",
    title: "net.ipv4.conf.all.rp_filter",
    ways: ["0", "1", "2"].map((value) => way(value, value, t("settings.rp-filter.effect"))),
  },
  { key: "nodes", title: t("settings.nodes"), ways: [], effect: t("settings.nodes.effect") },
  { key: "clusterCIDR", title: t("settings.cluster-cidr"), ways: [], effect: t("settings.cluster-cidr.effect") },
  { key: "serviceCIDR", title: t("settings.service-cidr"), ways: [], effect: t("settings.service-cidr.effect") },
  {
    key: "proxy.nodePortAddresses",
    title: t("settings.node-ports"),
    ways: [],
    effect: t("settings.node-ports.effect"),
  },
  { key: "underlay", title: t("settings.underlay"), ways: [], effect: t("settings.underlay.effect") },
  { key: "router", title: t("settings.router"), ways: [], effect: t("settings.router.effect") },
  {
    key: "router.masquerade",
    title: t("settings.router-masquerade"),
    ways: [way("true", ON, t("settings.router-masquerade.on")), way("false", OFF, t("settings.router-masquerade.off"))],
  },
  { key: "controlPlane", title: t("settings.control-plane"), ways: [], effect: t("settings.control-plane.effect") },
  { key: "internet", title: t("settings.internet"), ways: [], effect: t("settings.internet.effect") },
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
  return [...OFFERS, ...RARE.map((offer) => ({ ...offer, rare: true }))].flatMap((offer: Offer) => {
    const setting = known.get(offer.key);
    if (!setting) return [];
    const now =
      offer.ways.find(({ value }) => value === setting.value) ?? way(setting.value, setting.value, offer.effect ?? "");
    return [{ offer, setting, now }];
  });
}

/** A switch has two ways, on and off. */
export const isSwitch = ({ ways }: Offer): boolean => ways.some(({ name }) => name === ON);

/** All that is other than its default, with one thing changed (empty: no more); what an upload's `set` fields say. */
export function chosenWith(settings: readonly SettingInForce[], key: string, value: string): string[] {
  const chosen = settings.filter((setting) => setting.chosen && setting.key !== key);
  const now = value === "" ? chosen : [...chosen, { key, value }];
  return now.map((one) => `${one.key}=${one.value}`);
}

/** How many of the offered settings are other than usual, for the button. */
export const countChosen = (settings: readonly SettingInForce[]): number =>
  rows(settings).filter(({ setting }) => setting.chosen).length;
