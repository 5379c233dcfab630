/** Breaking things: the bar that says what is broken and undoes it, and the menu of what can be broken at a place. */
import { answered } from "../ask";
import { byId, h, icon } from "../dom";
import type { Picture } from "../graph";
import type { Point } from "../graph/geometry";
import { BEYOND } from "../graph/glide";
import { isNode } from "../graph/model";
import { t } from "../i18n";
import type { BreakMenu, ErrorAnswer, Graph } from "../protocol";
import { about } from "../subject";
import { Cables, cutOf } from "./cables";
import { addTo, breakIt, faultsNow, mend, recall, send, sizeNow } from "./kept";
import { Marks } from "./marks";
import { placeOf } from "./places";
import { wordOf } from "./words";

export { addTo };

const SIZES = [0, 1400, 3000, 60_000];

interface Page {
  picture: Picture;
  workspaceUrl: string;
  /** Another cluster to ask about: send the packet again. */
  changed(): void;
  refused(answer: ErrorAnswer): void;
}

export class FaultsPanel {
  private readonly bar = byId("faults");
  private readonly opener = byId("faults-open");
  private readonly menu = byId("faults-menu");
  private readonly chips = byId("faults-list");
  private readonly pillSays = h("span");
  private readonly pill = h("button", { type: "button", class: "break-it" }, icon("broken"), this.pillSays);
  private readonly places = h("select", { id: "faults-at" });
  private readonly offers = h("div", { class: "offers" });
  private readonly marks: Marks;
  private readonly cables: Cables;
  private graph: Graph | null = null;
  private at = "";
  /** The place whose faults the menu shows. */
  private offered = "";
  /** What a click on the pill does. */
  private pilled: () => void = () => undefined;

