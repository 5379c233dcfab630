/** Small clusters and traces, written by hand in the terms of the protocol. */
import type { Graph, Host, Packet, Pod, Service, Step, TraceView } from "../../src/graph/model";

export function node(name: string, number: number, more: Partial<Host> = {}): Host {
  const id = `node:${name}`;
  return {
    id,
    kind: "node",
    name,
    addresses: [`192.168.56.${10 + number}`],
    podCIDRs: [`10.244.${number}.0/24`],
    zone: null,
    assumed: false,
    ready: true,
    devices: [
      { id: `${id}/eth0`, name: "eth0", kind: "physical", segment: "segment:underlay" },
      { id: `${id}/cni0`, name: "cni0", kind: "bridge", addresses: [`10.244.${number}.1/24`] },
    ],
    ...more,
  };
}

export function machine(kind: "router" | "internet" | "control-plane", address: string): Host {
  const id = kind === "control-plane" ? "node:cp" : `host:${kind}`;
  const wire = { id: `${id}/eth0`, name: "eth0", kind: "physical" as const, segment: "segment:underlay" };
  const name = kind === "control-plane" ? "cp" : kind;
  return { ...node(name, 0), id, kind, assumed: true, addresses: [address], podCIDRs: [], devices: [wire] };
}

export function pod(name: string, on: string, address: string, more: Partial<Pod> = {}): Pod {
  const namespace = more.namespace ?? "default";
  return {
    id: `pod:${namespace}/${name}`,
    name,
    namespace,
    node: `node:${on}`,
    addresses: [address],
    hostNetwork: false,
    ready: true,
    terminating: false,
    phase: "Running",
    owner: null,
    labels: {},
    containers: [],
    services: [],
    origin: null,
    probes: [],
    assumed: false,
    ...more,
  };
}

export function service(name: string, address: string, endpoints: string[], more: Partial<Service> = {}): Service {
  const namespace = more.namespace ?? "default";
  return {
    id: `svc:${namespace}/${name}`,
    name,
    namespace,
    type: "ClusterIP",
    clusterIPs: [address],
    headless: false,
    externalName: null,
    externalIPs: [],
    loadBalancerIPs: [],
    ports: [{ name: "", port: 80, protocol: "TCP", targetPort: "8080", nodePort: null }],
    endpoints,
    ready: endpoints.length,
    others: 0,
    origin: null,
    assumed: false,
    ...more,
  };
}

export function graphOf(nodes: Host[], pods: Pod[], services: Service[]): Graph {
  const others = [machine("router", "192.168.56.1"), machine("internet", "198.51.100.7")];
  return {
    segments: [{ id: "segment:underlay", network: "192.168.56.0/24" }],
    hosts: [...nodes, machine("control-plane", "192.168.56.10"), ...others],
    pods,
    services,
    namespaces: [...new Set(pods.map((one) => one.namespace))].sort(),
  };
}

/** Two nodes, five pods, one Service with a pod on each node. */
export function shop(): Graph {
  return graphOf(
    [node("node-a", 1), node("node-b", 2)],
    [
      pod("client-a", "node-a", "10.244.1.100"),
      pod("web-1", "node-a", "10.244.1.10"),
      pod("client-b", "node-b", "10.244.2.100"),
      pod("web-2", "node-b", "10.244.2.10"),
      pod("db-0", "node-b", "10.244.2.20"),
    ],
    [
      service("web", "10.96.10.10", ["pod:default/web-1", "pod:default/web-2"]),
      service("db", "10.96.10.20", ["pod:default/db-0"]),
    ],
  );
}

export interface Ends {
  src: string;
  dst: string;
  sport?: number;
  dport?: number;
  ttl?: number;
  flags?: string;
}

export function packet({ src, dst, sport = 40000, dport = 80, ttl = 64, flags = "S" }: Ends): Packet {
  const ip = { src, dst, ttl, protocol: "TCP" as const };
  return { ip, l4: { type: "tcp", sport, dport, flags }, eth: null, mark: 0, payload: "", vxlan: null, load: null };
}

const LAYERS = { transmit: "link", receive: "link", bridge: "link", neighbor: "link", deliver: "transport" } as const;

