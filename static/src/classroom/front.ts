/** What presenter and audience view have in common: the token in the address's fragment, and a line that claims with it. */
import type { ClassBoot, ClassClientMessage, ClassServerMessage } from "../protocol";
import type { Line } from "../state";
import { ClassLine } from "./line";

type Role = "presenter" | "audience";

const AGAIN = 2000;

interface Listener {
  readonly message: (message: ClassServerMessage) => void;
  readonly line: (line: Line) => void;
}

/** Says the claim first, each time the line opens; where another window has taken over, it only looks. */
export class FrontLine {
  private readonly line: ClassLine;
  private given = false;
  private held = false;

  constructor(
    boot: ClassBoot,
    private readonly role: Role,
    readonly token: string,
    listener: Listener,
  ) {
    this.line = new ClassLine(boot.wsPath, {
      message: (message) => {
        if (message.type === "error" && message.code === "taken-over") this.given = true;
        if (message.type === "class.claimed") this.held = true;
        // The database did not answer; without the claim this page would be nobody.
        if (message.type === "error" && message.code === "storage-busy" && !this.held)
          setTimeout(() => this.again(), AGAIN);
        listener.message(message);
      },
      line: (state) => {
        this.held = false;
        if (state === "open") this.again();
        listener.line(state);
      },
    });
  }

  claim(): void {
    this.given = false;
    this.say(this.role);
  }

  send(message: ClassClientMessage): boolean {
    return this.line.send(message);
  }

  private again(): void {
    if (!this.held) this.say(this.given ? "audience" : this.role);
  }

  private say(role: Role): void {
    this.line.send({ type: "class.claim", token: this.token, as: role });
  }
}

export const tokenOf = (hash: string): string => hash.replace(/^#/, "");
