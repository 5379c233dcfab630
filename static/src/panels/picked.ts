/** What was clicked in the picture: where its manifest says so, and what can be asked of it. */
import { h } from "../dom";
import { t } from "../i18n";
import type { Graph, Origin, Pod, ProbeQuestion } from "../protocol";

const podOf = (graph: Graph, id: string): Pod | undefined =>
  graph.pods.find((one) => id === one.id || id.startsWith(`${one.id}/`));

export function originOf(graph: Graph, id: string): Origin | null {
  const pod = podOf(graph, id);
  if (pod) return pod.origin;
  return graph.services.find((service) => service.id === id)?.origin ?? null;
}

/** The kubelet's probes of a pod as buttons: each is a question as any other, from the pod's own node. */
export function probesOf(graph: Graph, id: string, ask: (question: ProbeQuestion) => void): HTMLElement[] {
  const probes = podOf(graph, id)?.probes ?? [];
  return probes.map((probe) => {
    const port = probe.to.slice(probe.to.lastIndexOf(":") + 1);
    const words = probes.length > 1 ? t("picked.probe", { port }) : t("matrix.probe");
    const button = h("button", { type: "button", class: "quiet", title: `${probe.from} → ${probe.to}` }, words);
    button.addEventListener("click", () => ask(probe));
    return button;
  });
}
