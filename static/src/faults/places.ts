/** Where on the picture a fault is: the element that it is about, and the larger one around it. */
import type { Graph } from "../protocol";

export interface Place {
  /** The element's id, and those to fall back on where it is not drawn. */
  ids: string[];
  /** What is shown as its name. */
  name: string;
}

const INSIDE = ["link-cut", "mtu"];

export const kindOf = (fault: string): string => fault.split(":")[0]!;
export const valueOf = (fault: string): string => /=(\d+)$/.exec(fault)?.[1] ?? "";

export function placeOf(fault: string, graph: Graph): Place {
  const target = fault.slice(fault.indexOf(":") + 1).replace(/=\d+$/, "");
  const words = target.split("/");
  const pod = graph.pods.find(({ id }) => id === `pod:${words.slice(0, 2).join("/")}`);
  const host = graph.hosts.find(({ name }) => name === words[0]);
  const owner = pod && (words.length > 2 || !host) ? pod.id : host?.id;
  if (!owner) return { ids: [], name: target };
  const rest = words.slice(owner.startsWith("pod:") ? 2 : 1).join("/");
  const veth = /^veth@(.+)$/.exec(rest)?.[1];
  const inner = INSIDE.includes(kindOf(fault)) ? [veth ? `pod:${veth}` : `${owner}/${rest}`] : [];
  const around = pod && owner === pod.id ? [`node:${pod.node}`] : [];
  return { ids: [...inner, owner, ...around], name: target };
}
