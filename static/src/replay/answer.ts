/** A whole trace, as the interface gives it, in the form in which the page knows answers. Pure. */
import type { Asked } from "../session";
import type { LegHead, Step, TraceHead } from "../protocol";
import type { Answer } from "../state";

export type WholeLeg = LegHead & { readonly steps: readonly Step[] };
export type WholeTrace = Omit<TraceHead, "legs"> & { readonly legs: readonly WholeLeg[] };

/** What is asked: in the words of whoever asked, where they are known. */
export function answerOf(trace: WholeTrace, asked: Partial<Asked> = {}): Answer {
  const steps = trace.legs.flatMap((leg) => leg.steps);
  const { flow } = trace;
  return {
    id: "replay",
    question: {
      from: asked.from || flow.source,
      to: asked.to || flow.target,
      protocol: asked.protocol || flow.protocol || "TCP",
      seed: trace.seed,
      picks: trace.picks,
      after: [],
    },
    trace,
    total: steps.length,
    steps,
    complete: true,
  };
}

/** Files of which some lines are known, as texts with the other lines empty. */
export function textsOf(files: Readonly<Record<string, Readonly<Record<string, string>>>>): Map<string, string> {
  return new Map(Object.entries(files).map(([path, lines]) => [path, sparse(lines)]));
}

function sparse(lines: Readonly<Record<string, string>>): string {
  const last = Math.max(0, ...Object.keys(lines).map(Number));
  return Array.from({ length: last }, (_, index) => lines[index + 1] ?? "").join("\n");
}
