/** Where a follower is: with the class, or peeking. Pure. */
import type { ClassNotice, ClassServerMessage, ClassState } from "../protocol";
import type { Line } from "../state";
import { keyOf } from "./snapshot";

type About = ClassNotice["about"];

export interface Following {
  readonly line: Line;
  readonly state: ClassState | null;
  /** The follower's own step while they peek; null: with the class. */
  readonly peek: number | null;
  /** What is out of order on the server's side, by what it is about. */
  readonly notices: ReadonlyMap<About, string>;
}

export type Event =
  | { readonly type: "line"; readonly line: Line }
  | { readonly type: "looked"; readonly at: number }
  | { readonly type: "returned" }
  | ClassServerMessage;

export const NOWHERE: Following = { line: "connecting", state: null, peek: null, notices: new Map() };

export function follow(now: Following, event: Event): Following {
  switch (event.type) {
    case "line":
      return { ...now, line: event.line };
    case "looked":
      return { ...now, peek: now.state === null || event.at === now.state.step ? null : event.at };
    case "returned":
      return { ...now, peek: null };
    case "class.state":
      return arrived(now, event);
    case "class.notice":
      return { ...now, notices: noticed(now.notices, event.about, event.message) };
    default:
      return now;
  }
}

/** A socket that has just opened may know less than we did: a server that was restarted begins with what it kept. */
export function reopened(now: Following): Following {
  return { ...now, line: "open", state: now.state && { ...now.state, revision: -1 }, notices: new Map() };
}

/** Where the follower looks. */
export const stepOf = ({ state, peek }: Following): number => peek ?? state?.step ?? 0;

/** A later state holds. Another trace, or the step where one peeks already, ends the peeking. */
function arrived(now: Following, state: ClassState): Following {
  if (now.state && state.revision <= now.state.revision) return now;
  const same = now.state !== null && keyOf(now.state) === keyOf(state);
  return { ...now, state, peek: same && now.peek !== state.step ? now.peek : null };
}

function noticed(notices: Following["notices"], about: About, message: string): Following["notices"] {
  const changed = new Map(notices);
  if (message) changed.set(about, message);
  else changed.delete(about);
  return changed;
}
