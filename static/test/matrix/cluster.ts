import type { CellKind, Matrix, MatrixWorkload } from "../../src/protocol";

export const KINDS: CellKind[] = [
  { open: "none", words: "none", ports: [] },
  { open: "all", words: "all ports", ports: [{ protocol: "TCP", low: 1, high: 65535 }] },
  { open: "some", words: "TCP 8000-8999", ports: [{ protocol: "TCP", low: 8000, high: 8999 }] },
];

export function workload(namespace: string, name: string, alike: number, more: Partial<MatrixWorkload> = {}) {
  return {
    namespace,
    name,
    kind: "Deployment",
    alike,
    single: true,
    source: `${namespace}/${name}-0`,
    host: `${namespace}/${name}-0`,
    peer: null,
    ports: [{ protocol: "TCP", low: 8080, high: 8080 }],
    out: 1,
    in: 0,
    doors: [],
    probe: null,
    controller: null,
    url: null,
    ...more,
  } satisfies MatrixWorkload;
}

/** client may ask web at some ports; the two webs are alike. */
export const SHOP: Matrix = {
  workloads: [workload("a", "client", 0), workload("b", "web", 1), workload("b", "web-2", 1), workload("c", "db", 2)],
  kinds: KINDS,
  cells: [
    [1, 2, 0],
    [1, 1, 1],
    [0, 0, 0],
  ],
  policies: 1,
  enforced: true,
  outside: { to: "198.51.100.7:8081", protocol: "TCP" },
};
