/** Sends what is being edited once nobody has typed for a moment, one draft at a time; the latest text wins. */
import { answered, sending } from "../ask";
import type { EditorFile } from "../editor";
import type { DraftHeld, ErrorAnswer } from "../protocol";

const QUIET_MS = 300;

export class Drafting {
  /** The key under which the latest text is held; null before that, and where nothing differs from what is saved. */
  key: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | null = null;
  private turn = 0;
  /** The draft before that; the page may still be asking about it, so it goes one later. */
  private older: string | null = null;

  constructor(
    private readonly url: string,
    private readonly files: () => readonly EditorFile[],
    private readonly told: (answer: DraftHeld | ErrorAnswer) => void,
  ) {}

  /** Something has changed: send it when it has been quiet for a moment. */
  soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), QUIET_MS);
  }

  /** Nothing is unsaved any more. */
  drop(): void {
    clearTimeout(this.timer);
    this.turn += 1;
    for (const key of [this.older, this.key])
      if (key !== null) void fetch(`${this.url}/${key}`, { method: "DELETE", keepalive: true }).catch(() => undefined);
    this.older = this.key = null;
  }

  private async send(): Promise<void> {
    if (this.sending) {
      await this.sending;
      return this.soon();
    }
    const turn = (this.turn += 1);
    const sending = this.post(turn);
    this.sending = sending;
    await sending;
    this.sending = null;
  }

  private async post(turn: number): Promise<void> {
    const url = this.older === null ? this.url : `${this.url}?instead=${this.older}`;
    const answer = await answered<DraftHeld>(url, sending({ files: this.files() }));
    if (turn !== this.turn) return;
    if ("draft" in answer) [this.older, this.key] = [this.key, answer.draft];
    this.told(answer);
  }
}
