/** Which Service acts in which leg: by what rules say, and by the addresses that are translated. */
import { allAddresses } from "./assumed";
import type { Graph, Step, TraceView } from "./model";

/** Legs that belong to the one before them, where they do not meet a Service themselves. */
const FOLLOWING = new Set(["reply", "icmp-error", "ack", "data"]);

/** The id of the Service that acts in each leg; a leg without one is not there. */
export function actingServices(trace: TraceView, graph: Graph): Map<number, string> {
  const known = addressBook(trace, graph);
  const found = new Map<number, string>();
  for (const step of trace.steps) {
    if (found.has(step.leg)) continue;
    const service = step.netns.includes("/") ? undefined : serviceOf(step, known);
    if (service) found.set(step.leg, service);
  }
  trace.legs.forEach(({ kind }, leg) => {
    const before = found.get(leg - 1);
    if (before && !found.has(leg) && FOLLOWING.has(kind)) found.set(leg, before);
  });
  return found;
}

/** Addresses of Services, and those that a rule of theirs has translated: "192.168.56.11:30080". */
function addressBook(trace: TraceView, graph: Graph): Map<string, string> {
  const book = new Map<string, string>();
  for (const service of graph.services) {
    for (const address of allAddresses(service)) {
      for (const { port } of service.ports) book.set(`${address}:${port}`, service.id);
    }
  }
  for (const step of trace.steps) {
    const [service] = servicesSaid(step);
    const end = translated(step, "dst", "old");
    if (service && end) book.set(end, service);
  }
  return book;
}

function serviceOf(step: Step, book: Map<string, string>): string | undefined {
  if (step.hook && step.matched && servicesSaid(step).length) return servicesSaid(step)[0];
  const ends = [translated(step, "dst", "old"), translated(step, "src", "new")];
  return ends.flatMap((end) => (end ? (book.get(end) ?? []) : []))[0];
}

export const servicesSaid = (step: Step): string[] => (step.elements ?? []).filter((id) => id.startsWith("svc:"));

/** "10.96.0.10:53", the end of a connection that a translation hides, or null. */
function translated({ changes, packet: { l4 } }: Step, end: "src" | "dst", side: "old" | "new"): string | null {
  const name = end === "dst" ? "dport" : "sport";
  const address = changes.find(({ field }) => field === `ip.${end}`);
  const port = changes.find(({ field }) => field.endsWith(`.${name}`));
  const same = "sport" in l4 ? l4[name] : "";
  return address ? `${address[side]}:${port?.[side] ?? same}` : null;
}
