/** What the picture is narrowed to, as the page's address says it. Pure. */

export type FilterName = "namespace" | "node" | "kind" | "label";
export const FILTERS: readonly FilterName[] = ["namespace", "node", "kind", "label"];

export type Filters = Readonly<Record<FilterName, readonly string[]>>;

export const NO_FILTERS: Filters = { namespace: [], node: [], kind: [], label: [] };
/** So many values a filter keeps; an address has an end. */
const MOST = 20;

/** Read from the query of an address. */
export function filtersOf(search: string): Filters {
  const query = new URLSearchParams(search);
  const read = (name: FilterName): string[] => [...new Set(query.getAll(name).filter(Boolean))].slice(0, MOST);
  return { namespace: read("namespace"), node: read("node"), kind: read("kind"), label: read("label") };
}

export function queryOf(filters: Filters): URLSearchParams {
  return new URLSearchParams(FILTERS.flatMap((name) => filters[name].map((value) => [name, value])));
}

export const isEmpty = (filters: Filters): boolean => FILTERS.every((name) => filters[name].length === 0);

export function withFilter(filters: Filters, name: FilterName, value: string): Filters {
  const clean = value.trim();
  if (!clean || filters[name].includes(clean) || filters[name].length >= MOST) return filters;
  return { ...filters, [name]: [...filters[name], clean] };
}

export function withoutFilter(filters: Filters, name: FilterName, value: string): Filters {
  return { ...filters, [name]: filters[name].filter((one) => one !== value) };
}

/** The query of an address with its filters replaced, and everything else as it was. */
export function replaced(search: string, filters: Filters): string {
  const query = new URLSearchParams(search);
  for (const name of FILTERS) query.delete(name);
  for (const [name, value] of queryOf(filters)) query.append(name, value);
  const text = query.toString();
  return text ? `?${text}` : "";
}
