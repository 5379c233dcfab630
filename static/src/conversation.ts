/** What is asked and answered: the open question, its answer as it comes, and the session that it is part of. */
import type { ServerMessage, TraceHead } from "./protocol";
import {
  another,
  answered,
  look,
  NOBODY_YET,
  otherwise,
  questionAt,
  sessionOf,
  type Asked,
  type Question,
  type Session,
} from "./session";
import { faultsNow, sizeNow } from "./faults/kept";
import { Socket } from "./socket";
import { draftShown } from "./subject";
import { NOTHING, unfinished, update, type Event, type State } from "./state";

export class Conversation {
  private now: State = NOTHING;
  private connections: Session = NOBODY_YET;
  private count = 0;
  /** Which connection of the session a question is about, by the id of the question. */
  private about = new Map<string, number>();
  private readonly socket: Socket;

  constructor(
    path: string,
    private readonly changed: (now: State, before: State) => void,
  ) {
    this.socket = new Socket(path, {
      message: (message) => this.heard(message),
      line: (line) => {
        this.apply({ type: "line", line });
        if (line === "open") this.start();
      },
    });
  }

  get state(): State {
    return this.now;
  }

  get session(): Session {
    return this.connections;
  }

  /** A session of this question and the connections that it names. */
  ask(question: Question): void {
    this.show(sessionOf(question));
  }

  askAnother(asked: Asked): void {
    this.show(another(this.connections, asked));
  }

  lookAt(index: number): void {
    if (index !== this.connections.at) this.show(look(this.connections, index));
  }

  takeOtherWay(change: Partial<Pick<Asked, "seed" | "picks">>): void {
    this.show(otherwise(this.connections, change));
  }

  /** The same session once more, in a cluster that has become another. */
  again(): void {
    const question = questionAt(this.connections);
    if (question) this.show(sessionOf(question));
  }

  private show(session: Session): void {
    this.connections = session;
    this.about.clear();
    const question = questionAt(session);
    if (!question) return;
    const id = this.nextId(session.at);
    this.apply({ type: "asked", id, question });
    this.start();
  }

  /** Say the open question again, or go on where the answer stopped; then ask what becomes of the later connections. */
  private start(): void {
    const rest = unfinished(this.now);
    if (rest && "start" in rest) this.say(rest.start, this.now.asked!.question);
    else if (rest) this.socket.send({ type: "trace.resume", id: rest.resume, key: rest.key, after: rest.after });
    this.connections.connections.forEach(({ outcome }, index) => {
      if (outcome !== null || index <= this.connections.at) return;
      this.say(this.nextId(index), questionAt(this.connections, index)!);
    });
  }

  private say(id: string, { from, to, protocol, seed, picks, after }: Question): void {
    const message = {
      type: "trace.start" as const,
      id,
      flow: { from, to, protocol },
      seed,
      picks,
      after: after.map((one) => ({
        flow: { from: one.from, to: one.to, protocol: one.protocol },
        seed: one.seed,
        picks: one.picks,
      })),
      draft: draftShown(),
      faults: faultsNow(),
      size: sizeNow(),
    };
    this.socket.send(message);
  }

  private heard(message: ServerMessage): void {
    const { answer } = this.now;
    if (message.type === "error" && message.code === "stale-trace" && message.id === answer?.id) {
      this.again();
      return;
    }
    if (message.type === "trace.begin") this.note(message.id, message.trace);
    this.apply(message);
  }

  /** What became of a connection, and of those before it. */
  private note(id: string, { disposition, server, after }: TraceHead): void {
    const index = this.about.get(id);
    if (index === undefined) return;
    after.forEach((one, at) => {
      if (one.disposition) this.connections = answered(this.connections, at, one.disposition, one.server);
    });
    this.connections = answered(this.connections, index, disposition, server);
  }

  private apply(event: Event): void {
    const before = this.now;
    this.now = update(before, event);
    if (this.now !== before || event.type === "trace.begin") this.changed(this.now, before);
  }

  private nextId(index: number): string {
    this.count += 1;
    const id = `q${this.count}`;
    this.about.set(id, index);
    return id;
  }
}
