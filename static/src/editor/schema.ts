/** What may be written at a place of a manifest, by the schema that the loader reads by. Pure. */
import type { ManifestSchema } from "../protocol";
import { ENTRY, type Place } from "./place";

export interface Offer {
  readonly label: string;
  /** What kind of thing it is, in a word or two. */
  readonly detail: string;
  /** What is written; `INDENT` stands for the column where the place begins. */
  readonly text: string;
}

type Value = string | number | readonly (number | string)[];

/** The words for a type in simulator/manifests/schema.py that has no further shape. */
const LABELS = "text by key";
const TOP = ["apiVersion", "kind"];

/** `pairs` are the labels that the files have: selectors are made of them. */
export function offersAt(schema: ManifestSchema, place: Place, pairs: ReadonlySet<string>): Offer[] {
  if (place.path.length === 0) {
    if (place.field === "kind") return schema.kinds.map(({ kind, api_version }) => word(kind, api_version));
    if (place.field === "apiVersion") return versions(schema, place.kind);
  }
  const known = schema.kinds.find(({ kind }) => kind === place.kind);
  const shape = known && descend(schema, known.shape, place.path);
  if (place.field !== null) return words(schema, place.field).map((one) => word(one, place.field!));
  const offers: Offer[] = place.path.length === 0 ? TOP.map((name) => plain(name, "text")) : [];
  if (typeof shape === "number") offers.push(...fields(schema.shapes[shape]!, place.column));
  else if (shape === LABELS) offers.push(...[...pairs].map((pair) => word(pair, "label")));
  else if (shape !== undefined) offers.push(...words(schema, place.path.at(-2) ?? "").map((one) => word(one, "")));
  return offers.filter(({ label }) => !place.beside.has(label) && !place.beside.has(label.split(":")[0]!));
}

function descend(schema: ManifestSchema, root: number, path: readonly string[]): Value | undefined {
  let value: Value | undefined = root;
  for (const name of path) {
    if (name === ENTRY) value = Array.isArray(value) ? (value as readonly (number | string)[])[0] : undefined;
    else value = typeof value === "number" ? (schema.shapes[value]![name] as Value | undefined) : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

function fields(shape: Readonly<Record<string, Value>>, column: number): Offer[] {
  const inside = `\n${" ".repeat(column + 2)}`;
  return Object.entries(shape).map(([name, value]) => {
    if (Array.isArray(value)) return { label: name, detail: "list", text: `${name}:${inside}- ` };
    if (typeof value === "number" || value === LABELS)
      return { label: name, detail: "fields", text: `${name}:${inside}` };
    return plain(name, value === "any" ? "" : String(value));
  });
}

function versions(schema: ManifestSchema, kind: string | null): Offer[] {
  const found = schema.kinds.filter((one) => kind === null || one.kind === kind).map(({ api_version }) => api_version);
  return [...new Set(found)].map((version) => word(version, ""));
}

const words = (schema: ManifestSchema, field: string): readonly string[] => schema.words[field] ?? [];
const word = (label: string, detail: string): Offer => ({ label, detail, text: label });
const plain = (name: string, detail: string): Offer => ({ label: name, detail, text: `${name}: ` });

const BLOCK = /^(\s*)(?:- )?labels:\s*$/;
const FLOW = /labels:\s*\{([^}]*)\}/g;
const PAIR = /^\s*([\w./-]+):\s*["']?([\w.-]+)["']?\s*$/;

/** "app: web": every label that stands below `labels`, in block and in flow style. */
export function labelPairs(text: string): Set<string> {
  const found = new Set<string>();
  const add = (part: string): void => {
    const pair = PAIR.exec(part);
    if (pair) found.add(`${pair[1]}: ${pair[2]}`);
  };
  for (const [, inside] of text.matchAll(FLOW)) inside!.split(",").forEach(add);
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const block = BLOCK.exec(line);
    if (!block) return;
    for (const one of lines.slice(at + 1)) {
      if (!one.trim() || one.search(/\S/) <= block[1]!.length) return;
      add(one);
    }
  });
  return found;
}
