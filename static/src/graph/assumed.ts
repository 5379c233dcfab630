/** Add-ons that no manifest speaks of (a DNS server, a proxy) are drawn only where a trace comes to them. */
import type { Graph, Service, Step, TraceView } from "./model";

/** The graph without what is merely assumed, but for what this trace touches. */
export function touchedOnly(graph: Graph, trace: TraceView | null): Graph {
  if (!graph.pods.some(isAssumed) && !graph.services.some(isAssumed)) return graph;
  const steps = trace?.steps ?? [];
  const places = new Set(steps.map(({ netns }) => netns));
  const addresses = new Set(steps.flatMap(addressesOf));
  const touched = (service: Service): boolean => allAddresses(service).some((address) => addresses.has(address));
  return {
    ...graph,
    pods: graph.pods.filter((pod) => !pod.assumed || places.has(`${pod.namespace}/${pod.name}`)),
    services: graph.services.filter((service) => !service.assumed || touched(service)),
  };
}

const isAssumed = ({ assumed }: { assumed: boolean }): boolean => assumed;

const addressesOf = ({ packet, changes }: Step): string[] => [
  packet.ip.src,
  packet.ip.dst,
  ...changes.map(({ old }) => old),
];

export const allAddresses = ({ clusterIPs, externalIPs, loadBalancerIPs }: Service): string[] => [
  ...clusterIPs,
  ...externalIPs,
  ...loadBalancerIPs,
];
