/** Where on the picture a step happens: from what the step says to the name of a place in `Ways`. */
import type { Graph, Step } from "./model";
import { BALANCER, balancerOf, hostOf, podOf } from "./scene/story";
import { asksNeighbour } from "./titles";
import type { Ways } from "./ways";

const ON_DEVICE = new Set(["transmit", "receive", "encapsulate", "decapsulate"]);

/** `before` is the place of the step before it in the same leg, or null. Every step has a place. */
export function placeOf(step: Step, before: string | null, graph: Graph, ways: Ways): string | null {
  const host = hostOf(step, graph);
  const pod = podOf(step);
  const stayed = before && isOn(before, pod ?? host) ? before : null;
  if (ways.has(BALANCER) && (balancerOf(step) || (before === BALANCER && host === "host:router"))) return BALANCER;
  const wanted = pod ? inPod(step, pod, stayed) : onHost(step, host, stayed, graph, ways);
  return [wanted, stayed, `${host}#sockets`, pod, host, before].find((id) => id && ways.has(id)) ?? null;
}

/** The element that lights up while a step acts: a gate, a diamond, a device; the place itself if it is one. */
export function actorOf(step: Step, place: string, graph: Graph): string {
  const host = hostOf(step, graph);
  if (podOf(step)) return place;
  if (step.hook && step.kind !== "bridge") return `${host}#${step.hook}`;
  if (step.kind === "route" && place === `${host}#OUTPUT`) return `${host}#route-out`;
  if (step.kind === "bridge" && step.device) return `${host}/${step.device}`;
  return place.replace(/(\/[^#]+)#(in|out|turn)$/, "$1");
}

const isOn = (place: string, home: string): boolean =>
  place === home || place.startsWith(`${home}#`) || place.startsWith(`${home}/`);

function inPod(step: Step, pod: string, stayed: string | null): string {
  if (!ON_DEVICE.has(step.kind)) return stayed === `${pod}/lo` && step.kind !== "deliver" ? stayed : pod;
  return step.device === "lo" ? `${pod}/lo` : `${pod}/eth0`;
}

function onHost(step: Step, host: string, stayed: string | null, graph: Graph, ways: Ways): string | null {
  if (!ways.has(`${host}#PREROUTING`)) return host;
  if (asksNeighbour(step.packet) && stayed && isOffTrack(step, host, graph)) return stayed;
  if (ON_DEVICE.has(step.kind)) return onDevice(step, host, stayed, graph);
  if (step.packet.vxlan) return aroundTunnel(step, host, stayed, graph);
  if (step.hook) return `${host}#${step.hook}`;
  const at = (name: string): string => `${host}#${name}`;
  switch (step.kind) {
    case "route":
      return setsOut(step, host, stayed) ? (stayed ?? at("sockets")) : at("route-in");
    case "bridge":
      return bridged(step, host, stayed);
    case "forward":
      return at("forward");
    case "neighbor":
      return at("neighbor");
    case "socket":
    case "deliver":
      return at("sockets");
    default:
      return stayed;
  }
}

/** What neighbours ask each other never comes to the hooks: it stays at the port or the jack by which it came. */
const isOffTrack = (step: Step, host: string, graph: Graph): boolean =>
  !ON_DEVICE.has(step.kind) || kindOf(`${host}/${step.device ?? ""}`, host, graph) === "bridge";

/** Packets made here look for their way before OUTPUT, and again after it where a rule has changed them. */
function setsOut(step: Step, host: string, stayed: string | null): boolean {
  if (step.elements.includes(`${host}#route-out`)) return true;
  return [`${host}#sockets`, `${host}#OUTPUT`, null].includes(stayed) && !step.elements.includes(`${host}#route-in`);
}

/** A frame that netfilter has seen on the bridge stays on the track; the bridge only decides where it goes on. */
function bridged(step: Step, host: string, stayed: string | null): string | null {
  if (!stayed || stayed.includes("#PREROUTING") || stayed.startsWith(`${host}/${step.device}#`)) return stayed;
  return stayed.includes("/veth@") ? `${stayed.replace(/#in$/, "")}#in` : `${host}/${step.device ?? ""}`;
}

function onDevice(step: Step, host: string, stayed: string | null, graph: Graph): string | null {
  const device = `${host}/${step.device ?? ""}`;
  const kind = kindOf(device, host, graph);
  if (kind === "vxlan") {
    const unpacked = step.kind === "decapsulate" || (step.kind === "receive" && !step.packet.vxlan);
    return unpacked ? `${device}#in` : device;
  }
  if (kind !== "bridge") return device;
  if (step.kind === "transmit") return `${device}#out`;
  const onTrack = stayed && [`${host}#PREROUTING`, `${host}#route-in`].includes(stayed);
  return onTrack ? stayed : `${device}#in`;
}

const kindOf = (device: string, host: string, graph: Graph): string | undefined =>
  graph.hosts.find((h) => h.id === host)?.devices.find((d) => d.id === device)?.kind;

/** The outer packet passes the host's own hooks; the picture keeps it at the tunnel's plug, and lights the gates. */
function aroundTunnel(step: Step, host: string, stayed: string | null, graph: Graph): string | null {
  const tunnel = graph.hosts.find((h) => h.id === host)?.devices.find((d) => d.kind === "vxlan");
  if (!tunnel) return step.hook ? `${host}#${step.hook}` : stayed;
  if (stayed?.startsWith(tunnel.id)) return stayed;
  return stayed?.startsWith(`${host}/`) ? `${tunnel.id}#in` : stayed;
}
