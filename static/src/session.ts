/** The connections of one trace session: each begins where those before it have left the machines. Pure. */
import type { Outcome } from "./protocol";

/** A question by itself, as it is asked once. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly seed: number;
  /** Which way to go at each choice point, in order; beyond its end the seed draws. */
  readonly picks: readonly number[];
}

/** A question with the earlier connections of its session, first one first. */
export interface Question extends Asked {
  readonly after: readonly Asked[];
  /** The later ones, where there are any: they don't change the answer, and belong to what the address shows. */
  readonly then?: readonly Asked[];
}

/** `reached` names the network namespace that answered; null as long as nobody has asked, and where nobody answered. */
export interface Connection {
  readonly asked: Asked;
  readonly outcome: Outcome | null;
  readonly reached: string | null;
}

export interface Session {
  readonly connections: readonly Connection[];
  /** Which one is shown. */
  readonly at: number;
}

export const NOBODY_YET: Session = { connections: [], at: -1 };
/** So many a page keeps; the earliest are needed by all that follow, so there is no dropping them. */
export const MOST_CONNECTIONS = 12;

/** A session that a question stands for. */
export function sessionOf({ after, then = [], ...asked }: Question): Session {
  const connections = [...after, asked, ...then].map(unanswered);
  return { connections, at: after.length };
}

/** One more packet, after all those before it. */
export function another(session: Session, asked: Asked): Session {
  const seeds = session.connections.map((one) => one.asked.seed);
  const seed = seeds.length ? Math.max(...seeds) + 1 : asked.seed;
  const connections = [...session.connections, unanswered({ ...asked, seed, picks: [] })];
  return { connections, at: connections.length - 1 };
}

export const isFull = (session: Session): boolean => session.connections.length >= MOST_CONNECTIONS;

export function look(session: Session, at: number): Session {
  return session.connections[at] ? { ...session, at } : session;
}

/** The one that is shown goes another way; what came after it happens anew. */
export function otherwise(session: Session, change: Partial<Pick<Asked, "seed" | "picks">>): Session {
  const connections = session.connections.map(({ asked }, index) => {
    if (index < session.at) return session.connections[index]!;
    return unanswered(index === session.at ? { ...asked, ...change } : asked);
  });
  return { ...session, connections };
}

export function answered(session: Session, index: number, outcome: Outcome, reached: string | null): Session {
  const connections = session.connections.map((one, at) => (at === index ? { ...one, outcome, reached } : one));
  return { ...session, connections };
}

/** What to ask for the connection at an index. */
export function questionAt(session: Session, at = session.at): Question | null {
  const found = session.connections[at];
  if (!found) return null;
  const asked = session.connections.map((one) => one.asked);
  const later = asked.slice(at + 1);
  return { ...found.asked, after: asked.slice(0, at), ...(later.length ? { then: later } : {}) };
}

/** The way of the picks that leads to an option of a choice: those before it as they were. */
export function picksTo(choices: readonly { readonly picked: number }[], index: number, option: number): number[] {
  return [...choices.slice(0, index).map((choice) => choice.picked), option];
}

const unanswered = (asked: Asked): Connection => ({ asked, outcome: null, reached: null });
