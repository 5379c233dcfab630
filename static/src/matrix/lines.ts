/** The rows and columns of the matrix: workloads that pass the filter, folded where they are alike. Pure. */
import type { CellKind, Matrix, MatrixWorkload } from "../protocol";
import { t } from "../i18n";

/** A row or a column: one workload, several that are treated alike, or the outside (no members). */
export interface Line {
  readonly namespace: string;
  readonly title: string;
  readonly note: string;
  readonly members: readonly MatrixWorkload[];
}

/** Which end of a connection the filter is for. */
export type End = "both" | "from" | "to";

export interface Filter {
  readonly namespace: string;
  readonly name: string;
  readonly end: End;
  readonly fold: boolean;
}

export interface Sheet {
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
}

export const OUTSIDE: Line = { namespace: "", title: t("matrix.outside"), note: t("matrix.beyond"), members: [] };
/** What comes by an Ingress controller: a row only. */
export const CONTROLLER: Line = {
  namespace: "",
  title: t("matrix.controller"),
  note: t("matrix.by-ingress"),
  members: [],
};
/** From so many on, those alike are folded at first. */
export const MANY = 40;

export function sheet(matrix: Matrix, filter: Filter): Sheet {
  const { workloads } = matrix;
  const passed = workloads.filter((one) => passes(one, filter));
  const from = linesOf(filter.end === "to" ? workloads : passed, filter.fold);
  const to = linesOf(filter.end === "from" ? workloads : passed, filter.fold);
  const published = workloads.some((one) => one.controller !== null);
  return { rows: withOutside(from, published ? [CONTROLLER] : []), columns: withOutside(to) };
}

/** Whether folding makes it smaller. */
export function foldable(workloads: readonly MatrixWorkload[]): boolean {
  return linesOf(workloads, true).length < workloads.length;
}

export const namespaces = (matrix: Matrix): string[] => [...new Set(matrix.workloads.map((one) => one.namespace))];

/** What a cell says; null for a pod and itself. */
export function cellOf(matrix: Matrix, row: Line, column: Line): CellKind | null {
  const [from] = row.members;
  const [to] = column.members;
  if (row === CONTROLLER) return to && to.controller !== null ? matrix.kinds[to.controller]! : null;
  if (!from) return to ? matrix.kinds[to.in]! : null;
  if (!to) return matrix.kinds[from.out]!;
  if (from === to && from.single && row.members.length === 1 && column.members.length === 1) return null;
  return matrix.kinds[matrix.cells[from.alike]![to.alike]!]!;
}

/** The full name of a line, as it is read aloud. */
export function nameOf({ namespace, title }: Line): string {
  return namespace ? `${namespace}/${title}` : title;
}

const withOutside = (lines: Line[], more: Line[] = []): Line[] => (lines.length ? [...lines, ...more, OUTSIDE] : lines);

function passes(one: MatrixWorkload, { namespace, name }: Filter): boolean {
  if (namespace && one.namespace !== namespace) return false;
  return `${one.namespace}/${one.name} ${one.kind}`.toLowerCase().includes(name.trim().toLowerCase());
}

function linesOf(workloads: readonly MatrixWorkload[], fold: boolean): Line[] {
  const groups = new Map<string, MatrixWorkload[]>();
  for (const [index, one] of workloads.entries()) {
    const key = fold ? [one.namespace, one.alike, one.out, one.in, one.controller].join(" ") : String(index);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  const lines = [...groups.values()].map(lineOf);
  const order = new Map(lines.map((line) => [line.namespace, 0]));
  return fold ? [...order.keys()].flatMap((space) => lines.filter((line) => line.namespace === space)) : lines;
}

function lineOf(members: readonly MatrixWorkload[]): Line {
  const { namespace, name, kind } = members[0]!;
  const more = members.length - 1;
  const title = more ? t("matrix.and-more", { name, count: more }) : name;
  return { namespace, title, note: more ? members.map((one) => one.name).join(", ") : kind, members };
}
