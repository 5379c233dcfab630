/** The button that makes a class of what one looks at, and goes to its desk. */
import { byId } from "../dom";
import type { ClassCreated } from "../protocol";
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
  const refusal = await makeClass({ workspace: slug, title, ...classQuestion(question(), at()) });
  if (refusal) refuse(refusal);
}

/** A class of this, and to its desk; or why not. */
export async function makeClass(asked: object): Promise<Refusal | null> {
  const answer = await fetch("/api/v1/classes", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  const body = (await answer.json()) as unknown;
  if (!answer.ok) return body as Refusal;
  const made = body as ClassCreated;
  keepAudience(made);
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

/** The wall's own right, for this tab; where storage is off, the presenter's serves. */
function keepAudience(made: ClassCreated): void {
  try {
    sessionStorage.setItem(`netviz.audience ${made.code}`, made.audience_token);
  } catch (refused) {
    if (!(refused instanceof DOMException)) throw refused;
  }
}
