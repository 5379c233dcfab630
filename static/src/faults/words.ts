/** A fault in a word or two, in the reader's language. */
import { t } from "../i18n";
import { kindOf, valueOf } from "./places";

const WORDS: Readonly<Record<string, () => string>> = {
  "pod-stopped": () => t("fault.pod-stopped"),
  "pod-crashed": () => t("fault.pod-crashed"),
  "pod-unready": () => t("fault.pod-unready"),
  "pod-terminating": () => t("fault.pod-terminating"),
  "node-drained": () => t("fault.node-drained"),
  "node-cut": () => t("fault.node-cut"),
  "node-lost": () => t("fault.node-lost"),
  "proxy-stopped": () => t("fault.proxy-stopped"),
  "proxy-flushed": () => t("fault.proxy-flushed"),
  "link-cut": () => t("fault.link-cut"),
  "hairpin-off": () => t("fault.hairpin-off"),
  "route-forgotten": () => t("fault.route-forgotten"),
  "neighbor-forgotten": () => t("fault.neighbor-forgotten"),
  "fdb-forgotten": () => t("fault.fdb-forgotten"),
  "sysctl-off": () => t("fault.sysctl-off"),
  "sysctl-on": () => t("fault.sysctl-on"),
  "icmp-filtered": () => t("fault.icmp-filtered"),
  "port-blocked": () => t("fault.port-blocked"),
  "conntrack-full": () => t("fault.conntrack-full"),
};

export function wordOf(fault: string): string {
  const kind = kindOf(fault);
  return kind === "mtu" ? t("fault.mtu", { value: valueOf(fault) }) : (WORDS[kind]?.() ?? kind);
}
