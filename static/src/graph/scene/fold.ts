/**
 * Which parts of the cluster are drawn in full, and which are folded into counted islands.
 *
 * Before a trace: the first nodes with their pods, and a shelf of Services. With a trace: what the packet touches.
 * `unfolded` holds the ids of islands, nodes and shelves that somebody has opened by hand.
 */
import { isNode, type Device, type Graph, type Host, type Pod, type Service, type TraceView } from "../model";
import { Memory } from "../memory";
import { choosePods, compare } from "./choose";
import { tell, type Ghost, type Story } from "./story";
import { t } from "../../i18n";

export interface PlateScene {
  host: Host;
  pods: Pod[];
  folded: number;
  /** Somebody has opened it, and may fold it again: the machine, or its pods. */
  opened: { machine: boolean; pods: boolean };
  columns: number;
  onPath: boolean;
  ticket: boolean;
  /** How many slips hang below the ticket. */
  slips: number;
  ghosts: { service: Service; gate: Ghost["gate"]; asked: string }[];
  /** The policies that isolate its pods, by pod. */
  fences: ReadonlyMap<string, string[]>;
  wire: Device | null;
  bridge: Device | null;
  tunnel: Device | null;
  unpacks: boolean;
  /** This machine and those of its pods that talk to themselves. */
  loopbacks: ReadonlySet<string>;
}

export interface Island {
  id: string;
  title: string;
  hosts: Host[];
  pods: number;
  /** How many pods each of the hosts has. */
  each: number[];
  open: boolean;
}

export interface Scene {
  traced: boolean;
  plates: PlateScene[];
  islands: Island[];
  services: Service[];
  moreServices: number;
  /** Somebody has unfolded the shelf. */
  shelfOpened: boolean;
  internet: Host | null;
  router: Host | null;
  network: string;
  sockets: boolean;
  story: Story | null;
}

const NOBODY: ReadonlySet<string> = new Set();
const IN_FULL = 4;
const ON_SHELF = 18;
/** An island of so few nodes shows them by name. */
export const FEW = 6;
export const SHELF = "island:services";
/** The shape that folds something again. */
export const foldOf = (id: string): string => `fold:${id}`;
/** The pods of a machine that do not fit on its plate at first. */
export const podsIsland = (host: string): string => `island:pods@${host}`;
export const UNSCHEDULED = "island:unscheduled";

export function fold(
  graph: Graph,
  trace: TraceView | null,
  unfolded: ReadonlySet<string>,
  rows = trace ? 2 : 3,
  memory = new Memory(),
): Scene {
  const story = trace && trace.steps.length ? tell(trace, graph) : null;
  const podsOf = groupPods(graph.pods);
  const full = memory.order(hostsInFull(graph, story, unfolded));
  const always = new Set(hostsInFull(graph, story, NOBODY));
  const counts = countsOf(graph, podsOf);
  const services = new Map(graph.services.map((service) => [service.id, service]));
  const plates = full.map((host) => {
    const found = plate(host, podsOf.get(host.id) ?? [], rows, story, unfolded, services, memory);
    const opened = { ...found.opened, machine: !always.has(host) };
    return { ...found, opened, folded: counts(host.id) - found.pods.length };
  });
  const shown = story ? [] : shelf(graph.services, unfolded);
  const known = graph.folded?.services ?? graph.services.length;
  return {
    traced: story !== null,
    plates,
    islands: islands(graph, full, counts, unfolded),
    services: shown,
    moreServices: story ? 0 : Math.max(0, known - shown.length),
    shelfOpened: !story && unfolded.has(SHELF),
    internet: onPath(graph, story, "internet"),
    router: onPath(graph, story, "router"),
    network: (graph.segments.find((s) => s.id === "segment:underlay")?.network ?? "") as string,
    sockets: story?.sockets ?? false,
    story,
  };
}

function onPath(graph: Graph, story: Story | null, kind: string): Host | null {
  return graph.hosts.find((host) => host.kind === kind && (!story || story.hosts.includes(host.id))) ?? null;
}

