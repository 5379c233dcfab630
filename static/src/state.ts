/** What the page knows of the present question and its answer. `update` is pure; time is in timeline.ts. */
import type { ErrorMessage, ServerMessage, Step, TraceHead } from "./protocol";
import type { Question } from "./session";

export type { Question } from "./session";

/** `open` once the server listens, `lost` while we try to reach it again. */
export type Line = "connecting" | "open" | "lost";

export type Refusal = Pick<ErrorMessage, "code" | "message" | "hint">;

/** A trace as far as it has come; `question` is the one that it answers. */
export interface Answer {
  readonly id: string;
  readonly question: Question;
  readonly trace: TraceHead;
  readonly total: number;
  readonly steps: readonly Step[];
  readonly complete: boolean;
}

/** `asked` waits for its trace.begin; the answer before it stays until then. */
export interface State {
  readonly line: Line;
  readonly asked: { readonly id: string; readonly question: Question } | null;
  readonly answer: Answer | null;
  readonly refusal: Refusal | null;
}

export type Event =
  | { readonly type: "line"; readonly line: Line }
  | { readonly type: "asked"; readonly id: string; readonly question: Question }
  | ServerMessage;

export const NOTHING: State = { line: "connecting", asked: null, answer: null, refusal: null };

export function update(state: State, event: Event): State {
  switch (event.type) {
    case "line":
      return { ...state, line: event.line };
    case "asked":
      return { ...state, asked: { id: event.id, question: event.question }, refusal: null };
    case "trace.begin":
      return begin(state, event.id, event.trace, event.steps);
    case "trace.step":
      return step(state, event.id, event.seq, event.step);
    case "trace.end":
      return end(state, event.id);
    case "error":
      return refused(state, event);
  }
}

/** What to say to a server that has just been reached: go on where it stopped, ask again, or nothing. */
export function unfinished(state: State): { start: string } | { resume: string; key: string; after: number } | null {
  if (state.asked) return { start: state.asked.id };
  const { answer } = state;
  if (!answer || answer.complete) return null;
  return { resume: answer.id, key: answer.trace.key, after: answer.steps.length - 1 };
}

function begin(state: State, id: string, trace: TraceHead, total: number): State {
  const question =
    state.asked?.id === id ? state.asked.question : state.answer?.id === id ? state.answer.question : null;
  if (!question) return state;
  const answer: Answer = { id, question, trace, total, steps: [], complete: false };
  return { ...state, asked: state.asked?.id === id ? null : state.asked, answer, refusal: null };
}

/** Nothing twice, and nothing out of order: a resume may overlap. */
function step(state: State, id: string, seq: number, one: Step): State {
  const { answer } = state;
  if (!answer || answer.id !== id || seq !== answer.steps.length) return state;
  return { ...state, answer: { ...answer, steps: [...answer.steps, one] } };
}

function end(state: State, id: string): State {
  const { answer } = state;
  if (!answer || answer.id !== id) return state;
  return { ...state, answer: { ...answer, complete: true } };
}

function refused(state: State, { id, code, message, hint }: ErrorMessage): State {
  if (id !== null && id !== state.asked?.id && id !== state.answer?.id) return state;
  const asked = id !== null && id === state.asked?.id ? null : state.asked;
  return { ...state, asked, refusal: { code, message, hint } };
}