export function step(at: string, kind: Step["kind"], sent: Packet, more: Partial<Step> = {}): Step {
  const host = more.host ?? at;
  return {
    host,
    netns: at,
    kind,
    layer: (LAYERS as Record<string, Step["layer"]>)[kind] ?? "network",
    packet: sent,
    text: { id: `${kind}.test`, params: {} },
    function: "",
    device: null,
    hook: null,
    changes: [],
    matched: null,
    path: [],
    considered: [],
    state: [],
    chances: [],
    origins: [],
    cause: null,
    badge: "modelled",
    seq: 0,
    leg: 0,
    undoes: null,
    evidence: null,
    elements: [],
    narration: null,
    commands: [],
    ...more,
  };
}

/** Number the steps of all legs. */
export function traceOf(
  ...legs: { kind: TraceView["legs"][number]["kind"]; end?: string; steps: Step[] }[]
): TraceView {
  let seq = 0;
  return {
    legs: legs.map(({ kind, end }) => ({ kind, disposition: (end ?? "delivered") as "delivered", cause: null })),
    steps: legs.flatMap(({ steps }, leg) => steps.map((one) => ({ ...one, leg, seq: seq++ }))),
  };
}

const MATCHED = { table: "ip nat", chain: "KUBE-SEP-A", number: 2, text: "-j DNAT", verdict: "DNAT" };
export const conntrack = (event: string, entry: string): Step["state"] => [
  { table: "conntrack", event, entry, key: "" },
];
const ENTRY =
  "tcp 6 SYN_SENT src=10.244.1.100 dst=10.96.10.10 sport=40000 dport=80 [UNREPLIED] " +
  "src=10.244.2.10 dst=10.244.1.100 sport=8080 dport=40000";

/** client-a asks the Service; web-2 on the other node answers. */
export function clusterIp(): TraceView {
  const [a, b] = ["10.244.1.100", "10.244.2.10"];
  const asked = packet({ src: a, dst: "10.96.10.10" });
  const sent = packet({ src: a, dst: b, dport: 8080 });
  const later = packet({ src: a, dst: b, dport: 8080, ttl: 63 });
  const last = packet({ src: a, dst: b, dport: 8080, ttl: 62 });
  const back = (ttl: number): Packet => packet({ src: b, dst: a, sport: 8080, dport: 40000, ttl, flags: "SA" });
  const home = packet({ src: "10.96.10.10", dst: a, sport: 80, dport: 40000, ttl: 62, flags: "SA" });
  const inClient = { host: "node-a" };
  const inServer = { host: "node-b" };
  const veth = { device: "veth@default/client-a" };
  const to = { device: "veth@default/web-2" };
  const dnat = {
    hook: "PREROUTING" as const,
    matched: MATCHED,
    elements: ["svc:default/web"],
    changes: [
      { field: "ip.dst", old: "10.96.10.10", new: b },
      { field: "tcp.dport", old: "80", new: "8080" },
    ],
  };
  return traceOf(
    {
      kind: "request",
      steps: [
        step("default/client-a", "socket", asked, inClient),
        step("default/client-a", "route", asked, inClient),
        step("default/client-a", "neighbor", asked, inClient),
        step("default/client-a", "transmit", asked, { ...inClient, device: "eth0" }),
        step("node-a", "receive", asked, veth),
        step("node-a", "conntrack", asked, {
          hook: "PREROUTING",
          state: conntrack(
            "created",
            ENTRY.replace("src=10.244.2.10", "src=10.96.10.10").replace("sport=8080", "sport=80"),
          ),
        }),
        step("node-a", "nat", sent, dnat),
        step("node-a", "bridge", sent, { device: "cni0" }),
        step("node-a", "route", sent),
        step("node-a", "forward", later),
        step("node-a", "netfilter", later, { hook: "FORWARD" }),
        step("node-a", "netfilter", later, { hook: "POSTROUTING" }),
        step("node-a", "conntrack", later, { hook: "POSTROUTING", state: conntrack("confirmed", ENTRY) }),
        step("node-a", "neighbor", later),
        step("node-a", "transmit", later, { device: "eth0" }),
        step("node-b", "receive", later, { device: "eth0" }),
        step("node-b", "conntrack", later, { hook: "PREROUTING" }),
        step("node-b", "route", later),
        step("node-b", "forward", last),
        step("node-b", "netfilter", last, { hook: "FORWARD" }),
        step("node-b", "netfilter", last, { hook: "POSTROUTING" }),
        step("node-b", "neighbor", last),
        step("node-b", "transmit", last, { device: "cni0" }),
        step("node-b", "transmit", last, to),
        step("default/web-2", "receive", last, { ...inServer, device: "eth0" }),
        step("default/web-2", "deliver", last, inServer),
      ],
    },
    {
      kind: "reply",
      steps: [
        step("default/web-2", "socket", back(64), inServer),
        step("default/web-2", "transmit", back(64), { ...inServer, device: "eth0" }),
        step("node-b", "receive", back(64), to),
        step("node-b", "conntrack", back(64), { hook: "PREROUTING" }),
        step("node-b", "bridge", back(64), { device: "cni0" }),
        step("node-b", "route", back(64)),
        step("node-b", "forward", back(63)),
        step("node-b", "netfilter", back(63), { hook: "FORWARD" }),
        step("node-b", "netfilter", back(63), { hook: "POSTROUTING" }),
        step("node-b", "transmit", back(63), { device: "eth0" }),
        step("node-a", "receive", back(63), { device: "eth0" }),
        step("node-a", "nat", home, {
          hook: "PREROUTING",
          changes: [
            { field: "ip.src", old: b, new: "10.96.10.10" },
            { field: "tcp.sport", old: "8080", new: "80" },
          ],
          state: conntrack("used", ENTRY.replace("SYN_SENT", "ESTABLISHED").replace("[UNREPLIED] ", "")),
        }),
        step("node-a", "route", home),
        step("node-a", "forward", home),
        step("node-a", "netfilter", home, { hook: "FORWARD" }),
        step("node-a", "netfilter", home, { hook: "POSTROUTING" }),
        step("node-a", "transmit", home, { device: "cni0" }),
        step("node-a", "transmit", home, veth),
        step("default/client-a", "receive", home, { ...inClient, device: "eth0" }),
        step("default/client-a", "deliver", home, inClient),
      ],
    },
  );
}

