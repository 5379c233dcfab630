/** Whom one can name as sender and receiver, read from the graph, and which of them fit what was typed. Pure. */
import type { ErrorAnswer, Found, FoundAnswer, Graph, Pod, Service } from "../protocol";
import { t } from "../i18n";

export interface Choice {
  /** What goes into the field, as the engine understands it. */
  readonly value: string;
  readonly detail: string;
  readonly role: "pod" | "workload" | "service" | "node" | "world";
}

export type Groups = readonly { readonly title: string; readonly choices: readonly Choice[] }[];

const INTERNET: Choice = { value: "internet", detail: t("ask.client-outside"), role: "world" };

export function senders(graph: Graph): Groups {
  return present([
    { title: t("ask.pods"), choices: running(graph).map(sender) },
    { title: t("ask.workloads"), choices: workloads(graph) },
    { title: t("ask.nodes"), choices: nodes(graph) },
    { title: t("ask.outside"), choices: [INTERNET] },
  ]);
}

export function receivers(graph: Graph): Groups {
  return present([
    { title: t("ask.services"), choices: graph.services.filter(isOwn).flatMap(services) },
    { title: t("ask.pods"), choices: running(graph).flatMap(receiver) },
    { title: t("ask.node-ports"), choices: nodePorts(graph) },
    { title: t("ask.outside"), choices: [{ value: "198.51.100.7:8081", detail: t("ask.internet"), role: "world" }] },
  ]);
}

/** Those that hold every typed word; what begins with it comes first, else the order stays. */
export function matching(groups: Groups, typed: string): Groups {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  const fits = (choice: Choice): boolean => {
    const text = `${choice.value} ${choice.detail}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const rank = (choice: Choice): number => {
    const [first = ""] = words;
    const name = choice.value.toLowerCase();
    return name.startsWith(first) ? 0 : name.split(/[/.:-]/).some((part) => part.startsWith(first)) ? 1 : 2;
  };
  return present(
    groups.map(({ title, choices }) => ({
      title,
      choices: choices.filter(fits).sort((one, other) => rank(one) - rank(other)),
    })),
  );
}

/** A question worth asking first: somebody who is not a server asks the first Service with somebody behind it. */
export function suggestion(graph: Graph): { from: string; to: string } {
  const own = graph.services
    .filter(isOwn)
    .filter((service) => service.id !== "svc:default/kubernetes" && service.ports.length > 0);
  const to = own.find((service) => service.ready > 0) ?? own[0];
  const pods = running(graph).filter((pod) => !pod.hostNetwork);
  const from =
    pods.find((pod) => pod.services.length === 0) ?? pods.find((pod) => !to?.endpoints.includes(pod.id)) ?? pods[0];
  return { from: from ? nameOf(from) : "internet", to: to ? serviceName(to, to.ports[0]!.port) : "" };
}

/** What the server has found, as far as one can ask from it or for it. */
export function groupsOf(answer: FoundAnswer | ErrorAnswer, end: "from" | "to"): Groups {
  if ("code" in answer) return [];
  const groups = answer.groups.map(({ title, found }) => ({
    title,
    choices: found.flatMap((one) => foundOne(one, end)),
  }));
  return present(groups);
}

function foundOne({ kind, title, detail, from, to }: Found, end: "from" | "to"): Choice[] {
  const value = end === "from" ? from : to;
  if (!value || (kind !== "pod" && kind !== "workload" && kind !== "service" && kind !== "node")) return [];
  return [{ value, detail: value === title ? detail : title, role: kind }];
}

const nameOf = (pod: Pod): string => `${pod.namespace}/${pod.name}`;
const serviceName = (service: Service, port: number): string => `${service.name}.${service.namespace}:${port}`;
/** What is only assumed is never suggested; it can be typed all the same. */
const isOwn = ({ assumed }: { readonly assumed: boolean }): boolean => !assumed;
const running = (graph: Graph): Pod[] => graph.pods.filter((pod) => isOwn(pod) && pod.addresses.length > 0);
const present = (groups: Groups): Groups => groups.filter((group) => group.choices.length > 0);

function sender(pod: Pod): Choice {
  return { value: nameOf(pod), detail: pod.addresses[0] ?? "", role: "pod" };
}

function receiver(pod: Pod): Choice[] {
  const ports = pod.containers.flatMap((container) => container.ports);
  return ports.map((port) => ({
    value: `${bracketed(pod.addresses[0] ?? "")}:${port.number}`,
    detail: `${nameOf(pod)}${port.protocol === "TCP" ? "" : ` ${port.protocol}`}`,
    role: "pod" as const,
  }));
}

function workloads(graph: Graph): Choice[] {
  const counts = new Map<string, number>();
  for (const pod of running(graph)) {
    if (!pod.owner) continue;
    const name = `${pod.namespace}/${pod.owner.split(" ").at(-1)!.split("/").at(-1)!}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = new Set(running(graph).map(nameOf));
  return [...counts]
    .filter(([name]) => !names.has(name))
    .map(([value, count]) => ({ value, detail: t("count.pods", { count }), role: "workload" as const }));
}

function services(service: Service): Choice[] {
  return service.ports.map((port) => ({
    value: serviceName(service, port.port),
    detail: [
      service.clusterIPs[0] ?? service.externalName ?? (service.headless ? t("picture.headless") : ""),
      port.protocol,
    ]
      .filter((part) => part && part !== "TCP")
      .join(" "),
    role: "service" as const,
  }));
}

function nodes(graph: Graph): Choice[] {
  return graph.hosts
    .filter((host) => host.kind === "node" || host.kind === "control-plane")
    .map((host) => ({ value: host.name, detail: host.addresses[0] ?? "", role: "node" as const }));
}

function nodePorts(graph: Graph): Choice[] {
  const open = graph.services
    .filter(isOwn)
    .flatMap((service) =>
      service.ports.flatMap((port) => (port.nodePort ? [{ number: port.nodePort, name: service.name }] : [])),
    );
  return open.flatMap(({ number, name }) =>
    nodes(graph).map((node) => ({ value: `${node.value}:${number}`, detail: name, role: "node" as const })),
  );
}

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);
