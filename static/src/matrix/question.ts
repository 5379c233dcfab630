/** What to ask to see a cell for oneself: who, whom, and a port that shows what the cell says. Pure. */
import type { CellKind, Matrix, MatrixWorkload, PortRange } from "../protocol";
import { cellOf, CONTROLLER, type Line } from "./lines";
import { t } from "../i18n";

export interface CellQuestion {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

const USUAL: PortRange = { protocol: "TCP", low: 80, high: 80 };

/** The question of a cell, or in words why there is none. */
export function questionOfCell(matrix: Matrix, row: Line, column: Line): CellQuestion | string {
  const kind = cellOf(matrix, row, column);
  if (!kind) return t("matrix.only-itself");
  if (row === CONTROLLER) return byUrl(column);
  if (!row.members.length) return throughDoor(column);
  const from = row.members.find((one) => one.source);
  if (!from) return t("matrix.no-pod");
  if (!column.members.length) return toOutside(matrix, from, kind);
  const others = column.members.filter((one) => one.host && one !== from);
  const to = others[0] ?? column.members.find((one) => one === from && one.peer);
  const host = to === from ? to?.peer : to?.host;
  if (!to || !host) return t("matrix.no-other-pod");
  const { protocol, low } = portOf(kind, to.ports);
  return { from: from.source!, to: `${host}:${low}`, protocol };
}

/** What the kubelet asks a pod of this column to see whether it is well; null where it does not. */
export const probeOf = (column: Line): CellQuestion | null => column.members.find((one) => one.probe)?.probe ?? null;

/** A port that is open and that somebody listens at; else an open one; else one that would be asked for. */
function portOf(kind: CellKind, declared: readonly PortRange[]): PortRange {
  if (kind.open === "none") return declared[0] ?? USUAL;
  const open = declared.find((port) => kind.ports.some((range) => covers(range, port)));
  if (open) return open;
  return kind.open === "all" ? USUAL : (kind.ports[0] ?? USUAL);
}

const covers = (range: PortRange, { protocol, low }: PortRange): boolean =>
  range.protocol === protocol && range.low <= low && low <= range.high;

function throughDoor(column: Line): CellQuestion | string {
  const door = column.members.flatMap((one) => one.doors)[0];
  return door ? { from: "internet", ...door } : t("matrix.no-door");
}

function byUrl(column: Line): CellQuestion | string {
  const to = column.members.find((one) => one.url)?.url;
  return to ? { from: "internet", to, protocol: "TCP" } : t("matrix.no-url");
}

function toOutside(matrix: Matrix, from: MatrixWorkload, kind: CellKind): CellQuestion {
  const { to, protocol } = matrix.outside;
  const at = to.lastIndexOf(":");
  const number = Number(to.slice(at + 1));
  const listening: PortRange = { protocol, low: number, high: number };
  const port = portOf(kind, [listening]);
  return { from: from.source!, to: `${to.slice(0, at)}:${port.low}`, protocol: port.protocol };
}
