/** A conntrack ticket: what a node remembers of a connection, so that the answer finds home. */
import { el } from "./dom";
import type { Roles } from "./roles";
import { translated, type Ticket } from "./tickets";
import { t } from "../i18n";

export function ticketCard(ticket: Ticket, others: number, roles: Roles): HTMLElement {
  const { original, reply } = ticket;
  const really = translated(ticket);
  const looks = ["ticket", ...(ticket.fresh ? ["fresh", ticket.event] : []), ...(others ? ["stacked"] : [])];
  const card = el("div", looks.join(" "));
  card.append(el("div", "ticket-head", el("b", "", "conntrack"), el("span", "", ticket.state)));
  const write = (address: string, port: string, before = "", after = ""): void => {
    const end = port ? `:${port}` : "";
    const length = address.length + end.length + before.length + after.length;
    const long = length > 21 ? " longest" : length > 18 ? " long" : "";
    card.append(el("div", `ticket-line ${roles.of(address)}${long}`, `${before}${address}${end}${after}`));
  };
  write(original.src, original.sport);
  write(original.dst, original.dport, really ? "" : "→ ");
  if (really) write(really.src, really.sport, "→ ");
  const disguised = reply.dst !== original.src || reply.dport !== original.sport;
  if (disguised) write(reply.dst, reply.dport, t("picture.as"));
  if (others) card.append(el("div", "ticket-more", `+${others}`));
  return card;
}
