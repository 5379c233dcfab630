/** What a trace touches: machines, pods, Services and tickets, in the order the packet meets them. */
import { actingServices, servicesSaid } from "../acting";
import { homesOf } from "../entries";
import { fencesOf, type Fence } from "../fences";
import type { Graph, Step, TraceView } from "../model";
import { MOST_SLIPS } from "../slips";

export interface Ghost {
  service: string;
  gate: "PREROUTING" | "OUTPUT";
  /** The address by which it was asked for here: one of its own, or a node's. */
  asked: string;
}

/** A gate where no Service acts yet. */
const isGate = (hook: string | null): hook is Ghost["gate"] => hook === "PREROUTING" || hook === "OUTPUT";

export interface Story {
  hosts: string[];
  pods: Set<string>;
  ghosts: Map<string, Ghost[]>;
  /** The Service that acts in each leg. */
  acting: ReadonlyMap<number, string>;
  fences: readonly Fence[];
  tickets: Set<string>;
  /** Machines that remember more than connections, and how many slips of paper that takes. */
  slips: Map<string, number>;
  loopbacks: Set<string>;
  /** Machines that take an outer envelope off, and so need the tunnel on their left side too. */
  unpackers: Set<string>;
  sockets: boolean;
  /** The Service whose load balancer outside chooses a node, by its key. */
  balancer: string | null;
  client: string | null;
  server: string | null;
  /** All who answer somebody: a name server, a proxy, the server. */
  servers: ReadonlySet<string>;
}

/** The element id of the machine that a step happens on. */
export function hostOf(step: Pick<Step, "host">, graph: Graph): string {
  const found = graph.hosts.find((host) => host.name === step.host || host.id === step.host);
  if (found) return found.id;
  if (step.host === "router" || step.host === "internet") return `host:${step.host}`;
  return `node:${step.host}`;
}

/** The element id of the pod that a step happens in, if its namespace is a pod's. */
export function podOf(step: Step): string | null {
  return step.netns.includes("/") ? `pod:${step.netns}` : null;
}

/** The innermost thing a step happens in: a pod or a machine. */
export const homeOf = (step: Step, graph: Graph): string => podOf(step) ?? hostOf(step, graph);

/** Where a load balancer outside stands on the picture: beside the router, which carries its packets. */
export const BALANCER = "host:balancer";

/** The Service for which a load balancer outside chooses a node in this step. */
export const balancerOf = ({ text }: Pick<Step, "text">): string | null =>
  text.id === "route.balanced" ? (text.params.service ?? "") : text.params.balancer || null;

/** Does the leg of this step go to somebody who is asked? */
function isQuestion(trace: TraceView, { leg, packet }: Step): boolean {
  const kind = trace.legs[leg]?.kind;
  return kind === "request" || kind === "proxied" || (kind === "dns" && packet.payload.endsWith("?"));
}

const AT_SOCKETS = new Set(["INPUT", "OUTPUT"]);

export function tell(trace: TraceView, graph: Graph): Story {
  const story: Story = {
    hosts: [],
    pods: new Set(),
    ghosts: new Map(),
    acting: actingServices(trace, graph),
    fences: fencesOf(trace.steps),
    tickets: new Set(),
    slips: slipsNeeded(trace, graph),
    loopbacks: new Set(),
    unpackers: new Set(),
    sockets: false,
    balancer: null,
    client: null,
    server: null,
    servers: new Set(),
  };
  for (const step of trace.steps) {
    const [host, pod] = [hostOf(step, graph), podOf(step)];
    if (!story.hosts.includes(host)) story.hosts.push(host);
    if (pod) story.pods.add(pod);
    story.balancer ??= balancerOf(step);
    if (step.device === "lo") story.loopbacks.add(pod ?? host);
    if (step.kind === "decapsulate") story.unpackers.add(host);
    if (pod) continue;
    if (AT_SOCKETS.has(step.hook ?? "") || step.kind === "deliver" || step.kind === "socket") {
      story.sockets = true;
    }
    if (step.state?.some((change) => change.table === "conntrack")) story.tickets.add(host);
    addGhost(story, host, step);
  }
  for (const { pod } of story.fences) story.pods.add(pod);
  const [first] = trace.steps;
  story.client = first ? homeOf(first, graph) : null;
  const answering = trace.steps.filter((step) => step.kind === "deliver" && isQuestion(trace, step));
  const servers = answering.map((step) => homeOf(step, graph)).filter((home) => home !== story.client);
  story.server = servers.at(-1) ?? null;
  story.servers = new Set(servers);
  return story;
}

function slipsNeeded(trace: TraceView, graph: Graph): Map<string, number> {
  const machines = new Map(trace.steps.map((step) => [step.netns, hostOf(step, graph)]));
  const found = new Map<string, number>();
  for (const [netns, tables] of homesOf(trace.steps)) {
    const many = tables.reduce((sum, { table, keys }) => sum + (table === "conntrack" ? 0 : keys.size), 0);
    if (many && !netns.includes("/")) found.set(machines.get(netns)!, Math.min(many, MOST_SLIPS));
  }
  return found;
}

/** A Service stands on the gate where it acts. Rules that refuse for it act later, but it never let anything by there. */
function addGhost({ ghosts, acting }: Story, host: string, step: Step): void {
  const service = acting.get(step.leg);
  const refuses = servicesSaid(step).length > 0 && step.matched !== null;
  const gate = isGate(step.hook) ? step.hook : "PREROUTING";
  const here = ghosts.get(host) ?? [];
  if (!service || !step.hook || !(refuses || translatesHere(step))) return;
  if (!here.some((ghost) => ghost.service === service))
    ghosts.set(host, [...here, { service, gate, asked: askedBy(step) }]);
}

const askedBy = ({ changes, packet }: Step): string =>
  changes.find(({ field }) => field === "ip.dst")?.old ?? packet.ip.dst;

const translatesHere = ({ hook, changes }: Step): boolean =>
  isGate(hook) && changes.some(({ field }) => field === "ip.dst");
