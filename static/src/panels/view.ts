/** What a panel is shown: one step of one answer, and what the names in it are. */
import type { Role, Roles } from "../graph/roles";
import type { Graph, Step } from "../protocol";
import type { Answer } from "../state";
import { h } from "../dom";

export interface View {
  readonly answer: Answer;
  readonly step: Step;
  readonly at: number;
  readonly roles: Roles;
  readonly names: ReadonlyMap<string, Role>;
}

/** Before the graph has come. */
export const NO_GRAPH: Graph = {
  snapshot: "",
  segments: [],
  hosts: [],
  pods: [],
  services: [],
  namespaces: [],
  files: [],
  assumptions: [],
  settings: [],
  counts: { pods: 0, services: 0, nodes: 0, problems: 0 },
  folded: null,
  version: 1,
};

/** The names of a cluster and whose they are; the client has its own colour. */
export function namesOf(graph: Graph, client: string | undefined): Map<string, Role> {
  const names = new Map<string, Role>();
  for (const host of graph.hosts)
    names.set(host.name, host.kind === "internet" || host.kind === "router" ? "world" : "node");
  for (const service of graph.services) add(names, service, "service");
  for (const pod of graph.pods) add(names, pod, `${pod.namespace}/${pod.name}` === client ? "client" : "pod");
  return names;
}

function add(names: Map<string, Role>, { namespace, name }: { namespace: string; name: string }, role: Role): void {
  if (!names.has(name)) names.set(name, role);
  names.set(`${namespace}/${name}`, role);
}

/** An address in its role's colour. */
export function address(text: string, roles: Roles): HTMLElement {
  return h("span", { class: `mono c-${roles.of(text)}` }, text);
}

const WORDS = /([\w./:-]*\w)/;
const ADDRESS = /^(\d+\.\d+\.\d+\.\d+)(:\d+)?$/;

/** A sentence with its names and addresses in colour, as nodes: nothing in it is ever read as HTML. */
export function spoken(sentence: string, { step, roles, names }: View): (HTMLElement | string)[] {
  const said = new Set(Object.values(step.text.params).flatMap((value) => [value, value.split("/").at(-1)!]));
  return sentence.split(WORDS).map((word) => {
    const found = ADDRESS.exec(word);
    if (found) return h("span", { class: `mono c-${roles.of(found[1]!)}` }, word);
    const role = said.has(word) ? names.get(word) : undefined;
    return role ? h("span", { class: `mono c-${role}` }, word) : word;
  });
}

/** Where a step happens, for people: "web-1", "node-a". */
export function placeOf(step: Step): string {
  return step.netns.split("/").at(-1)!;
}
