import { describe, expect, it } from "vitest";
import { matching, receivers, senders, suggestion, type Groups } from "../src/picker/choices";
import type { Graph } from "../src/protocol";
import { shop } from "./graph/fixtures";

const counts = { pods: 5, services: 2, nodes: 2, problems: 0 };
const graph: Graph = {
  snapshot: "s",
  version: 1,
  files: [],
  assumptions: [],
  settings: [],
  counts,
  folded: null,
  ...shop(),
};
const values = (groups: Groups): string[] => groups.flatMap((group) => group.choices.map((choice) => choice.value));

describe("choices", () => {
  it("name pods, nodes and the internet as senders", () => {
    expect(values(senders(graph))).toEqual(expect.arrayContaining(["default/client-a", "node-a", "internet"]));
  });

  it("name Services with their ports as receivers", () => {
    expect(values(receivers(graph))).toEqual(expect.arrayContaining(["web.default:80", "db.default:80"]));
  });

  it("narrow to those that hold every typed word, the closest first", () => {
    expect(values(matching(senders(graph), "CLIENT"))).toEqual(["default/client-a", "default/client-b", "internet"]);
    expect(values(matching(senders(graph), "web 2.10"))).toEqual(["default/web-2"]);
    expect(matching(senders(graph), "nobody")).toEqual([]);
  });

  it("suggest a first question", () => {
    expect(suggestion(graph).to).toBe("web.default:80");
    expect(suggestion(graph).from).toBe("default/client-a");
  });
});
