/** The socket of a class; after a sleep it asks for the state, which tells both whether it lives and where the class is. */
import { Socket } from "../socket";
import type { ClassClientMessage, ClassServerMessage } from "../protocol";
import type { Line } from "../state";

interface Listener {
  message(message: ClassServerMessage): void;
  line(line: Line): void;
}

/** Refusals after which nobody tries again: there is no such class, or none any more. */
export const isOver = (code: string): boolean => ["class-ended", "unknown-class", "bad-code"].includes(code);

export class ClassLine extends Socket<ClassClientMessage, ClassServerMessage> {
  constructor(path: string, listener: Listener) {
    super(path, listener, { type: "class.where" });
  }
}
