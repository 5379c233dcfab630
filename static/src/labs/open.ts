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
  for (const fault of cluster.faults) query.append("fault", fault);
  location.assign(flow || cluster.faults.length ? `${made.url}?${query}` : made.url);
  return null;
}

export async function present(cluster: Cluster, { title, flow, changed, step }: Seen): Promise<ErrorAnswer | null> {
  const made = await upload(cluster, changed);
  if (isRefused(made)) return made;
  const asked = { workspace: made.slug, title, faults: cluster.faults };
  return makeClass(flow ? { ...asked, flow, step: Math.max(0, step) } : asked);
}

function upload({ files, settings }: Cluster, changed: Seen["changed"]): Promise<Made | ErrorAnswer> {
  const now = files.map(({ path, text }) => ({ path, text: changed[path] ?? text }));
  return answered<Made>("/api/v1/workspaces", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ files: now, settings }),
  });
}
