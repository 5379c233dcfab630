/** What of the page is being looked at, as words for the end of its address: panel, depth, zoom, what is unfolded. Pure. */

/** Where the reader has moved the picture: the place in its middle, in the picture's own measure. */
export interface Look {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export interface Seen {
  readonly panel: string | null;
  /** How it works is open, too. */
  readonly deep: boolean;
  readonly look: Look | null;
  readonly unfolded: readonly string[];
}

export const AS_IT_COMES: Seen = { panel: null, deep: false, look: null, unfolded: [] };

const MOST_UNFOLDED = 40;
const LONGEST_ID = 600;

export function wordsOf({ panel, deep, look, unfolded }: Seen): string {
  const words: string[] = [];
  if (panel) words.push(`panel=${encodeURIComponent(panel)}`);
  if (deep) words.push("depth=mechanism");
  if (look) words.push(`look=${[look.zoom.toFixed(3), look.x.toFixed(0), look.y.toFixed(0)].join(",")}`);
  const open = unfolded.slice(0, MOST_UNFOLDED).filter((id) => id.length <= LONGEST_ID);
  if (open.length) words.push(`open=${open.map(encodeURIComponent).join(",")}`);
  return words.map((word) => `&${word}`).join("");
}

export function seenIn(hash: string): Seen {
  const said = new Map(hash.replace(/^#/, "").split("&").map(parted));
  const panel = plain(said.get("panel") ?? "");
  return {
    panel: /^[a-z-]{1,40}$/.test(panel) ? panel : null,
    deep: said.get("depth") === "mechanism",
    look: lookOf(said.get("look") ?? ""),
    unfolded: (said.get("open") ?? "").split(",", MOST_UNFOLDED).map(plain).filter(isId),
  };
}

function parted(word: string): [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}

function lookOf(text: string): Look | null {
  const found = /^(\d{1,2}(?:\.\d{1,4})?),(-?\d{1,6}),(-?\d{1,6})$/.exec(text);
  if (!found) return null;
  const zoom = Number(found[1]);
  return zoom >= 0.1 && zoom <= 4 ? { zoom, x: Number(found[2]), y: Number(found[3]) } : null;
}

const isId = (id: string): boolean => id !== "" && id.length <= LONGEST_ID;

function plain(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch (broken) {
    if (!(broken instanceof URIError)) throw broken;
    return "";
  }
}
