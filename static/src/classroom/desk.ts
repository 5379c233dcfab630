/** What the presenter reads by HTTP: questions that the step offers, notes, who is there. */
import type { Board, ClassBoot, ClassCreated, ClassMember, ClassOffer } from "../protocol";

export interface Note {
  readonly first: number;
  readonly last: number;
  readonly html: string;
}

export class Desk {
  constructor(
    private readonly boot: ClassBoot,
    private readonly token: string,
  ) {}

  async questions(): Promise<readonly ClassOffer[]> {
    return ((await this.ask("/questions")) as { questions: ClassOffer[] } | null)?.questions ?? [];
  }

  async members(): Promise<readonly ClassMember[]> {
    return ((await this.ask("/members")) as { members: ClassMember[] } | null)?.members ?? [];
  }

  async notes(): Promise<{ text: string; notes: Note[] } | null> {
    return (await this.ask("/notes")) as { text: string; notes: Note[] } | null;
  }

  async keepNotes(text: string): Promise<{ text: string; notes: Note[] } | null> {
    return (await this.ask("/notes", { method: "PUT", body: text })) as { text: string; notes: Note[] } | null;
  }

  /** Whether the class has ended. */
  async end(): Promise<boolean> {
    return (await this.fetch("", { method: "DELETE" })).ok;
  }

  /** The right of the wall, which only looks. */
  async wallToken(): Promise<string | null> {
    return ((await this.ask("/links")) as ClassCreated | null)?.audience_token ?? null;
  }

  async board(): Promise<Board | null> {
    return (await this.ask("/board")) as Board | null;
  }

  async results(): Promise<Blob | null> {
    const answer = await this.fetch("/results");
    return answer.ok ? answer.blob() : null;
  }

  private async ask(path: string, more: RequestInit = {}): Promise<unknown> {
    const answer = await this.fetch(path, more);
    return answer.ok ? ((await answer.json()) as unknown) : null;
  }

  private fetch(path: string, more: RequestInit = {}): Promise<Response> {
    return fetch(this.boot.apiUrl + path, { ...more, headers: { "X-NetViz-Presenter": this.token } });
  }
}

/** The notes for a step as people count it; those for all steps come first. */
export function notesAt(notes: readonly Note[], step: number): Note[] {
  return notes.filter(({ first, last }) => first === 0 || (first <= step && step <= last));
}

/** HTML that the server has made safe, as nodes; scripts in a parsed document never run. */
export function nodesOf(html: string): Node[] {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const link of parsed.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noreferrer";
  }
  return [...parsed.body.childNodes];
}