/** A stranger asks node-a's port; the pod that answers is on node-b. */
/** From outside by the address of a load balancer, which chooses node-a; the answer goes straight out. */
export function balanced(): TraceView {
  const asked = (ttl: number): Packet => packet({ src: "198.51.100.7", dst: "203.0.113.5", dport: 80, ttl });
  const answer = packet({ src: "203.0.113.5", dst: "198.51.100.7", dport: 40000 });
  const text = { id: "route.balanced", params: { service: "default/web", node: "node-a" } };
  return traceOf(
    {
      kind: "request",
      steps: [
        step("internet", "socket", asked(64)),
        step("internet", "transmit", asked(64), { device: "eth0" }),
        step("router", "receive", asked(64), { device: "eth1" }),
        step("router", "route", asked(64), { text }),
        step("router", "forward", asked(63)),
        step("router", "transmit", asked(63), { device: "eth0" }),
        step("node-a", "receive", asked(63), { device: "eth0" }),
      ],
    },
    {
      kind: "reply",
      steps: [
        step("node-a", "transmit", answer, { device: "eth0" }),
        step("router", "receive", answer, { device: "eth0" }),
        step("router", "route", answer),
        step("router", "transmit", answer, { device: "eth1" }),
        step("internet", "deliver", answer),
      ],
    },
  );
}