function hostsInFull(graph: Graph, story: Story | null, unfolded: ReadonlySet<string>): Host[] {
  const machines = graph.hosts.filter((host) => host.kind === "node" || host.kind === "control-plane");
  const control = machines.filter((host) => isNode(host) && host.kind !== "node");
  const workers = [...machines.filter((host) => host.kind === "node"), ...control];
  const touched = machines.filter((host) => story?.hosts.includes(host.id));
  const wanted = new Set(touched);
  const pods = (host: Host): boolean =>
    graph.folded
      ? !!graph.folded.pods[host.id]
      : host.kind === "node" || graph.pods.some(({ node }) => node === host.id);
  const peopled = workers.filter(pods);
  const first = peopled.length ? peopled : workers;
  if (!story) first.slice(0, first.length > IN_FULL ? 2 : IN_FULL).forEach((h) => wanted.add(h));
  for (const host of workers) if (story && wanted.size < 2) wanted.add(host);
  return machines.filter((host) => wanted.has(host) || unfolded.has(host.id));
}

function groupPods(pods: readonly Pod[]): Map<string, Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const home = pod.node ?? UNSCHEDULED;
    const group = groups.get(home);
    if (group) group.push(pod);
    else groups.set(home, [pod]);
  }
  return groups;
}

function plate(
  host: Host,
  pods: Pod[],
  rows: number,
  story: Story | null,
  unfolded: ReadonlySet<string>,
  services: Map<string, Service>,
  memory: Memory,
): PlateScene {
  const ticket = story?.tickets.has(host.id) ?? false;
  const slips = story?.slips.get(host.id) ?? 0;
  const columns = ticket || slips ? 2 : 3;
  const room = unfolded.has(podsIsland(host.id)) ? Infinity : rows * columns;
  const shown = choosePods(pods, room, story, unfolded, (found) => memory.orderPods(host.id, found));
  const ghosts = (story?.ghosts.get(host.id) ?? []).flatMap(({ service, gate, asked }) => {
    const known = services.get(service);
    return known ? [{ service: known, gate, asked }] : [];
  });
  const device = (kind: string): Device | null => host.devices.find((d) => d.kind === kind) ?? null;
  return {
    host,
    pods: shown,
    folded: pods.length - shown.length,
    opened: { machine: false, pods: room === Infinity && shown.length > rows * columns },
    columns,
    onPath: story?.hosts.includes(host.id) ?? true,
    ticket,
    slips,
    ghosts,
    fences: fencesByPod(story),
    wire: device("physical"),
    bridge: device("bridge"),
    tunnel: device("vxlan"),
    unpacks: story?.unpackers.has(host.id) ?? false,
    loopbacks: story?.loopbacks ?? NOBODY,
  };
}

function fencesByPod(story: Story | null): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { pod, policy } of story?.fences ?? []) found.set(pod, [...(found.get(pod) ?? []), policy]);
  return found;
}

/** How many pods each machine has; of a graph that is not whole, as the server has counted them. */
function countsOf(graph: Graph, podsOf: Map<string, Pod[]>): (home: string) => number {
  const { folded } = graph;
  const drawn = (home: string): number => podsOf.get(home)?.length ?? 0;
  if (!folded) return drawn;
  return (home) => Math.max(drawn(home), (home === UNSCHEDULED ? folded.unscheduled : folded.pods[home]) ?? 0);
}

function islands(
  graph: Graph,
  full: Host[],
  counts: (home: string) => number,
  unfolded: ReadonlySet<string>,
): Island[] {
  const groups = new Map<string, Host[]>();
  const folded = graph.hosts.filter((h) => isNode(h) && !full.includes(h));
  for (const host of folded) {
    const title = host.zone ?? t("picture.other-nodes");
    groups.set(title, [...(groups.get(title) ?? []), host]);
  }
  const found = [...groups].map(([title, hosts]) => {
    const id = `island:${title}`;
    const each = hosts.map((host) => counts(host.id));
    return {
      id,
      title,
      hosts,
      pods: each.reduce((a, b) => a + b, 0),
      each,
      open: unfolded.has(id) || hosts.length <= FEW,
    };
  });
  const waiting = counts(UNSCHEDULED);
  if (waiting) {
    found.push({ id: UNSCHEDULED, title: t("picture.on-no-node"), hosts: [], pods: waiting, each: [], open: false });
  }
  return found;
}

function shelf(services: readonly Service[], unfolded: ReadonlySet<string>): Service[] {
  const sorted = [...services].sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  if (sorted.length <= ON_SHELF || unfolded.has(SHELF)) return sorted;
  return sorted.filter((service, index) => index < ON_SHELF - 1 || unfolded.has(service.id));
}
