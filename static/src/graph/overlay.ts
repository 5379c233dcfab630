/** The HTML layer above the graph: all text, the envelope, tickets and marks. One transform follows pan and zoom. */
import { el, svg } from "./dom";
import type { Drawing, Zone } from "./drawing";
import type { Box, Point } from "./geometry";
import type { Letter } from "./envelope";
import { trim, type Fitting } from "./fitting";
import { BEYOND, type View } from "./glide";
import { icon } from "./icons";
import { Mover, shift } from "./motion";
import { seat, tail } from "./seat";
import { foldOf } from "./scene/fold";
import { writeWords } from "./text";

/** No text on the screen is smaller than this, however far away the reader is. */
const LEAST_TEXT = 10;
/** Where text is larger than this, three lines of it are higher than a Service on the shelf. */
const TWO_LINES = 15;
/** So long after the last movement the picture is at rest. */
const SETTLED = 200;
/** Text on a projector is this much larger than the drawing it stands in. */
const PROJECTOR = 1.56;

export class Overlay {
  readonly root = el("div", "picture-layer");
  private world = el("div", "picture-paper");
  private words = el("div", "layer");
  private tickets = el("div", "layer");
  private card = el("div", "card");
  private parcel = el("div", "parcel");
  private mark = el("div", "ending");
  private wedge = svg("polygon", { class: "wedge" });
  private leader = svg("polyline", { class: "leader" });
  private blocks: ReadonlyMap<string, HTMLElement[]> = new Map();
  private lines: readonly Fitting[] = [];
  private wish = 1;
  private least = LEAST_TEXT;
  private zoom = 0;
  private slid: ReturnType<typeof setTimeout> | undefined;
  private enlarged = 1;
  readonly mover = new Mover(this.parcel);

  constructor(container: HTMLElement) {
    const [under, over] = [this.leader, this.wedge].map((line) =>
      svg("svg", { class: "lines", "aria-hidden": "true" }, line),
    ) as [SVGElement, SVGElement];
    for (const part of [this.tickets, this.card, this.parcel, this.mark]) part.setAttribute("aria-hidden", "true");
    this.world.append(under, this.words, this.tickets, over, this.parcel, this.mark, this.card);
    this.root.append(this.world);
    this.root.style.inset = `${BEYOND}px`;
    container.append(this.root);
    this.hideLetter();
  }

  /** What is drawn in the picture's own measure. */
  get paper(): HTMLElement {
    return this.world;
  }

  draw(drawing: Drawing): void {
    const focused = document.activeElement?.closest<HTMLElement>(".words")?.dataset.of;
    const inside = this.words.contains(document.activeElement);
    const { all, blocks, lines } = writeWords(drawing);
    [this.blocks, this.lines] = [blocks, lines];
    this.trim();
    this.words.replaceChildren(all);
    if (inside && focused !== undefined) this.focusOn(focused);
  }

  /** While it is only moved about, the text is a picture of itself, which costs far less than writing it each frame. */
  private slides(): void {
    if (this.slid === undefined) this.world.style.willChange = "transform";
    clearTimeout(this.slid);
    this.slid = setTimeout(() => {
      this.slid = undefined;
      this.world.style.willChange = "";
    }, SETTLED);
  }

  /** Keys go on from where they were: at the same thing, or at what it has become. */
  private focusOn(id: string): void {
    const opened = id.replace(foldOf(""), "");
    const blocks = [id, foldOf(id), `${id}#plate`, opened, `${opened}#plate`].flatMap(
      (one) => this.blocks.get(one) ?? [],
    );
    blocks.find((block) => block instanceof HTMLButtonElement)?.focus({ preventScroll: true });
  }

  view({ pan, zoom }: View): void {
    if (zoom === this.zoom) this.slides();
    this.zoom = zoom;
    this.world.style.transform = `${shift(pan)} scale(${zoom})`;
    const wish = document.documentElement.dataset.theme === "projector" ? PROJECTOR : 1;
    const least = Math.min(20, Math.ceil((LEAST_TEXT / zoom) * 4) / 4);
    if (wish === this.wish && least === this.least) return;
    [this.wish, this.least] = [wish, least];
    this.enlarged = Math.max(wish, least / 11);
    this.world.style.setProperty("--k", String(wish));
    this.world.style.setProperty("--least", `${least}px`);
    this.world.classList.toggle("far", least > TWO_LINES);
    this.trim();
  }

  private trim(): void {
    trim(this.lines, (basis) => Math.max(basis * this.wish, this.least));
  }

  /** Set or clear a look on the words of some shapes. */
  note(look: string, ids: ReadonlySet<string>): void {
    for (const [id, blocks] of this.blocks) {
      for (const block of blocks) block.classList.toggle(look, ids.has(id));
    }
  }

  showLetter(letter: Letter, zone: Zone, head: Point, looks: { flip: boolean; parcel: boolean }): void {
    const at = this.seat(letter, zone);
    letter.card.classList.toggle("flip", looks.flip);
    this.parcel.classList.toggle("still", looks.parcel);
    this.card.replaceChildren(letter.card);
    this.card.hidden = false;
    this.parcel.hidden = false;
    const { wedge, leader } = tail(at, head, zone);
    this.wedge.setAttribute("points", pointsOf(wedge));
    this.leader.setAttribute("points", pointsOf(leader));
  }

  /** The envelope goes to the next machine while its packet is on the wire. */
  glide(letter: Letter, zone: Zone): void {
    this.seat(letter, zone);
  }

  private seat(letter: Letter, zone: Zone): Box {
    const at = seat(zone, letter, this.enlarged > 1.3 ? 1.12 : 1.06);
    this.card.style.transform = `${shift(at)} scale(${at.scale})`;
    return at;
  }

  /** While the packet is on its way only the parcel and the card move; the tail comes back at its end. */
  travel(on: boolean): void {
    this.root.classList.toggle("travelling", on);
  }

  hideLetter(): void {
    this.mover.stop();
    this.travel(false);
    this.card.hidden = this.parcel.hidden = this.mark.hidden = true;
    for (const line of [this.wedge, this.leader]) line.setAttribute("points", "");
  }

  /** How it ended; a policy that is to blame has a mark of its own, with its name. */
  showEnding(look: string | null, policy: string | null, at: Point): void {
    this.mark.hidden = look === null;
    this.mark.className = `ending ${policy ? "policy" : (look ?? "")}`;
    this.mark.replaceChildren(...(policy ? [icon("policy"), el("b", "", policy)] : []));
    this.mark.style.transform = shift(at);
    this.parcel.classList.toggle("ended", look !== null);
  }

  /** Cards at their homes: one pile for each machine, one tag for each pod. */
  showTickets(cards: { cards: HTMLElement[]; home: string }[], drawing: Drawing | null): void {
    const piles = cards.flatMap(({ cards, home }) => {
      const place = drawing?.tickets.get(home);
      if (!place) return [];
      const pile = el("div", home.startsWith("pod:") ? "pile tag" : "pile", ...cards);
      pile.style.transform = shift(place);
      pile.style.width = `${place.w}px`;
      return [pile];
    });
    this.tickets.replaceChildren(...piles);
  }

  remove(): void {
    clearTimeout(this.slid);
    this.mover.stop();
    this.root.remove();
  }
}

const pointsOf = (line: Point[]): string => line.map(({ x, y }) => `${x},${y}`).join(" ");
