/** Whose address is it? One colour a role: client, service, pod, node, outside world. */
import type { Graph, TraceView } from "./model";

export type Role = "client" | "service" | "pod" | "node" | "world";

export class Roles {
  private known = new Map<string, Role>();

  constructor(graph: Graph, trace: TraceView | null) {
    for (const host of graph.hosts) {
      const role = host.kind === "internet" || host.kind === "router" ? "world" : "node";
      const own = host.devices.flatMap((device) => device.addresses ?? []);
      for (const address of [...host.addresses, ...own]) this.known.set(bare(address), role);
    }
    for (const pod of graph.pods) {
      if (!pod.hostNetwork) for (const address of pod.addresses) this.known.set(address, "pod");
    }
    for (const service of graph.services) {
      const all = [...service.clusterIPs, ...service.externalIPs, ...service.loadBalancerIPs];
      for (const address of all) this.known.set(address, "service");
    }
    const asker = trace?.steps[0]?.packet.ip;
    if (asker && asker.src !== asker.dst) this.known.set(asker.src, "client");
  }

  of(address: string): Role {
    if (address.startsWith("127.") || address === "::1") return "client";
    return this.known.get(address) ?? "world";
  }
}

const bare = (address: string): string => address.split("/")[0]!;
