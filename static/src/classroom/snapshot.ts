/** What a class looks at, by HTTP: its graph once, each trace once. Both stay as they are while the class lasts. */
import type { ClassBoot, ClassCursor, ClassState, FlowQuestion, Graph, Trace, TraceHead } from "../protocol";
import type { Question } from "../session";
import type { Answer, Refusal } from "../state";

export class Snapshot {
  private readonly traces = new Map<string, Promise<Answer>>();

  constructor(private readonly boot: ClassBoot) {}

  async graph(): Promise<Graph> {
    return (await this.get("/graph")) as Graph;
  }

  /** The trace that a state shows; null where the class has not begun. */
  trace(state: ClassState): Promise<Answer> | null {
    const question = questionOf(state);
    if (!question) return null;
    const key = keyOf(state);
    const known = this.traces.get(key);
    if (known) return known;
    const asked = this.fetchTrace(question, state, key);
    this.traces.set(key, asked);
    asked.catch(() => this.traces.delete(key));
    return asked;
  }

  private async fetchTrace(question: Question, { faults, size }: ClassState, key: string): Promise<Answer> {
    const query = new URLSearchParams({ from: question.from, to: question.to, protocol: question.protocol });
    query.set("seed", String(question.seed));
    if (question.picks.length) query.set("picks", question.picks.join(","));
    if (question.after.length) query.set("after", JSON.stringify(question.after.map(earlier)));
    for (const fault of faults) query.append("fault", fault);
    if (size) query.set("size", String(size));
    const trace = (await this.get(`/trace?${query}`)) as Trace;
    const steps = trace.legs.flatMap((leg) => leg.steps);
    const head: TraceHead = { ...trace, after: trace.after };
    return { id: key, question, trace: head, total: steps.length, steps, complete: true };
  }

  private async get(path: string): Promise<unknown> {
    const answer = await fetch(this.boot.apiUrl + path);
    const body = (await answer.json()) as unknown;
    if (!answer.ok) throw new Refused(body as Refusal);
    return body;
  }
}

/** The server's no, in its words. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** What the trace of a state depends on, and nothing else of it. */
export function keyOf({ flow, seed, picks, after, faults, size }: ClassState): string {
  return JSON.stringify([flow, seed, picks, after, faults, size]);
}

/** The same question at another step, as a presenter says it. */
export function cursorAt(
  { seed, picks, after, faults, size }: ClassState,
  flow: FlowQuestion,
  step: number,
): ClassCursor {
  return { type: "class.cursor", flow, seed, picks, after, faults, size, step };
}

export function questionOf({ flow, seed, picks, after }: ClassState): Question | null {
  if (!flow) return null;
  const earlierOnes = after.map((one) => ({ ...plain(one.flow), seed: one.seed ?? 0, picks: one.picks ?? [] }));
  return { ...plain(flow), seed, picks, after: earlierOnes };
}

function plain(flow: { from: string; to: string; protocol?: string }): { from: string; to: string; protocol: string } {
  return { from: flow.from, to: flow.to, protocol: flow.protocol ?? "TCP" };
}

function earlier({ from, to, protocol, seed, picks }: Question["after"][number]): object {
  return { flow: { from, to, protocol }, seed, picks };
}
