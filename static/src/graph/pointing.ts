/** Mouse, touch and keys on the picture: picking things, unfolding islands, and showing who belongs together. */
import type { Core, EdgeSingular, EventObject } from "cytoscape";
import type { Point } from "./geometry";
import { BEYOND } from "./glide";
import type { Graph } from "./model";
import type { Overlay } from "./overlay";
import { foldOf } from "./scene/fold";

const FOLD = foldOf("");

export class Pointing {
  graph: Graph | null = null;
  picked: (id: string) => void = () => undefined;
  /** A cable was picked: the device that is plugged in with it, and where on the screen. */
  pulled: ((link: string, at: Point) => void) | null = null;

  constructor(
    private readonly cy: Core,
    private readonly overlay: Overlay,
    private readonly unfold: (id: string) => void,
  ) {
    cy.on("tap", "node", (event: EventObject) => this.pick(event.target.id() as string));
    cy.on("mouseover", "node", (event: EventObject) => this.light(event.target.id() as string));
    cy.on("mouseout", "node", () => this.light(null));
    this.cables();
    const { root } = overlay;
    root.addEventListener("click", (event) => {
      // A real click is a tap that Cytoscape has seen; what comes from a key has no detail.
      if (event.detail === 0) this.pick(ownerOf(event.target) ?? "");
    });
    root.addEventListener("focusin", (event) => this.light(ownerOf(event.target)));
    root.addEventListener("focusout", () => this.light(null));
  }

  /** What was found stands out until something else is pointed at. */
  mark(id: string): void {
    this.light(id);
    this.cy.nodes(".found").removeClass("found");
    this.cy.getElementById(id).addClass("found");
    this.cy.getElementById(`${id}#plate`).addClass("found");
  }

  /** Cables can be picked where somebody has a use for that. */
  private cables(): void {
    const { cy } = this;
    const point = (edge: EdgeSingular, on: boolean): void => {
      if (!this.pulled) return;
      edge.toggleClass("pointed", on);
      this.overlay.root.parentElement!.style.cursor = on ? "pointer" : "";
    };
    cy.on("mouseover", "edge[link]", (event: EventObject) => point(event.target as EdgeSingular, true));
    cy.on("mouseout", "edge[link]", (event: EventObject) => point(event.target as EdgeSingular, false));
    cy.on("tap", "edge[link]", (event: EventObject) => {
      const { x, y } = event.renderedPosition;
      this.pulled?.(event.target.data("link") as string, { x: x - BEYOND, y: y - BEYOND });
    });
  }

  private pick(id: string): void {
    if (id.startsWith(FOLD)) {
      this.unfold(id.slice(FOLD.length));
      return;
    }
    const folded = pickable(id);
    if (!folded) return;
    const node = this.cy.getElementById(id);
    if (folded.startsWith("island:") || node.hasClass("mini")) this.unfold(folded);
    else this.picked(folded);
  }

  /** A Service and the pods behind it light up together, and the rest steps back. */
  private light(id: string | null): void {
    const kin = id ? this.kinOf(pickable(id)) : new Set<string>();
    const aside = new Set<string>();
    this.cy.batch(() => {
      this.cy.nodes(".pod, .service").forEach((node) => {
        const here = kin.has(node.id());
        node.toggleClass("kin", here);
        node.toggleClass("aside", kin.size > 0 && !here);
        if (kin.size > 0 && !here) aside.add(node.id());
      });
    });
    this.overlay.note("kin", kin);
    this.overlay.note("aside", aside);
  }

  private kinOf(id: string): Set<string> {
    if (!this.graph) return new Set();
    const service = this.graph.services.find((one) => one.id === id);
    if (service) return new Set([id, ...service.endpoints]);
    const behind = this.graph.services.filter((one) => one.endpoints.includes(id));
    return behind.length ? new Set([id, ...behind.map((one) => one.id)]) : new Set();
  }
}

function ownerOf(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>("[data-of]")?.dataset.of ?? null) : null;
}

/** The element of the graph that a shape stands for: the plate for its node, a ghost for its Service. */
export function pickable(id: string): string {
  const [, ghost] = id.split("^");
  return ghost ?? id.replace(/#plate$/, "").replace(/^(.*\/flannel[^#]*)#in$/, "$1");
}
