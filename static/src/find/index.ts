/** Finding things: the box, the card, the filters, and the part of a large cluster that is needed at the moment. */
import type { Picture } from "../graph";
import { t } from "../i18n";
import type { ManifestPanel } from "../panels/manifest";
import type { Picker } from "../picker/picker";
import type { Boot, ErrorAnswer, Found, Graph, Step } from "../protocol";
import type { Asked } from "../session";
import { FindBox } from "./box";
import { FoundCard } from "./card";
import { Chips } from "./chips";
import { filtersOf, isEmpty, replaced } from "./filters";
import { Lookup } from "./lookup";
import { GraphSource } from "./source";
import { suggestionsOf } from "./suggestions";

export interface FindNeeds {
  readonly boot: Boot;
  readonly picture: Picture;
  readonly picker: Picker;
  readonly manifest: ManifestPanel;
  readonly askFor: (asked: Pick<Asked, "from" | "to" | "protocol">) => void;
  /** Another part of the same cluster has come. */
  readonly changed: (graph: Graph) => void;
}

export class Finding {
  private readonly source: GraphSource;
  private readonly lookup: Lookup;
  private readonly box: FindBox;
  private readonly card: FoundCard;
  private readonly chips: Chips;
  private graph: Graph | null = null;

  constructor(private readonly needs: FindNeeds) {
    const { boot, picture, picker, manifest } = needs;
    this.source = new GraphSource(boot.graphUrl);
    this.source.filters = filtersOf(location.search);
    this.lookup = new Lookup(`${boot.workspaceUrl}/find`);
    this.box = new FindBox(
      this.lookup,
      (found) => void this.show(found),
      () => (this.graph ? suggestionsOf(this.graph) : []),
    );
    this.card = new FoundCard({
      from: (source) => picker.put("from", source),
      to: (target) => picker.put("to", target),
      manifest: (origin) => manifest.point(origin, t("find.in-manifests")),
      find: (question) => this.box.open(question),
    });
    this.chips = new Chips(this.source.filters, (filters) => {
      this.source.filters = filters;
      history.replaceState(null, "", replaced(location.search, filters) + location.hash || location.pathname);
      void this.again().then(() => picture.fit());
    });
    picture.onUnfold(() => {
      this.source.unfolded = picture.look.unfolded;
      if (this.graph?.folded) void this.again();
    });
  }

  open(): void {
    this.box.open();
  }

  /** The graph as far as it is needed. */
  async load(): Promise<Graph | ErrorAnswer> {
    this.source.unfolded = this.needs.picture.look.unfolded;
    const graph = await this.source.load();
    if (!("code" in graph)) this.has(graph);
    return graph;
  }

  /** A trace is here: of a cluster that is not whole, what it touches is fetched. */
  meet(steps: readonly Step[]): void {
    this.source.meet(steps);
    if (this.graph?.folded) void this.again();
  }

  private has(graph: Graph): void {
    this.graph = graph;
    this.chips.setGraph(graph);
    const far = graph.folded !== null;
    this.needs.picker.lookup = far ? (typed) => this.lookup.ask(typed, this.source.filters, 20) : null;
  }

  private async again(): Promise<void> {
    if (!this.source.stale) return;
    const graph = await this.source.load();
    if ("code" in graph) return this.needs.picker.refuse(graph);
    this.has(graph);
    this.needs.changed(graph);
  }

  private async show(found: Found): Promise<void> {
    if (found.asks) {
      this.needs.askFor(found.asks);
      return;
    }
    this.source.look([found.id, found.host].filter((id) => id !== null));
    if (this.graph?.folded || !isEmpty(this.source.filters)) await this.again();
    const height = found.id ? this.needs.picture.reveal(found.id, found.host) : null;
    if (found.origin && !found.id) this.needs.manifest.point(found.origin, t("find.in-manifests"));
    this.card.show(found, height !== null && height > 0.5);
  }
}
