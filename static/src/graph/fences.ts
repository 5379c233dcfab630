/** Policies as fences: which of them isolate which pods, as far as the steps of a trace name them. */
import type { RuleRef, Step } from "./model";

/** A policy of any kind by its short name, and the element id of a pod that it isolates. */
export interface Fence {
  readonly policy: string;
  readonly pod: string;
}

const POLICY = /NetworkPolicy (\S+)$/;

/** A pod has a chain of its own, which it is the reason to jump to; the policies in it are those that hold for it. */
export function fencesOf(steps: readonly Step[]): Fence[] {
  const found = new Map<string, Fence>();
  for (const { path, matched } of steps) {
    const rules = matched ? [...path, matched] : path;
    const owners = new Map(rules.flatMap(ownChain));
    for (const rule of rules) {
      const pod = owners.get(rule.chain);
      if (!pod) continue;
      for (const policy of policiesIn(rule)) found.set(`${policy} ${pod}`, { policy, pod });
    }
  }
  return [...found.values()];
}

/** The chain of a pod, and the pod. */
function ownChain({ verdict = "", origins = [] }: RuleRef): [string, string][] {
  const [, chain] = verdict.split(":");
  const pod = origins.find(({ object }) => object.startsWith("Pod "));
  return chain && pod ? [[chain, `pod:${pod.object.slice("Pod ".length)}`]] : [];
}

const policiesIn = ({ origins = [] }: RuleRef): string[] =>
  origins.flatMap(({ object }) => POLICY.exec(object)?.[1]?.split("/").at(-1) ?? []);

/** The policy that drops or refuses the packet in this step. */
export function deniedBy({ cause, matched }: Step): string | null {
  return cause && matched ? (policiesIn(matched)[0] ?? null) : null;
}
