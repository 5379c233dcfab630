/** The filters in force as chips over the picture, and the form that adds one. */
import { byId, h } from "../dom";
import { isNode } from "../graph/model";
import { t } from "../i18n";
import type { Graph } from "../protocol";
import { FILTERS, isEmpty, NO_FILTERS, withFilter, withoutFilter, type FilterName, type Filters } from "./filters";

const KINDS = ["Pod", "Service", "Deployment", "StatefulSet", "DaemonSet", "Job"];
/** As many as a list of suggestions can hold without being slow. */
const MOST_OFFERED = 500;

export class Chips {
  private readonly bar = byId("filters");
  private readonly list = byId("filter-chips");
  private readonly form = byId<HTMLFormElement>("filter-form");
  private readonly name = byId<HTMLSelectElement>("filter-name");
  private readonly value = byId<HTMLInputElement>("filter-value");
  private readonly offered = byId("filter-values");
  private graph: Graph | null = null;

  constructor(
    private filters: Filters,
    private readonly changed: (filters: Filters) => void,
  ) {
    const toggle = byId("filter-open");
    toggle.addEventListener("click", () => this.toggle(toggle));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.set(withFilter(this.filters, this.name.value as FilterName, this.value.value));
      this.value.value = "";
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.toggle(toggle);
      toggle.focus();
    });
    this.name.addEventListener("change", () => this.offer());
    this.draw();
  }

  setGraph(graph: Graph): void {
    this.graph = graph;
    this.bar.hidden = graph.pods.length + graph.services.length === 0 && isEmpty(this.filters);
    this.offer();
  }

  private toggle(button: HTMLElement): void {
    this.form.hidden = !this.form.hidden;
    button.setAttribute("aria-expanded", String(!this.form.hidden));
    if (!this.form.hidden) this.name.focus();
  }

  private set(filters: Filters): void {
    if (filters === this.filters) return;
    this.filters = filters;
    this.draw();
    this.changed(filters);
  }

  private draw(): void {
    const chips = FILTERS.flatMap((name) => this.filters[name].map((value) => this.chip(name, value)));
    if (chips.length > 1) {
      const all = h("button", { type: "button", class: "all" }, t("find.everything"));
      all.addEventListener("click", () => this.set(NO_FILTERS));
      chips.push(h("li", {}, all));
    }
    this.list.replaceChildren(...chips);
  }

  private chip(name: FilterName, value: string): HTMLElement {
    const label = t("find.remove-filter", { name: t(`filter.${name}`), value });
    const button = h(
      "button",
      { type: "button", "aria-label": label },
      h("small", {}, t(`filter.${name}`)),
      ` ${value} `,
      h("i", { "aria-hidden": "true" }, "×"),
    );
    button.addEventListener("click", () => {
      this.set(withoutFilter(this.filters, name, value));
      byId("filter-open").focus();
    });
    return h("li", {}, button);
  }

  /** What there is to choose from; anything else may be typed. */
  private offer(): void {
    const values = this.graph ? valuesOf(this.graph, this.name.value as FilterName) : [];
    this.offered.replaceChildren(...values.slice(0, MOST_OFFERED).map((value) => h("option", { value })));
  }
}

export function valuesOf(graph: Graph, name: FilterName): readonly string[] {
  if (name === "namespace") return graph.namespaces;
  if (name === "kind") return KINDS;
  if (name === "node") return graph.hosts.filter(isNode).map((host) => host.name);
  const labels = graph.pods.flatMap((pod) => Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`));
  return [...new Set(labels)].sort();
}
