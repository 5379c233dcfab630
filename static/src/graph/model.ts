/** What the picture reads of the protocol, and the trace in the form that the page hands it over. */
import type * as protocol from "../protocol";

export type { Change, Device, Host, Packet, Pod, RuleRef, Service, Step } from "../protocol";

/** `folded` counts what a graph that is not whole leaves out. */
export type Graph = Pick<protocol.Graph, "segments" | "hosts" | "pods" | "services" | "namespaces"> &
  Partial<Pick<protocol.Graph, "folded">>;

export type LegView = Pick<protocol.LegHead, "kind" | "disposition" | "cause">;

/** A trace as far as it has arrived: the legs, and all steps in order. */
export interface TraceView {
  readonly legs: readonly LegView[];
  readonly steps: readonly protocol.Step[];
}

/** A machine of the cluster that pods can run on: a control plane is one where it has a Node, as in minikube and kind. */
export const isNode = ({ kind, assumed }: Pick<protocol.Host, "kind" | "assumed">): boolean =>
  kind === "node" || (kind === "control-plane" && !assumed);

/** Whether somebody stands behind a Service: pods, or machines as behind the API server's. */
export const hasBehind = (service: protocol.Service): boolean => service.endpoints.length > 0 || service.others > 0;