export function nodePort(): TraceView {
  const asked = (ttl: number): Packet => packet({ src: "198.51.100.7", dst: "192.168.56.11", dport: 30080, ttl });
  const sent = packet({ src: "198.51.100.7", dst: "10.244.2.10", dport: 8080, ttl: 63 });
  const masked = packet({ src: "192.168.56.11", dst: "10.244.2.10", dport: 8080, ttl: 62 });
  return traceOf({
    kind: "request",
    steps: [
      step("internet", "socket", asked(64)),
      step("internet", "transmit", asked(64), { device: "eth0" }),
      step("router", "receive", asked(64), { device: "eth1" }),
      step("router", "forward", asked(63)),
      step("router", "transmit", asked(63), { device: "eth0" }),
      step("node-a", "receive", asked(63), { device: "eth0" }),
      step(
        "node-a",
        "nat",
        { ...sent, mark: 0x4000 },
        {
          hook: "PREROUTING",
          matched: MATCHED,
          elements: ["svc:default/web"],
          changes: [
            { field: "ip.dst", old: "192.168.56.11", new: "10.244.2.10" },
            { field: "tcp.dport", old: "30080", new: "8080" },
          ],
        },
      ),
      step("node-a", "route", sent),
      step("node-a", "forward", sent),
      step("node-a", "netfilter", sent, { hook: "FORWARD" }),
      step("node-a", "nat", masked, {
        hook: "POSTROUTING",
        matched: MATCHED,
        changes: [{ field: "ip.src", old: "198.51.100.7", new: "192.168.56.11" }],
      }),
      step("node-a", "transmit", masked, { device: "eth0" }),
      step("node-b", "receive", masked, { device: "eth0" }),
      step("node-b", "route", masked),
      step("node-b", "netfilter", masked, { hook: "FORWARD" }),
      step("node-b", "netfilter", masked, { hook: "POSTROUTING" }),
      step("node-b", "transmit", masked, { device: "cni0" }),
      step("node-b", "transmit", masked, { device: "veth@default/web-2" }),
      step("default/web-2", "receive", masked, { host: "node-b", device: "eth0" }),
      step("default/web-2", "deliver", masked, { host: "node-b" }),
    ],
  });
}

/** Nobody stands behind the Service, and the node says so. */
export function refused(): { graph: Graph; trace: TraceView } {
  const graph = shop();
  const empty = { ...graph, services: [service("web", "10.96.10.7", [])] };
  const asked = packet({ src: "10.244.1.100", dst: "10.96.10.7" });
  const ip = { src: "10.244.1.1", dst: "10.244.1.100", ttl: 64, protocol: "ICMP" as const };
  const l4 = { type: "icmp", icmpType: 3, code: 3, ident: null, quoted: null, mtu: null } as const;
  const error: Packet = { ...asked, ip, l4 };
  const inClient = { host: "node-a" };
  const veth = { device: "veth@default/client-a" };
  const trace = traceOf(
    {
      kind: "request",
      end: "rejected",
      steps: [
        step("default/client-a", "socket", asked, inClient),
        step("default/client-a", "transmit", asked, { ...inClient, device: "eth0" }),
        step("node-a", "receive", asked, veth),
        step("node-a", "netfilter", asked, { hook: "PREROUTING" }),
        step("node-a", "bridge", asked, { device: "cni0" }),
        step("node-a", "route", asked),
        step("node-a", "drop", asked, {
          hook: "FORWARD",
          matched: MATCHED,
          cause: "rule-reject",
          elements: ["svc:default/web"],
        }),
      ],
    },
    {
      kind: "icmp-error",
      steps: [
        step("node-a", "icmp", error),
        step("node-a", "netfilter", error, { hook: "OUTPUT" }),
        step("node-a", "netfilter", error, { hook: "POSTROUTING" }),
        step("node-a", "transmit", error, { device: "cni0" }),
        step("node-a", "transmit", error, veth),
        step("default/client-a", "receive", error, { ...inClient, device: "eth0" }),
        step("default/client-a", "deliver", error, inClient),
      ],
    },
  );
  return { graph: empty, trace };
}

/** client-a asks web-1 beside it, by its own address: the bridge is enough, and netfilter looks on. */
export function bridged(): TraceView {
  const sent = packet({ src: "10.244.1.100", dst: "10.244.1.10", dport: 8080 });
  const inPod = { host: "node-a" };
  return traceOf({
    kind: "request",
    steps: [
      step("default/client-a", "socket", sent, inPod),
      step("default/client-a", "transmit", sent, { ...inPod, device: "eth0" }),
      step("node-a", "receive", sent, { device: "veth@default/client-a" }),
      step("node-a", "bridge", sent, { device: "cni0" }),
      step("node-a", "transmit", sent, { device: "veth@default/web-1" }),
      step("default/web-1", "receive", sent, { ...inPod, device: "eth0" }),
      step("default/web-1", "deliver", sent, inPod),
    ],
  });
}

