/** What a lab's page asks, and the answers as they come. */
import { answered, sending } from "../ask";
import type { EditorFile, EditorProblem } from "../editor";
import type { ErrorAnswer, Graph } from "../protocol";
import type { WholeTrace } from "../replay/answer";

export interface LabFlow {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

export interface LabTask {
  readonly kind: "picture" | "watch" | "predict" | "fix";
  readonly hints: number;
  readonly flow: LabFlow | null;
  readonly question?: string;
  readonly number?: boolean;
  readonly choices?: readonly string[];
  readonly text?: string;
  readonly files?: readonly EditorFile[];
  readonly checks?: readonly { readonly id: string; readonly must: string }[];
}

/** Words in here are HTML that the server has cleaned; `markup.ts` makes elements of them. */
export interface LabScreen {
  readonly id: string;
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly task: LabTask | null;
}

export interface LabPage {
  readonly slug: string;
  readonly number: number | null;
  readonly title: string;
  readonly seed: number;
  readonly screens: readonly LabScreen[];
}

/** A picture and a trace: as far as it may be seen, at a step. `waits` names the place where the packet waits. */
export interface Scene {
  readonly graph: Graph | null;
  readonly trace: WholeTrace | null;
  readonly step: number;
  readonly waits: string | null;
}

export interface Graded extends Scene {
  readonly right: boolean;
  /** The number of the right choice; null where a number was asked for. */
  readonly choice: number | null;
  readonly value: string;
  readonly after: string;
  readonly explanation: string;
}

export interface CheckState {
  readonly id: string;
  /** null: it can't be judged yet. */
  readonly holds: boolean | null;
  readonly said: string;
  readonly hint: string;
  readonly trace: boolean;
  readonly step: number | null;
}

export interface Checked {
  readonly credit: number;
  readonly checks: readonly CheckState[];
  readonly problems: readonly EditorProblem[];
  readonly explanation: string;
}

/** A screen's cluster, as it would be uploaded. */
export interface Cluster {
  readonly files: readonly EditorFile[];
  readonly settings: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
  /** By these its connection comes out as in the lab. */
  readonly seed: number;
  readonly picks: readonly number[];
}

export interface Ending {
  readonly think: string;
  readonly truth: string;
  readonly commands: readonly string[];
  readonly reading: readonly { readonly title: string; readonly url: string }[];
}

export const isRefused = (answer: object): answer is ErrorAnswer => "code" in answer && "hint" in answer;

/** The questions of one variant of a lab. */
export class LabApi {
  constructor(
    private readonly url: string,
    readonly seed: number,
  ) {}

  page = () => this.get<LabPage>("");
  scene = (screen: number) => this.get<Scene>("/scene", { screen });
  hint = (screen: number, depth: number) => this.get<{ hint: string; more: boolean }>("/hint", { screen, depth });
  files = (screen: number) => this.get<Cluster>("/files", { screen });
  end = () => this.get<Ending>("/end");
  answer = (screen: number, answer: number) => this.post<Graded>("/answer", { screen, answer });
  checks = (screen: number, files: Record<string, string>) => this.post<Checked>("/checks", { screen, files });
  show = (screen: number, files: Record<string, string>, check: string) =>
    this.post<Scene>("/show", { screen, files, check });

  private get<T>(path: string, query: Record<string, number> = {}): Promise<T | ErrorAnswer> {
    const words = Object.entries({ seed: this.seed, ...query }).map(([name, value]) => [name, String(value)]);
    return answered<T>(`${this.url}${path}?${new URLSearchParams(Object.fromEntries(words))}`);
  }

  private post<T>(path: string, body: object): Promise<T | ErrorAnswer> {
    return answered<T>(this.url + path, sending({ seed: this.seed, ...body }));
  }
}
