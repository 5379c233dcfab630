/** Which pods of a node are drawn, and in which order they stand. */
import type { Pod } from "../model";
import type { Story } from "./story";

/** Names as people count: app-2 before app-10. */
export const { compare } = new Intl.Collator("en", { numeric: true });

const NOBODY: ReadonlySet<string> = new Set();

/** Pods by namespace; those of the story and those wanted always, the rest while there is room; each where it was. */
export function choosePods(
  pods: Pod[],
  room: number,
  story: Story | null,
  wanted: ReadonlySet<string> = NOBODY,
  places: (found: Pod[]) => Pod[] = (found) => found,
): Pod[] {
  const sorted = [...pods].sort(
    (a, b) =>
      Number(a.hostNetwork) - Number(b.hostNetwork) || compare(a.namespace, b.namespace) || compare(a.name, b.name),
  );
  const cells = sorted.length > room ? room - 1 : room;
  const must = (pod: Pod): boolean => story?.pods.has(pod.id) || wanted.has(pod.id);
  const told = sorted.filter(must);
  const rest = sorted.filter((pod) => !must(pod));
  const chosen = new Set([...told, ...rest.slice(0, Math.max(0, cells - told.length))]);
  const shown = sorted.filter((pod) => chosen.has(pod));
  return places(askerFirst(shown, story));
}

/** On one node the way out must not cross the way in: who asks stands left of who answers. */
function askerFirst(pods: Pod[], story: Story | null): Pod[] {
  const client = pods.findIndex((pod) => pod.id === story?.client);
  const server = pods.findIndex((pod) => story?.servers.has(pod.id));
  if (client < 0 || server < 0 || client <= server) return pods;
  const swapped = [...pods];
  [swapped[server], swapped[client]] = [pods[client]!, pods[server]!];
  return swapped;
}
