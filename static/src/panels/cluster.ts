/** The cluster's settings: what the manifests do not say, each with its default and its effect. A change asks again. */
import { byId, h } from "../dom";
import type { Boot, ErrorAnswer, Graph, WorkspaceCreated } from "../protocol";
import { chosenWith, countChosen, isSwitch, OFF, ON, rows, type Row } from "../settings";
import { t } from "../i18n";

interface Actions {
  /** The cluster is another one now. */
  changed(): Promise<void>;
  /** The change was made in a copy of one's own. */
  moved(url: string): void;
  refused(answer: ErrorAnswer): void;
}

const UPLOADS = "/api/v1/workspaces";

export class ClusterPanel {
  private readonly sheet = byId("cluster");
  private readonly opener = byId("cluster-open");
  private readonly form = byId<HTMLFormElement>("cluster-form");
  private readonly rare = h("details", { class: "rare" });
  private settings: Graph["settings"] = [];

  constructor(
    private readonly boot: Pick<Boot, "slug" | "editable" | "workspaceUrl">,
    private readonly act: Actions,
  ) {
    this.opener.addEventListener("click", () => {
      if (!this.sheet.hidden) this.close();
      else {
        this.open();
        byId("cluster-close").focus({ preventScroll: true });
      }
    });
    byId("cluster-close").addEventListener("click", () => this.close());
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.close();
    });
    this.form.addEventListener("change", (event) => {
      const field = event.target;
      if (field instanceof HTMLInputElement && field.type === "text") void this.change(field.name, field.value.trim());
      else if (field instanceof HTMLInputElement)
        void this.change(field.name, field.dataset[field.checked ? "on" : "off"]!);
      if (field instanceof HTMLSelectElement) void this.change(field.name, field.value);
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  open(): void {
    this.sheet.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
  }

  show({ settings }: Pick<Graph, "settings">): void {
    this.settings = settings;
    const count = countChosen(settings);
    byId("cluster-count").textContent = count ? String(count) : "";
    this.opener.setAttribute("aria-label", count ? t("settings.count", { count }) : t("settings.title"));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.id : "";
    const all = rows(settings);
    const rare = all.filter(({ offer }) => offer.rare);
    this.rare.replaceChildren(h("summary", {}, t("settings.rare")), ...rare.map(field));
    this.form.replaceChildren(
      ...all.filter(({ offer }) => !offer.rare).map(field),
      ...(rare.length ? [this.rare] : []),
    );
    if (focused.startsWith("set-")) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  private close(): void {
    this.sheet.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus({ preventScroll: true });
  }

  /** In a workspace of one's own it is changed; of anybody else's, a copy is made. */
  private async change(key: string, value: string): Promise<void> {
    if (this.form.ariaBusy) {
      this.show({ settings: this.settings });
      return;
    }
    const { editable, slug, workspaceUrl } = this.boot;
    const body = new FormData();
    const chosen = chosenWith(this.settings, key, value);
    for (const words of chosen.length ? chosen : [""]) body.append("set", words);
    if (!editable) body.append("copy", slug);
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(editable ? workspaceUrl : UPLOADS, { method: editable ? "PUT" : "POST", body });
      const told = (await answer.json()) as WorkspaceCreated | ErrorAnswer;
      if ("code" in told) this.refuse(told);
      else if (editable) await this.act.changed();
      else this.act.moved(told.url);
    } catch (lost) {
      if (!(lost instanceof TypeError || lost instanceof SyntaxError)) throw lost;
      this.refuse(UNREACHABLE);
    } finally {
      this.form.removeAttribute("aria-busy");
    }
  }

  private refuse(answer: ErrorAnswer): void {
    this.show({ settings: this.settings });
    this.act.refused(answer);
  }
}

function field({ offer, setting, now }: Row): HTMLElement {
  const { key, title, ways } = offer;
  const id = `set-${key}`;
  const usual = ways.find(({ value }) => value === setting.default)?.name ?? setting.default;
  const note = setting.chosen ? t("settings.usually", { way: usual }) : t("settings.default");
  const control = !ways.length
    ? line(id, key, setting)
    : isSwitch(offer)
      ? toggle(id, offer, now.value)
      : choice(id, offer, now.value);
  return h(
    "div",
    { class: setting.chosen ? "setting chosen" : "setting" },
    h("label", { for: id }, title),
    control,
    h("small", {}, note),
    h("p", { id: `${id}-effect` }, now.effect),
  );
}

/** Written by hand; where nothing is, the default stands there as an example. */
function line(id: string, key: string, setting: Row["setting"]): HTMLElement {
  const value = setting.chosen ? setting.value : "";
  const usual = key === "nodes" ? t("settings.nodes.usual") : setting.default || t("settings.all-addresses");
  const box = h("input", {
    type: "text",
    class: "mono",
    id,
    name: key,
    value,
    placeholder: usual,
    spellcheck: "false",
  });
  box.setAttribute("aria-describedby", `${id}-effect`);
  return box;
}

function toggle(id: string, { key, ways }: Row["offer"], value: string): HTMLElement {
  const [on, off] = [ON, OFF].map((name) => ways.find((one) => one.name === name)!.value);
  const box = h("input", { type: "checkbox", role: "switch", id, name: key, "data-on": on, "data-off": off });
  box.checked = value === on;
  box.setAttribute("aria-describedby", `${id}-effect`);
  return h("span", { class: "switch" }, box, h("b", { "aria-hidden": "true" }, value === on ? ON : OFF));
}

function choice(id: string, { key, ways }: Row["offer"], value: string): HTMLElement {
  const options = ways.map((one) => h("option", { value: one.value, selected: one.value === value }, one.name));
  if (!ways.some((one) => one.value === value)) options.push(h("option", { value, selected: true }, value));
  return h("select", { id, name: key, "aria-describedby": `${id}-effect` }, ...options);
}

const UNREACHABLE: ErrorAnswer = {
  code: "unreachable",
  message: t("no-answer"),
  hint: t("no-answer.unchanged"),
};
