import { describe, expect, it } from "vitest";
import { cellOf, foldable, nameOf, namespaces, sheet, type Filter } from "../../src/matrix/lines";
import { KINDS, SHOP, workload } from "./cluster";

const ALL: Filter = { namespace: "", name: "", end: "both", fold: false };
const names = (filter: Partial<Filter>) => {
  const { rows, columns } = sheet(SHOP, { ...ALL, ...filter });
  return { rows: rows.map(nameOf), columns: columns.map(nameOf) };
};

describe("the lines of the matrix", () => {
  it("are all workloads and the outside", () => {
    const { rows, columns } = names({});
    expect(rows).toEqual(["a/client", "b/web", "b/web-2", "c/db", "outside"]);
    expect(columns).toEqual(rows);
  });

  it("are filtered by namespace and by part of a name", () => {
    expect(names({ namespace: "b" }).rows).toEqual(["b/web", "b/web-2", "outside"]);
    expect(names({ name: "WEB-" }).rows).toEqual(["b/web-2", "outside"]);
    expect(names({ name: "nobody" }).rows).toEqual([]);
  });

  it("may be filtered at one end only", () => {
    expect(names({ name: "db", end: "from" }).rows).toEqual(["c/db", "outside"]);
    expect(names({ name: "db", end: "from" }).columns).toHaveLength(5);
    expect(names({ name: "db", end: "to" }).columns).toEqual(["c/db", "outside"]);
  });

  it("fold those that are treated alike", () => {
    expect(names({ fold: true }).rows).toEqual(["a/client", "b/web and 1 more", "c/db", "outside"]);
    expect(foldable(SHOP.workloads)).toBe(true);
    expect(foldable(SHOP.workloads.slice(0, 2))).toBe(false);
  });

  it("do not fold across namespaces, or where the outside makes a difference", () => {
    expect(foldable([workload("a", "x", 0), workload("b", "x", 0)])).toBe(false);
    expect(foldable([workload("a", "x", 0), workload("a", "y", 0, { in: 1 })])).toBe(false);
  });

  it("know their namespaces", () => expect(namespaces(SHOP)).toEqual(["a", "b", "c"]));
});

describe("a cell", () => {
  const { rows } = sheet(SHOP, ALL);
  const [client, web, web2, db, outside] = rows as [
    (typeof rows)[0],
    (typeof rows)[0],
    (typeof rows)[0],
    (typeof rows)[0],
    (typeof rows)[0],
  ];

  it("says what the row may open to the column", () => {
    expect(cellOf(SHOP, client, web)).toBe(KINDS[2]);
    expect(cellOf(SHOP, web, client)).toBe(KINDS[1]);
    expect(cellOf(SHOP, client, db)).toBe(KINDS[0]);
  });

  it("says nothing of a pod and itself, but something of two that are alike", () => {
    expect(cellOf(SHOP, web, web)).toBeNull();
    expect(cellOf(SHOP, web, web2)).toBe(KINDS[1]);
    const folded = sheet(SHOP, { ...ALL, fold: true }).rows[1]!;
    expect(cellOf(SHOP, folded, folded)).toBe(KINDS[1]);
  });

  it("says what goes out and what comes in", () => {
    expect(cellOf(SHOP, client, outside)).toBe(KINDS[1]);
    expect(cellOf(SHOP, outside, client)).toBe(KINDS[0]);
    expect(cellOf(SHOP, outside, outside)).toBeNull();
  });
});
