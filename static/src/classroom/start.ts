/** The button that makes a class of what one looks at, and goes to its desk. */
import { answered, sending } from "../ask";
import { byId } from "../dom";
import type { ClassCreated, ErrorAnswer } from "../protocol";
import type { Question } from "../session";
import type { Refusal } from "../state";

interface Looking {
  readonly slug: string;
  readonly title: string;
  readonly question: () => (Question & { readonly faults?: readonly string[] }) | null;
  readonly at: () => number;
  readonly refuse: (refusal: Refusal) => void;
}

export function mountPresent(looking: Looking): void {
  const button = byId<HTMLButtonElement>("present");
  button.addEventListener("click", () => {
    button.disabled = true;
    void begin(looking).finally(() => (button.disabled = false));
  });
}

async function begin({ slug, title, question, at, refuse }: Looking): Promise<void> {
  const refused = await makeClass({ workspace: slug, title, ...classQuestion(question(), at()) });
  if (refused) refuse(refused);
}

/** A class of this, and to its desk; or why not. */
export async function makeClass(wanted: object): Promise<ErrorAnswer | null> {
  const made = await answered<ClassCreated>("/api/v1/classes", sending(wanted));
  if ("hint" in made) return made;
  location.assign(made.presenter_url);
  return null;
}

/** What a class begins with: the question that is open, and the step. */
export function classQuestion(asked: ReturnType<Looking["question"]>, at: number): object {
  if (!asked) return {};
  const { from, to, protocol, seed, picks } = asked;
  const after = asked.after.map((one) => ({
    flow: { from: one.from, to: one.to, protocol: one.protocol },
    seed: one.seed,
    picks: one.picks,
  }));
  return { flow: { from, to, protocol }, seed, picks, after, faults: asked.faults ?? [], step: Math.max(0, at) };
}
