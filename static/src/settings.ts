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
  readonly ways: readonly Way[];
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
export const isSwitch = ({ ways }: Offer): boolean => ways.some(({ name }) => name === ON);

/** All that is other than its default, with one thing changed: what an upload's `set` fields say. */
export function chosenWith(settings: readonly SettingInForce[], key: string, value: string): string[] {
  const chosen = settings.filter((setting) => setting.chosen && setting.key !== key);
  return [...chosen, { key, value }].map((one) => `${one.key}=${one.value}`);
}

/** How many of the offered settings are other than usual, for the button. */
export const countChosen = (settings: readonly SettingInForce[]): number =>
  rows(settings).filter(({ setting }) => setting.chosen).length;
