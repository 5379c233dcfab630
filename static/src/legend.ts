/** How to read it: the sheet that explains the picture, a step and the keys. */
import { h, icon, prose } from "./dom";
import { t, type Key } from "./i18n";

const ROLES = [
  ["client", "198.51.100.7"],
  ["service", "10.96.10.10"],
  ["pod", "10.244.2.10"],
  ["node", "192.168.56.11"],
  ["world", "198.51.100.0/24"],
  ["overlay", "VNI 1"],
  ["drop", "REJECT"],
] as const;
const PICTURE = [
  ...["plate", "loop", "gate", "arch", "assumed-pod", "unready-pod", "island", "tunnel", "fence", "ticket", "slip"],
  ...["trail", "cross", "back", "broken"],
] as const;
const STEP = ["row", "rule", "line"] as const;
const BADGES = ["verified", "modelled", "assumed"] as const;
/** Where a trace is played, and nothing else can be done. */
const PLAYING = [
  ["step", "← →"],
  ["phase", "Shift →"],
  ["skip", "S"],
  ["play", "Space"],
  ["ends", "Home End"],
  ["projector", "P"],
  ["help", "?"],
] as const;
const WORKING = [
  ["choice", "C"],
  ["find", "/"],
  ["ask", "A"],
  ["replay", "R"],
  ["matrix", "M"],
  ["edit", "E"],
] as const;

/** `fidelity`: the page that says what each badge stands on, where there is one. */
export function legend(fidelity: string | null): HTMLElement[] {
  return [
    h("p", { class: "lead" }, t("legend.lead")),
    h("ul", { class: "roles" }, ...ROLES.map(role)),
    h(
      "div",
      { class: "legend-columns" },
      section("legend.picture", h("dl", {}, ...PICTURE.flatMap((name) => said(name as "plate")))),
      section("legend.step", h("dl", {}, ...STEP.flatMap(said), ...BADGES.flatMap((name) => badge(name, fidelity)))),
      section("legend.keys", keys(fidelity !== null), h("p", {}, ...prose(t("legend.timeline")))),
    ),
  ];
}

/** The sheet, still empty, for pages that don't bring one along. */
export function legendSheet(): HTMLDialogElement {
  const close = h("form", { method: "dialog" }, h("button", { class: "quiet" }, t("legend.close")));
  const title = h("h2", { id: "help-title" }, t("legend.title"));
  return h("dialog", { id: "help", "aria-labelledby": "help-title" }, close, title, h("div", { id: "legend" }));
}

function role([name, address]: (typeof ROLES)[number]): HTMLElement {
  const words = ` ${t(`legend.role.${name}.says`)} `;
  return h("li", { class: name }, icon(name), h("b", {}, t(`legend.role.${name}`)), words, h("code", {}, address));
}

const section = (title: Key, ...parts: HTMLElement[]): HTMLElement =>
  h("section", {}, h("h3", {}, t(title as "legend.picture")), ...parts);

const said = (name: "plate" | (typeof STEP)[number]): HTMLElement[] => [
  h("dt", {}, t(`legend.${name}`)),
  h("dd", {}, ...prose(t(`legend.${name}.says`))),
];

function badge(name: (typeof BADGES)[number], fidelity: string | null): HTMLElement[] {
  const held = name === "verified" && fidelity !== null;
  const more = held ? h("a", { href: fidelity }, t("legend.what-exactly")) : null;
  return [
    h("dt", {}, h("span", { class: `badge ${name}` }, t(`badge.${name}`))),
    h("dd", {}, t(`legend.${name}.says`), more ? " " : null, more),
  ];
}

function keys(working: boolean): HTMLElement {
  const all = [...PLAYING.slice(0, -2), ...(working ? WORKING : []), ...PLAYING.slice(-2)];
  const rows = all.flatMap(([name, signs]) => [
    h("dt", {}, ...signs.split(" ").flatMap((sign) => [h("kbd", {}, sign), " "])),
    h("dd", {}, t(`legend.key.${name}`)),
  ]);
  return h("dl", { class: "keys" }, ...rows);
}
