/** What was clicked in the picture, and where its manifest says so. */
import type { Graph, Origin } from "../protocol";

export function originOf(graph: Graph, id: string): Origin | null {
  const pod = graph.pods.find((one) => id === one.id || id.startsWith(`${one.id}/`));
  if (pod) return pod.origin;
  return graph.services.find((service) => service.id === id)?.origin ?? null;
}
