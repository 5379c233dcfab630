/** The packet's headers after the step. What changed is tinted, the old value struck through beside the new one. */
import { byId, h } from "../dom";
import type { Role } from "../graph/roles";
import type { Arp, Change, Packet } from "../protocol";
import { address, type View } from "./view";
import { packetTitle } from "../timeline";
import { t } from "../i18n";

const MARKS: Record<string, string> = { "0x4000": t("headers.masquerade"), "0x8000": t("headers.drop") };

export function showHeaders(view: View): void {
  const { step } = view;
  const changes = new Map(step.changes.map((change) => [change.field, change]));
  const count = changes.size;
  byId("headers-note").textContent = count === 0 ? t("headers.unchanged") : t("headers.changed", { count });
  byId("headers-body").replaceChildren(headers(step.packet, changes, view));
  byId("changed-where").textContent = t("headers.on", { host: step.host });
  byId("changed-body").replaceChildren(
    end(t("headers.from"), "src", "sport", view, changes),
    end(t("headers.to"), "dst", "dport", view, changes),
  );
}

type Changes = ReadonlyMap<string, Change>;

function headers(packet: Packet, changes: Changes, view: View): HTMLElement {
  const table = h("div", { class: "hdr" }, ...rows(packet, changes, view));
  if (!packet.vxlan) return table;
  table.classList.add("out");
  table.append(row("VXLAN", [`VNI ${packet.vxlan.vni}`], "overlay", null));
  const inner = h("div", { class: "hdr in" }, ...rows(packet.vxlan.inner, new Map(), view));
  table.append(inner);
  return table;
}

function rows(packet: Packet, changes: Changes, { roles }: View): HTMLElement[] {
  const { ip, l4, eth, mark, payload } = packet;
  const found: HTMLElement[] = [];
  if (eth) found.push(row("Ethernet", [`${eth.src} → ${eth.dst}`], null, null));
  if (l4.type === "arp") return [...found, ...question(l4, roles)];
  found.push(row(t("headers.ip-from"), [address(ip.src, roles)], roles.of(ip.src), changes.get("ip.src") ?? null));
  found.push(row(t("headers.ip-to"), [address(ip.dst, roles)], roles.of(ip.dst), changes.get("ip.dst") ?? null));
  const aged = changes.get("ip.ttl");
  if (aged) found.push(row("TTL", [String(ip.ttl)], null, aged));
  const name = ip.protocol;
  if (l4.type === "ndp") {
    found.push(row(name, [asksNeighbourFor(l4.icmpType), address(l4.target, roles)], null, null));
    found.push(row(t("headers.address"), [l4.lladdr], null, null));
  } else if (l4.type === "icmp") {
    found.push(row(name, [t("headers.type-code", { type: l4.icmpType, code: l4.code })], null, null));
    if (l4.quoted) found.push(row(t("headers.about"), [`${l4.quoted.ip.src} → ${l4.quoted.ip.dst}`], null, null));
  } else if ("sport" in l4) {
    const [from, to] = [changes.get(`${l4.type}.sport`) ?? null, changes.get(`${l4.type}.dport`) ?? null];
    if (from || to) {
      if (from) found.push(row(`${name} from`, [String(l4.sport)], roles.of(ip.src), from));
      if (to) found.push(row(`${name} to`, [String(l4.dport)], roles.of(ip.dst), to));
    } else {
      found.push(
        row(
          name,
          [`${l4.sport} → ${l4.dport}`, " ", h("small", {}, l4.type === "udp" ? "" : packetTitle(l4))],
          null,
          null,
        ),
      );
    }
  }
  const marked = changes.get("mark") ?? null;
  const hex = `0x${mark.toString(16)}`;
  if (mark !== 0 || marked)
    found.push(row(t("headers.mark"), [hex, " ", h("small", {}, MARKS[hex] ?? "")], null, marked));
  if (payload) found.push(row(t("headers.data"), [payload], null, null));
  return found;
}

/** ARP has no IP header: it says who asks, or who answers, for whom. */
function question({ operation, sha, spa, tpa }: Arp, roles: View["roles"]): HTMLElement[] {
  if (operation !== "request")
    return [row("ARP", [address(spa, roles), t("headers.is-at", { address: sha })], null, null)];
  return [
    row("ARP", [t("headers.who-has"), address(tpa, roles), "?"], null, null),
    row(t("headers.tell"), [address(spa, roles)], null, null),
  ];
}

const asksNeighbourFor = (type: number): string => (type === 135 ? t("headers.who-has") : t("headers.here-is"));

function row(
  name: string,
  value: (HTMLElement | string)[],
  role: Role | "overlay" | null,
  change: Change | null,
): HTMLElement {
  const old = change ? h("s", {}, change.old) : null;
  const look = change ? `row chg r-${role ?? "plain"}` : "row";
  return h("div", { class: look }, h("span", { class: "k" }, name), h("span", { class: "v" }, old, ...value));
}

/** For the projector: one end of the packet, large. */
function end(
  title: string,
  side: "src" | "dst",
  port: "sport" | "dport",
  { step, roles }: View,
  changes: Changes,
): HTMLElement {
  const { ip, l4 } = step.packet;
  const moved = changes.get(`ip.${side}`);
  const moving = moved ?? changes.get(`${l4.type}.${port}`);
  const number = "sport" in l4 ? `:${l4[port]}` : "";
  const before = `${moved?.old ?? ip[side]}${changes.get(`${l4.type}.${port}`)?.old ? `:${changes.get(`${l4.type}.${port}`)!.old}` : number}`;
  return h(
    "div",
    { class: `end r-${roles.of(ip[side])}${moving ? " chg" : ""}` },
    h("span", {}, moving ? title : t("headers.as-before", { end: title })),
    moving ? h("s", { class: "mono" }, before) : null,
    h("b", { class: `mono${ip[side].length > 15 ? " long" : ""}` }, ip[side], h("small", {}, number)),
  );
}
