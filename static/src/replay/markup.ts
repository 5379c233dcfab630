/** What a replay consists of, under the names that the panels look for: bar, picture, the step, time. */
import { h, icon } from "../dom";
import { t } from "../i18n";
import { legendSheet } from "../legend";

/** `panels`: with all the evidence; without, one sentence has to do. */
export interface Shape {
  readonly panels: boolean;
}

export function layOut(root: HTMLElement, { panels }: Shape): void {
  root.classList.add("ws", "replay");
  root.classList.toggle("small", !panels);
  const parts = [bar(), picture(), side(panels), time(), h("div", { ...LIVE }), legendSheet()];
  root.append(...parts);
}

const LIVE = { class: "visually-hidden", id: "live", lang: "en", "aria-live": "polite" };

function bar(): HTMLElement {
  const round = (id: string, name: string, sign: string): HTMLElement =>
    h("button", { class: "quiet round", type: "button", id, "aria-label": name, title: name }, icon(sign));
  const theme = round("theme", t("replay.theme"), "theme");
  const help = round("how-to-read", t("legend.title"), "help");
  return h(
    "header",
    { class: "bar" },
    h("h1", { class: "replay-title", id: "replay-title" }),
    h("span", { class: "replay-verdict", id: "replay-verdict" }),
    h("div", { class: "tools" }, h("span", { id: "replay-origin" }), theme, help),
  );
}

function picture(): HTMLElement {
  return h("main", { class: "pic" }, h("div", { id: "picture", role: "region", "aria-label": t("replay.graph") }));
}

function side(panels: boolean): HTMLElement {
  const now = h(
    "div",
    { class: "now" },
    h("div", { class: "where", id: "where" }),
    h("p", { class: "say", id: "say" }, t("replay.reading")),
    h("p", { class: "foot-step", id: "foot-step" }),
    more(),
    h("p", { class: "trust", id: "trust" }),
  );
  return h("aside", { class: "side", "aria-label": t("replay.step") }, now, panels ? sections() : null);
}

function more(): HTMLElement {
  return h(
    "details",
    { class: "more" },
    h("summary", {}, t("replay.how")),
    h("p", { id: "mechanism", lang: "en" }),
    h("p", { class: "mono", id: "kernel", lang: "en" }),
    h("p", { class: "mono dim", id: "function" }),
  );
}

function sections(): HTMLElement {
  const changed = h(
    "section",
    { class: "changed", id: "changed", "aria-hidden": "true" },
    h("h2", {}, t("replay.changed"), " ", h("span", { id: "changed-where" })),
    h("div", { id: "changed-body" }),
  );
  const steps = h(
    "section",
    { id: "all-steps" },
    h("h2", {}, t("replay.every-step")),
    h("ol", { id: "steps", "aria-label": t("replay.steps"), tabindex: "-1" }),
  );
  return h(
    "div",
    { class: "panels" },
    h("section", { class: "result", id: "result", role: "region", "aria-label": t("replay.result"), hidden: true }),
    changed,
    section("headers", t("replay.headers")),
    section("rules", t("replay.rules")),
    section("manifest", t("replay.manifest")),
    section("commands", t("replay.commands"), t("replay.commands.title")),
    steps,
  );
}

function section(id: string, name: string, title = name): HTMLElement {
  return h(
    "section",
    { id, role: "region", "aria-label": name },
    h("h2", {}, h("span", { id: `${id}-title` }, title), " ", h("span", { id: `${id}-note` })),
    h("div", { id: `${id}-body` }),
  );
}

function time(): HTMLElement {
  const controls = h(
    "div",
    { class: "ctl" },
    control("first", t("replay.first")),
    control("previous", t("replay.previous"), t("replay.previous.short")),
    h("button", { type: "button", id: "play", class: "play" }),
    control("next", t("replay.next"), t("replay.next")),
    control("last", t("replay.last")),
    h(
      "span",
      { class: "count" },
      `${t("replay.count")} `,
      h("b", { id: "count" }, "0"),
      h("br"),
      h("span", { id: "total" }),
    ),
    h("button", { type: "button", id: "speed", class: "speed" }),
  );
  const slider = h("input", {
    type: "range",
    id: "slider",
    "aria-label": t("replay.slider"),
    min: "0",
    max: "0",
    value: "0",
    disabled: true,
  });
  const strip = h(
    "div",
    { class: "strip" },
    h("div", { class: "legs", id: "legs", "aria-hidden": "true" }),
    slider,
    h("div", { class: "forks", id: "forks" }),
    h("div", { class: "folds", id: "folds" }),
  );
  return h("footer", { class: "time" }, controls, strip);
}

function control(id: string, name: string, word = ""): HTMLElement {
  return h("button", { type: "button", id, "aria-label": name }, icon(id), word ? h("span", {}, word) : null);
}
