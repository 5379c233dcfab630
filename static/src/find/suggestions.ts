/** Questions to begin with, made of names that are in this cluster. Pure. */
import { isNode } from "../graph/model";
import type { Graph } from "../protocol";

export function suggestionsOf(graph: Pick<Graph, "pods" | "services" | "hosts">): string[] {
  const own = graph.services.filter(({ assumed, id }) => !assumed && id !== "svc:default/kubernetes");
  const service = own.find(({ ready }) => ready > 0) ?? own[0];
  const pods = graph.pods.filter(({ assumed, addresses }) => !assumed && addresses.length > 0);
  const client = pods.find(({ services }) => services.length === 0) ?? pods[0];
  const label = pods.flatMap(({ labels }) => Object.entries(labels))[0];
  const node = graph.hosts.find(isNode);
  const address = service?.clusterIPs[0] ?? client?.addresses[0];
  const port = service?.ports[0]?.port;
  return [
    service ? service.name : client?.name,
    address,
    port ? `port ${port}` : null,
    label ? `${label[0]}=${label[1]}` : null,
    service ? `who can reach ${service.namespace}/${service.name}` : null,
    client && service && service.ports.length ? `from ${client.name} to ${service.name}` : null,
    client ? `who shares a segment with ${client.name}` : null,
    node ? `what connects ${node.name}` : null,
    "bottlenecks",
  ].filter((text) => text !== null && text !== undefined);
}
