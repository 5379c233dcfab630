/** The packet as an envelope: from and to, and what this step wrote over. */
import { el } from "./dom";
import { icon } from "./icons";
import type { Change, Packet } from "./model";
import type { Roles } from "./roles";
import type { Says } from "./says";
import { rowsOf, titleOf, type Row } from "./titles";
import { t } from "../i18n";

export const ENVELOPE = { w: 290, h: 76, changed: 94, outer: 150, said: 19 };
/** A line holds so many characters in the size of names, and in a smaller one; longer words take a second line. */
const LINE = { plain: 40, small: 47 };

export interface Letter {
  card: HTMLElement;
  w: number;
  h: number;
}

export function envelope(packet: Packet, changes: readonly Change[], roles: Roles, says: Says | null = null): Letter {
  if (packet.vxlan) return wrapped(packet, packet.vxlan.vni, packet.vxlan.inner, roles);
  const card = letter(packet, changes, roles);
  const written = rowsOf(packet, changes).filter((row) => row.was).length;
  const said = says ? linesOf(says) : [];
  if (said.length) card.append(el("div", "says", ...said));
  const height = ENVELOPE.h + written * (ENVELOPE.changed - ENVELOPE.h) + said.length * ENVELOPE.said;
  return { card, w: ENVELOPE.w, h: height };
}

/** At most three lines: what is asked or read, and below it the answer or the decision. */
function linesOf({ first, then }: Says): HTMLElement[] {
  const cut = first.length > LINE.small ? first.lastIndexOf(" · ", LINE.small) : -1;
  const parts = cut > 0 ? [first.slice(0, cut), first.slice(cut + 3)] : [first];
  const asked = parts.map((part) => el("div", part.length > LINE.plain ? "asked small" : "asked", part));
  return then ? [...asked, el("b", "", `→ ${then}`)] : asked;
}

function letter(packet: Packet, changes: readonly Change[], roles: Roles): HTMLElement {
  const flap = el("div", "flap", el("b", "", titleOf(packet)));
  if (packet.mark) flap.append(el("span", "mark", `mark 0x${packet.mark.toString(16)}`));
  if (packet.l4.type !== "arp") flap.append(el("span", "ttl", `ttl ${packet.ip.ttl}`));
  const card = el("div", "envelope", flap);
  for (const row of rowsOf(packet, changes)) card.append(...lines(row, roles));
  return card;
}

function lines(row: Row, roles: Roles): HTMLElement[] {
  const role = roles.of(row.address);
  const port = row.port === null ? "" : `:${row.port}`;
  const now = el(
    "div",
    `row ${row.side} ${role}`,
    el("small", "", t(`headers.${row.side}`)),
    icon(role),
    address(row.address, port),
  );
  if (!row.was) return [now];
  now.classList.add("rewritten");
  const old = row.was;
  const was = el("div", `row was ${roles.of(old.address)}`, el("small", "", t("headers.was")));
  was.append(el("i"), address(old.address, old.port ? `:${old.port}` : ""));
  return [was, now];
}

function address(text: string, port: string): HTMLElement {
  const length = text.length + port.length;
  const size = length > 34 ? " longest" : length > 22 ? " long" : "";
  return el("span", `address${size}`, text, el("span", "port", port));
}

/** One envelope in another: the outer one is hatched, the inner one is untouched. */
function wrapped(packet: Packet, vni: number, inner: Packet, roles: Roles): Letter {
  const port = packet.l4.type === "udp" ? packet.l4.dport : "";
  const head = el(
    "div",
    "outer-head",
    el("b", "", `VXLAN · VNI ${vni}`),
    el("span", "", `UDP ${port} · ttl ${packet.ip.ttl}`),
  );
  const ends = el("div", "outer-ends", icon("node"), packet.ip.src, el("span", "", " → "), el("b", "", packet.ip.dst));
  const note = el("div", "outer-note", t("headers.outside"));
  const card = el("div", "outer", el("div", "outer-text", head, ends, note), letter(inner, [], roles));
  return { card, w: ENVELOPE.w, h: ENVELOPE.outer };
}
