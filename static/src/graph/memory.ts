/**
 * How the present scene has been arranged, so that what stays keeps its place when something is added or folded.
 *
 * Forgotten when the picture is another one: another trace, another frame, other machines.
 */
import type { Pod } from "./model";

/** What may be left out where there is little room, and how many nodes stand side by side. */
export interface Choice {
  columns: number;
  roomy: boolean;
  outside: boolean;
}

export class Memory {
  rows: number | null = null;
  choice: Choice | null = null;
  private hosts: readonly string[] = [];
  private readonly pods = new Map<string, readonly string[]>();

  forget(): void {
    this.rows = this.choice = null;
    this.hosts = [];
    this.pods.clear();
  }

  /** Machines in the order in which they came; `found` are those to be drawn, in their usual order. */
  order<T extends { id: string }>(found: T[]): T[] {
    return keepPlaces(this.hosts, found);
  }

  orderPods(host: string, found: Pod[]): Pod[] {
    return keepPlaces(this.pods.get(host) ?? [], found);
  }

  keep(hosts: readonly { host: { id: string }; pods: readonly Pod[] }[]): void {
    this.hosts = hosts.map(({ host }) => host.id);
    for (const { host, pods } of hosts)
      this.pods.set(
        host.id,
        pods.map((pod) => pod.id),
      );
  }
}

/** Those that were there before stay where they were; new ones take the places of those that are gone, then the end. */
export function keepPlaces<T extends { id: string }>(before: readonly string[], now: readonly T[]): T[] {
  const known = new Map(now.map((one) => [one.id, one]));
  const fresh = now.filter(({ id }) => !before.includes(id));
  const stayed = before.map((id) => known.get(id) ?? fresh.shift());
  return [...stayed.filter((one) => one !== undefined), ...fresh];
}
