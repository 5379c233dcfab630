import { describe, expect, it } from "vitest";
import { placeAt } from "../../src/editor/place";
import { labelPairs, offersAt } from "../../src/editor/schema";
import type { ManifestSchema } from "../../src/protocol";

const SCHEMA: ManifestSchema = {
  kinds: [
    { kind: "Service", api_version: "v1", shape: 0 },
    { kind: "Ingress", api_version: "networking.k8s.io/v1", shape: 0 },
  ],
  shapes: [
    { metadata: 1, spec: 2 },
    { name: "text", labels: "text by key" },
    { type: "text", selector: "text by key", ports: [3], ipFamilies: ["text"] },
    { port: "a whole number", targetPort: "a number or text", protocol: "text" },
  ],
  words: { type: ["ClusterIP", "NodePort"], protocol: ["TCP", "UDP"], ipFamilies: ["IPv4", "IPv6"] },
};

/** The place of "|" in a manifest. */
function at(text: string) {
  const lines = text.split("\n");
  const row = lines.findIndex((line) => line.includes("|"));
  const column = lines[row]!.indexOf("|");
  lines[row] = lines[row]!.replace("|", "");
  return placeAt(lines, row, column);
}

const offered = (text: string, pairs: string[] = []): string[] =>
  offersAt(SCHEMA, at(text)!, new Set(pairs)).map(({ label }) => label);

describe("placeAt", () => {
  it("finds the fields above by indentation, over lists", () => {
    expect(at("kind: Service\nspec:\n  ports:\n    - port: 80\n      targ|")!).toMatchObject({
      kind: "Service",
      path: ["spec", "ports", "[]"],
      field: null,
      typed: "targ",
      column: 6,
    });
  });

  it("takes lists that stand as far left as their field", () => {
    expect(at("spec:\n  ports:\n  - port: 80\n  - |")!.path).toEqual(["spec", "ports", "[]"]);
    expect(at("spec:\n  ports:\n  - port: 80\n  type: |")!.path).toEqual(["spec"]);
  });

  it("knows the field whose value is written, and what stands beside it", () => {
    const place = at("kind: Service\nspec:\n  type: Node|\n  selector:\n    app: x\n---\nkind: Pod")!;
    expect(place).toMatchObject({ field: "type", typed: "Node" });
    expect([...place.beside]).toEqual(["selector"]);
  });

  it("stays inside its document", () => {
    expect(at("kind: Pod\nspec:\n  a: 1\n---\nmeta|\nkind: Service")!).toMatchObject({ kind: "Service", path: [] });
  });

  it("says nothing in comments, quotes and flow style", () => {
    for (const text of ["# kind: |", "a: {b|", 'a: "b|', "a: 1 # |"]) expect(at(text), text).toBeNull();
  });
});

describe("offersAt", () => {
  it("offers kinds, and the apiVersion of a kind", () => {
    expect(offered("kind: |")).toEqual(["Service", "Ingress"]);
    expect(offered("apiVersion: |\nkind: Ingress")).toEqual(["networking.k8s.io/v1"]);
  });

  it("offers the fields that are not there yet", () => {
    expect(offered("kind: Service\nspec:\n  type: NodePort\n  |")).toEqual(["selector", "ports", "ipFamilies"]);
    expect(offered("kind: Service\nspec:\n  ports:\n    - port: 80\n      |")).toEqual(["targetPort", "protocol"]);
  });

  it("offers the words of a field, also in a list", () => {
    expect(offered("kind: Service\nspec:\n  type: |")).toEqual(["ClusterIP", "NodePort"]);
    expect(offered("kind: Service\nspec:\n  ipFamilies:\n    - I|")).toEqual(["IPv4", "IPv6"]);
  });

  it("offers the labels that the files have for a selector", () => {
    expect(offered("kind: Service\nspec:\n  selector:\n    a|", ["app: web", "tier: front"])).toEqual([
      "app: web",
      "tier: front",
    ]);
  });

  it("offers nothing of kinds that it does not know", () => {
    expect(offered("kind: Gateway\nspec:\n  |")).toEqual([]);
  });
});

describe("labelPairs", () => {
  it("finds labels in block and flow style", () => {
    const text = "metadata:\n  labels:\n    app: web\n    tier: 'front'\n  name: x\nspec: {labels: {a: b, c: d}}";
    expect([...labelPairs(text)].sort()).toEqual(["a: b", "app: web", "c: d", "tier: front"]);
  });
});
