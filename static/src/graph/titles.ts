/** What a packet calls itself on the flap of its envelope. */
import type { Change, Packet } from "./model";
import { asksName } from "./says";
import { t } from "../i18n";

const FLAGS: Record<string, string> = {
  S: "SYN",
  SA: "SYN-ACK",
  A: "ACK",
  PA: "data",
  R: "RST",
  AR: "RST",
  RA: "RST",
  F: "FIN",
  FA: "FIN",
};

const ICMP: Record<string, string> = {
  "3/0": "network unreachable",
  "3/1": "host unreachable",
  "3/3": "port unreachable",
  "3/13": "prohibited",
  "11/0": "time exceeded",
  "8/0": "echo request",
  "0/0": "echo reply",
};

const ICMPV6: Record<string, string> = {
  "1/0": "no route",
  "1/1": "prohibited",
  "1/3": "address unreachable",
  "1/4": "port unreachable",
  "3/0": "time exceeded",
  "128/0": "echo request",
  "129/0": "echo reply",
};

/** A frame by which machines ask each other for a hardware address, while the packet itself waits. */
export const asksNeighbour = ({ l4 }: Packet): boolean => l4.type === "arp" || l4.type === "ndp";

export function titleOf(packet: Packet): string {
  const { ip, l4, payload } = packet;
  if (asksName(packet)) return payload.includes(" = ") ? t("picture.dns-answer") : t("picture.dns-question");
  if (l4.type === "tcp") return `TCP ${FLAGS[l4.flags] ?? l4.flags}`;
  if (l4.type === "udp") return `UDP${payload ? " data" : ""}`;
  if (l4.type === "sctp") return `SCTP ${l4.chunk}`;
  if (l4.type === "arp") return `ARP ${l4.operation}`;
  if (l4.type === "ndp") return l4.icmpType === 135 ? "neighbour solicitation" : "neighbour advertisement";
  const code = `${l4.icmpType}/${l4.code}`;
  const name = (ip.protocol === "ICMPv6" ? ICMPV6 : ICMP)[code] ?? "";
  return `${ip.protocol} ${code} ${name}`.trim();
}

export interface Row {
  side: "from" | "to";
  address: string;
  port: number | null;
  /** What stood here before this step, if the step wrote over it. */
  was: { address: string; port: string } | null;
}

export function rowsOf(packet: Packet, changes: readonly Change[]): Row[] {
  const { l4 } = packet;
  const old = (field: string): string | undefined =>
    changes.find((change) => change.field === field || change.field.endsWith(`.${field}`))?.old;
  const row = (side: "from" | "to", end: "src" | "dst", port: "sport" | "dport"): Row => {
    const now = "sport" in l4 ? l4[port] : null;
    const [address, number] = [old(`ip.${end}`), old(port)];
    const changed = address !== undefined || number !== undefined;
    const was = { address: address ?? packet.ip[end], port: number ?? String(now ?? "") };
    return { side, address: packet.ip[end], port: now, was: changed ? was : null };
  };
  return [row("from", "src", "sport"), row("to", "dst", "dport")];
}