/** The same question with a veth and a route for every pod, and no bridge: node-a routes the packet. */
export function routed(): { graph: Graph; trace: TraceView } {
  const graph = shop();
  const hosts = graph.hosts.map((host) => {
    const own = graph.pods.filter((one) => one.node === host.id).map((one) => `veth@${one.namespace}/${one.name}`);
    const veths = own.map((name) => ({ id: `${host.id}/${name}`, name, kind: "veth" as const }));
    return host.kind === "node" ? { ...host, devices: [host.devices[0]!, ...veths] } : host;
  });
  const sent = packet({ src: "10.244.1.100", dst: "10.244.1.10", dport: 8080 });
  const later = packet({ src: "10.244.1.100", dst: "10.244.1.10", dport: 8080, ttl: 63 });
  const inPod = { host: "node-a" };
  const trace = traceOf({
    kind: "request",
    steps: [
      step("default/client-a", "socket", sent, inPod),
      step("default/client-a", "transmit", sent, { ...inPod, device: "eth0" }),
      step("node-a", "receive", sent, { device: "veth@default/client-a" }),
      step("node-a", "conntrack", sent, { hook: "PREROUTING", device: "veth@default/client-a" }),
      step("node-a", "route", sent),
      step("node-a", "forward", later),
      step("node-a", "netfilter", later, { hook: "FORWARD" }),
      step("node-a", "netfilter", later, { hook: "POSTROUTING" }),
      step("node-a", "neighbor", later),
      step("node-a", "transmit", later, { device: "veth@default/web-1" }),
      step("default/web-1", "receive", later, { ...inPod, device: "eth0" }),
      step("default/web-1", "deliver", later, inPod),
    ],
  });
  return { graph: { ...graph, hosts }, trace };
}

/** A pod asks itself. */
export function localhost(): TraceView {
  const sent = packet({ src: "127.0.0.1", dst: "127.0.0.1", dport: 8080 });
  const inPod = { host: "node-a" };
  return traceOf({
    kind: "request",
    steps: [
      step("default/client-a", "socket", sent, inPod),
      step("default/client-a", "transmit", sent, { ...inPod, device: "lo" }),
      step("default/client-a", "receive", sent, { ...inPod, device: "lo" }),
      step("default/client-a", "deliver", sent, inPod),
    ],
  });
}

/** `nodes` nodes in two zones, `each` pods on every one. */
export function large(nodes: number, each: number): Graph {
  const hosts = Array.from({ length: nodes }, (_, i) =>
    node(`node-${i}`, i + 1, { zone: i % 2 ? "zone-2" : "zone-1" }),
  );
  const pods = hosts.flatMap((host, n) =>
    Array.from({ length: each }, (_, i) =>
      pod(`app-${i}`, host.name, `10.${n}.0.${i}`, { namespace: `team-${n % 7}` }),
    ),
  );
  return graphOf(hosts, pods, []);
}

/** Flannel's VXLAN: node-a puts the pod's packet into one of its own, node-b takes it out. */
export function vxlan(): { graph: Graph; trace: TraceView } {
  const graph = shop();
  const hosts = graph.hosts.map((host) =>
    host.kind === "node"
      ? {
          ...host,
          devices: [...host.devices, { id: `${host.id}/flannel.1`, name: "flannel.1", kind: "vxlan" as const }],
        }
      : host,
  );
  const inner = packet({ src: "10.244.1.100", dst: "10.244.2.10", dport: 8080, ttl: 63 });
  const ip = { src: "192.168.56.11", dst: "192.168.56.12", ttl: 64, protocol: "UDP" as const };
  const outer: Packet = { ...inner, ip, l4: { type: "udp", sport: 51820, dport: 8472 }, vxlan: { vni: 1, inner } };
  const [before, after] = [clusterIp().steps.slice(0, 14), clusterIp().steps.slice(16, 26)];
  const steps = [
    ...before,
    step("node-a", "transmit", inner, { device: "flannel.1" }),
    step("node-a", "encapsulate", outer, { device: "flannel.1" }),
    step("node-a", "netfilter", outer, { hook: "OUTPUT" }),
    step("node-a", "netfilter", outer, { hook: "POSTROUTING" }),
    step("node-a", "transmit", outer, { device: "eth0" }),
    step("node-b", "receive", outer, { device: "eth0" }),
    step("node-b", "netfilter", outer, { hook: "PREROUTING" }),
    step("node-b", "netfilter", outer, { hook: "INPUT" }),
    step("node-b", "decapsulate", inner, { device: "flannel.1" }),
    step("node-b", "receive", inner, { device: "flannel.1" }),
    ...after,
  ];
  return { graph: { ...graph, hosts }, trace: traceOf({ kind: "request", steps }) };
}
