/** Out of a lab: its cluster, as it is now, as a workspace of one's own, and from there as a class. */
import { answered } from "../ask";
import { makeClass } from "../classroom/start";
import type { ErrorAnswer } from "../protocol";
import { isRefused, type Cluster, type LabFlow } from "./api";

interface Made {
  readonly slug: string;
  readonly url: string;
}

export interface Seen {
  readonly title: string;
  /** The screen of the lab. */
  readonly from: { readonly slug: string; readonly seed: number; readonly screen: number };
  readonly flow: LabFlow | null;
  /** Files as somebody has changed them. */
  readonly changed: Readonly<Record<string, string>>;
  readonly step: number;
}

/** Goes there; where that cannot be, says why. */
export async function openWorkspace(cluster: Cluster, { flow, changed }: Seen): Promise<ErrorAnswer | null> {
  const made = await upload(cluster, changed);
  if (isRefused(made)) return made;
  const query = new URLSearchParams({ ...flow });
  if (flow && cluster.seed) query.set("seed", String(cluster.seed));
  if (flow && cluster.picks.length) query.set("picks", cluster.picks.join(","));
  for (const fault of cluster.faults) query.append("fault", fault);
  location.assign(query.size ? `${made.url}?${query}` : made.url);
  return null;
}

/** A class of it. The lab's questions go along where its cluster is as the lab has it. */
export async function present(cluster: Cluster, seen: Seen): Promise<ErrorAnswer | null> {
  const { title, from, flow, changed, step } = seen;
  const made = await upload(cluster, changed);
  if (isRefused(made)) return made;
  const asked = { workspace: made.slug, title, faults: cluster.faults, lab: Object.keys(changed).length ? null : from };
  const { seed, picks } = cluster;
  return makeClass(flow ? { ...asked, flow, seed, picks, step: Math.max(0, step) } : asked);
}

function upload({ files, settings }: Cluster, changed: Seen["changed"]): Promise<Made | ErrorAnswer> {
  const now = files.map(({ path, text }) => ({ path, text: changed[path] ?? text }));
  return answered<Made>("/api/v1/workspaces", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ files: now, settings }),
  });
}