  constructor(private readonly page: Page) {
    recall(location.search);
    this.marks = new Marks(page.picture);
    this.cables = new Cables(page.picture, (fault) => this.flip(fault));
    this.opener.addEventListener("click", () => this.toggle(this.menu.hidden !== false));
    this.menu.append(...this.frame());
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle(false);
      this.opener.focus();
    });
    this.pill.hidden = true;
    this.pill.addEventListener("click", () => this.pilled());
    page.picture.onDraw(() => this.draw());
    page.picture.onCable((link, at) => this.offerCut(link, at));
    // Beside the picture and not in it: a press on it must not pick what is drawn below.
    this.bar.before(this.pill);
    page.picture.parts.cy.on("viewport", () => (this.pill.hidden = true));
    this.list();
  }

  setGraph(graph: Graph): void {
    this.graph = graph;
    const group = (label: string, options: [string, string][]): HTMLElement | null =>
      options.length ? h("optgroup", { label }, ...options.map(([value, name]) => h("option", { value }, name))) : null;
    const machines = graph.hosts.map(({ id, name }): [string, string] => [id, name]);
    const pods = graph.pods.map(({ id }): [string, string] => [id, id.slice("pod:".length)]);
    this.places.replaceChildren(
      ...[group(t("ask.nodes"), machines), group(t("ask.pods"), pods)].filter((g) => g !== null),
    );
    this.draw();
  }

  /** Something was picked on the picture: offer to break it, right there. */
  offer(id: string): void {
    if (!/^(pod|node|host):/.test(id)) {
      this.pill.hidden = true;
      return;
    }
    this.at = id;
    const { cy } = this.page.picture.parts;
    const found = [id, `${id}#plate`].map((one) => cy.getElementById(one)).find((one) => one.nonempty());
    if (!found) return;
    const { x2, y1 } = found.renderedBoundingBox({ includeLabels: false });
    const corner = { x: x2 - BEYOND - 12, y: y1 - BEYOND - 14 };
    this.showPill(t("faults.break-it"), corner, () => void this.openAt(this.at));
  }

  /** A cable was picked: pull it, or plug it in again. */
  private offerCut(link: string, { x, y }: Point): void {
    const fault = cutOf(link);
    const words = faultsNow().includes(fault) ? t("faults.plug-in") : t("faults.cut");
    this.showPill(words, { x: x + 10, y: y - 14 }, () => {
      this.pill.hidden = true;
      this.flip(fault);
    });
  }

  private showPill(words: string, { x, y }: Point, does: () => void): void {
    this.pillSays.textContent = words;
    this.pilled = does;
    this.pill.hidden = false;
    const most = byId("picture").clientWidth - this.pill.offsetWidth - 8;
    this.pill.style.transform = `translate(${Math.max(8, Math.min(x, most))}px, ${Math.max(8, y)}px)`;
  }

  draw(): void {
    if (!this.graph) return;
    this.marks.draw(faultsNow(), this.graph);
    this.cables.draw(faultsNow());
  }

  private frame(): HTMLElement[] {
    const size = h("select", { id: "faults-size" }, ...SIZES.map((one) => this.sizeOption(one)));
    size.addEventListener("change", () => {
      send(Number(size.value));
      this.page.changed();
    });
    if (!SIZES.includes(sizeNow())) size.append(this.sizeOption(sizeNow()));
    size.value = String(sizeNow());
    this.places.addEventListener("change", () => void this.openAt(this.places.value));
    return [
      h("h2", {}, t("faults.title")),
      h("p", { class: "row" }, h("label", { for: "faults-at" }, t("faults.where")), this.places),
      this.offers,
      h("p", { class: "row" }, h("label", { for: "faults-size" }, t("faults.size")), size),
    ];
  }

  private sizeOption(size: number): HTMLOptionElement {
    return h("option", { value: String(size) }, size ? t("faults.bytes", { size }) : t("faults.few"));
  }

  private toggle(open: boolean): void {
    this.menu.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) void this.openAt(this.at || this.firstNode);
  }

  private get firstNode(): string {
    return this.graph?.hosts.find(isNode)?.id ?? this.places.value;
  }

  /** What can be broken there, by name. */
  private async openAt(at: string): Promise<void> {
    if (at !== this.offered) this.offers.replaceChildren(); // what is offered elsewhere must not be taken for here
    this.at = at;
    this.pill.hidden = true;
    this.menu.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.point(at);
    const url = about(`${this.page.workspaceUrl}/faults?at=${encodeURIComponent(at)}`);
    const found = await answered<BreakMenu>(url);
    if ("code" in found) {
      this.page.refused(found);
      return;
    }
    if (found.at !== this.at) return;
    const rows = found.faults.map(({ fault, label, says }) => {
      const button = h("button", { type: "button", title: says }, label);
      button.setAttribute("aria-pressed", String(faultsNow().includes(fault)));
      button.addEventListener("click", () => this.flip(fault));
      return h("li", {}, button);
    });
    this.offered = found.at;
    this.offers.replaceChildren(rows.length ? h("ul", {}, ...rows) : h("p", { class: "none" }, t("faults.nothing")));
    if (!this.menu.contains(document.activeElement)) this.offers.querySelector("button")?.focus();
  }

  /** The list of places shows where we are; a device gets a line of its own. */
  private point(at: string): void {
    const known = [...this.places.options].some(({ value }) => value === at);
    if (!known) this.places.append(h("option", { value: at }, at.replace(/^\w+:/, "")));
    this.places.value = at;
  }

  private flip(fault: string): void {
    if (faultsNow().includes(fault)) mend(fault);
    else if (!breakIt(fault)) {
      this.page.refused({ code: "too-many-faults", message: t("faults.most"), hint: t("faults.most.hint") });
      return;
    }
    this.update();
  }

  private update(): void {
    this.list();
    this.draw();
    for (const button of this.offers.querySelectorAll("button")) button.removeAttribute("disabled");
    if (this.menu.hidden === false) void this.openAt(this.at);
    this.page.changed();
  }

  /** What is broken, each undone by one click. */
  private list(): void {
    const faults = faultsNow();
    this.bar.classList.toggle("some", faults.length > 0);
    const chips = faults.map((fault) => {
      const name = this.graph ? placeOf(fault, this.graph).name : fault.slice(fault.indexOf(":") + 1);
      const told = `${name.replace(/=\d+$/, "")}: ${wordOf(fault)}`;
      const undo = h(
        "button",
        { type: "button", "aria-label": t("faults.undo-what", { what: told }) },
        t("faults.undo"),
      );
      undo.addEventListener("click", () => this.undo(fault));
      return h("li", {}, icon("broken"), h("span", {}, told), undo);
    });
    if (faults.length > 1) {
      const all = h("button", { type: "button", class: "all" }, t("faults.undo-all"));
      all.addEventListener("click", () => this.undo(null));
      chips.push(h("li", { class: "all" }, all));
    }
    this.chips.replaceChildren(...chips);
  }

  private undo(fault: string | null): void {
    mend(fault);
    this.update();
    (this.chips.querySelector("button") ?? this.opener).focus();
  }
}
