/** Asks the server what is typed; an answer that is overtaken by a newer question is dropped. */
import { about } from "../subject";
import { answered } from "../ask";
import type { ErrorAnswer, FoundAnswer } from "../protocol";
import { queryOf, type Filters } from "./filters";

/** So long nobody has pressed a key before the question goes out. */
const PAUSE = 60;

export class Lookup {
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly url: string) {}

  /** Soon, unless another text comes first. */
  later(text: string, then: (answer: FoundAnswer | ErrorAnswer) => void): void {
    clearTimeout(this.timer);
    const ticket = (this.asked += 1);
    this.timer = setTimeout(async () => {
      const answer = await this.ask(text);
      if (ticket === this.asked) then(answer);
    }, PAUSE);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.asked += 1;
  }

  ask(text: string, filters?: Filters, most = 6): Promise<FoundAnswer | ErrorAnswer> {
    const query = new URLSearchParams(filters ? queryOf(filters) : undefined);
    query.set("q", text);
    query.set("most", String(most));
    return answered<FoundAnswer>(about(`${this.url}?${query}`));
  }
}
