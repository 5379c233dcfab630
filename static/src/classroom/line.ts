/** The socket of a class. */
import { Socket } from "../socket";
import type { ClassClientMessage, ClassServerMessage } from "../protocol";

export class ClassLine extends Socket<ClassClientMessage, ClassServerMessage> {}
