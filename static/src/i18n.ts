/**
 * What the page says, in the reader's language. Every text stands in the catalogue (texts/en.ts is the measure, each
 * other language has the same keys); here it is filled in. Numbers are written as the language writes them: a port or
 * anything else that is a name rather than an amount goes in as a string.
 */
import { de } from "./texts/de";
import { en } from "./texts/en";

/** A text, or one for each plural category that a language has; `count` chooses among them. */
export type Text = string | { readonly one: string; readonly other: string };
export type Key = keyof typeof en;
export type Catalogue = Readonly<Record<Key, Text>>;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type NamesOf<T> = T extends { one: infer One; other: infer Other } ? "count" | Names<One> | Names<Other> : Names<T>;
/** What a text needs to be filled in: the names in braces in its English wording. */
export type Params<K extends Key> = { readonly [Name in NamesOf<(typeof en)[K]>]: string | number };
type Given<K extends Key> = keyof Params<K> extends never ? [] : [params: Params<K>];

export const CATALOGUES: Readonly<Record<string, Catalogue>> = { en, de };

/** The page's language, as the server has chosen it from what the browser asks for. */
export const language: string = typeof document === "undefined" ? "en" : document.documentElement.lang || "en";

/** For our own words amid a text that stays English: an attribute that says which language they are. */
export const own = (): { lang: string } => ({ lang: language });

/** A text of the catalogue in the page's language. */
export function t<K extends Key>(key: K, ...given: Given<K>): string {
  return write(language, key, given[0] ?? {});
}

/** The same in any language; English where a language is not there. */
export function write(into: string, key: Key, params: Readonly<Record<string, string | number>>): string {
  const text = (CATALOGUES[into] ?? en)[key];
  const chosen = typeof text === "string" ? text : text[categoryOf(into, Number(params["count"]))];
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === "number" ? number(value, into) : value;
  });
}

/** The same with nodes in the gaps, in the order of the language's own sentence. */
export function woven<K extends Key>(key: K, nodes: Readonly<Record<keyof Params<K>, Node>>): (string | Node)[] {
  const text = (CATALOGUES[language] ?? en)[key];
  const gaps: Readonly<Record<string, Node>> = nodes;
  const parts = (typeof text === "string" ? text : text.other).split(/\{(\w+)\}/);
  return parts.map((part, at) => (at % 2 ? (gaps[part] ?? part) : part));
}

export function number(value: number, into = language): string {
  return new Intl.NumberFormat(into).format(value);
}

/** A share between 0 and 1: "33.3 %" here, "33,3 %" there. */
export function percent(share: number, into = language): string {
  const digits = new Intl.NumberFormat(into, { maximumFractionDigits: 1 }).format(share * 100);
  return `${digits} %`;
}

/** A moment, in the reader's own time zone. */
export function moment(at: Date | string | number, into = language): string {
  return new Intl.DateTimeFormat(into, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

function categoryOf(into: string, count: number): "one" | "other" {
  return new Intl.PluralRules(into).select(count) === "one" ? "one" : "other";
}
