/** A shape for each role, because colour never stands alone. */
import { path, svg } from "./dom";
import type { Role } from "./roles";

type Icon = Role | "overlay" | "policy";

const PATHS: Record<Icon, string> = {
  client: "M3 11h10M4 2h8v6h-8z",
  service: "M3 12V7a5 5 0 0 1 10 0v5",
  pod: "M8 1.5l5.5 3.2v6.6L8 14.5l-5.5-3.2V4.7z",
  node: "M2.5 3h11v4h-11zM2.5 9h11v4h-11z",
  world: "M1.5 12h13M4 8h8M6 4h4",
  overlay: "M2 4h12v8H2z",
  policy: "M2 6.5h12M2 11h12M3.5 14V4.5L4.8 2.5l1.2 2V14M7 14V4.5l1.2-2 1.2 2V14M10.4 14V4.5l1.2-2 1.2 2V14",
};

export function icon(role: Icon): SVGElement {
  const made = svg("svg", { viewBox: "0 0 16 16", class: `icon ${role}`, "aria-hidden": "true" });
  made.append(path(PATHS[role]));
  if (role === "service") made.setAttribute("stroke-dasharray", "2.5 2");
  return made;
}
