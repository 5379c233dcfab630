import { describe, expect, it } from "vitest";
import { cellOf, CONTROLLER, OUTSIDE, sheet, type Line } from "../../src/matrix/lines";
import { probeOf, questionOfCell } from "../../src/matrix/question";
import type { Matrix, MatrixWorkload } from "../../src/protocol";
import { SHOP, workload } from "./cluster";

const ALL = { namespace: "", name: "", end: "both", fold: false } as const;
const [client, web, , db] = sheet(SHOP, ALL).rows as [Line, Line, Line, Line];
const line = (...members: MatrixWorkload[]): Line => ({ ...web, members });

/** What is asked of a web with these ports. */
function port(kind: number, ports: MatrixWorkload["ports"]): unknown {
  const matrix: Matrix = { ...SHOP, cells: [[0, kind]] };
  return questionOfCell(matrix, client, line(workload("b", "web", 1, { ports })));
}

describe("the question of a cell", () => {
  it("goes to a port that is open and declared", () => {
    expect(questionOfCell(SHOP, client, web)).toEqual({ from: "a/client-0", to: "b/web-0:8080", protocol: "TCP" });
  });

  it("else to an open port, else to a declared one", () => {
    expect(port(2, [{ protocol: "TCP", low: 9090, high: 9090 }])).toMatchObject({ to: "b/web-0:8000" });
    expect(port(0, [{ protocol: "UDP", low: 53, high: 53 }])).toMatchObject({ to: "b/web-0:53", protocol: "UDP" });
    expect(port(1, [])).toMatchObject({ to: "b/web-0:80", protocol: "TCP" });
  });

  it("goes to another pod where a workload asks itself", () => {
    const two = line(workload("b", "web", 1, { single: false, peer: "b/web-1" }));
    expect(questionOfCell(SHOP, two, two)).toMatchObject({ from: "b/web-0", to: "b/web-1:8080" });
    const folded = line(workload("b", "web", 1), workload("b", "web-2", 1));
    expect(questionOfCell(SHOP, folded, folded)).toMatchObject({ from: "b/web-0", to: "b/web-2-0:8080" });
  });

  it("leaves the cluster for somebody who listens", () => {
    expect(questionOfCell(SHOP, client, OUTSIDE)).toMatchObject({ from: "a/client-0", to: "198.51.100.7:8081" });
  });

  it("comes by a URL of an Ingress in the row of its controller, which is there with Ingresses only", () => {
    const url = "http://shop.example/";
    const shop: Matrix = {
      ...SHOP,
      workloads: [workload("b", "web", 0, { controller: 2, url }), workload("c", "db", 1, { controller: 0 })],
    };
    const { rows, columns } = sheet(shop, ALL);
    expect(rows.map((one) => one.title)).toEqual(["web", "db", CONTROLLER.title, OUTSIDE.title]);
    expect(columns.map((one) => one.title)).toEqual(["web", "db", OUTSIDE.title]);
    expect(cellOf(shop, CONTROLLER, columns[0]!)!.words).toBe("TCP 8000-8999");
    expect(questionOfCell(shop, CONTROLLER, columns[0]!)).toEqual({ from: "internet", to: url, protocol: "TCP" });
    expect(questionOfCell(shop, CONTROLLER, columns[1]!)).toContain("No Ingress");
    expect(sheet(SHOP, ALL).rows).not.toContain(CONTROLLER);
  });

  it("comes in by a door, if there is one", () => {
    const doors = [{ to: "node-a:30080", protocol: "TCP" }];
    const open = line(workload("b", "web", 1, { doors }));
    expect(questionOfCell(SHOP, OUTSIDE, open)).toEqual({ from: "internet", to: "node-a:30080", protocol: "TCP" });
    expect(questionOfCell(SHOP, OUTSIDE, db)).toContain("No Service leads there");
  });

  it("may be the kubelet's", () => {
    const probe = { from: "node-a", to: "b/web-0:8080", protocol: "TCP" };
    expect(probeOf(line(workload("b", "web", 1), workload("b", "web-2", 1, { probe })))).toBe(probe);
    expect(probeOf(web)).toBeNull();
  });

  it("is none where nobody runs, or where there is only itself", () => {
    const stopped = line(workload("b", "web", 1, { source: null, host: null }));
    expect(questionOfCell(SHOP, stopped, client)).toContain("nobody to ask");
    expect(questionOfCell(SHOP, client, stopped)).toContain("nobody to ask");
    expect(questionOfCell(SHOP, db, db)).toContain("itself");
  });
});
