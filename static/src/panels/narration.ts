/** Where it happens, how far it may be trusted, and the sentence; the mechanism and the kernel's words on demand. */
import { byId, h, icon } from "../dom";
import type { Step } from "../protocol";
import { roleOf } from "../timeline";
import { placeOf, spoken, type View } from "./view";
import { t } from "../i18n";

const TRUST = {
  verified: t("trust.verified"),
  modelled: t("trust.modelled"),
  assumed: t("trust.assumed"),
};
/** What the engine says is English, whatever the page speaks. */
const ENGLISH = "en";
/** The page that says what each badge stands on. */
const FIDELITY = "/fidelity/";

export function showNarration(view: View): void {
  const { step, answer } = view;
  const role = roleOf(step, answer.steps[0]?.netns);
  byId("where").replaceChildren(
    h("b", { class: `c-${role}` }, placeOf(step)),
    h("span", {}, whereabouts(view)),
    h(
      "a",
      { class: `badge ${step.badge}`, href: `${FIDELITY}#${step.badge}` },
      icon(step.badge),
      t(`badge.${step.badge}`),
    ),
  );
  byId("trust").replaceChildren(h("b", {}, `${capital(t(`badge.${step.badge}`))}.`), ` ${trustIn(step)}.`);
  const ended = step.cause !== null && step.kind !== "deliver";
  byId("say").replaceChildren(...spoken(step.narration?.plain ?? "", view));
  byId("say").lang = ENGLISH;
  byId("say").classList.toggle("ended", ended);
  byId("mechanism").replaceChildren(...spoken(step.narration?.mechanism ?? "", view));
  byId("kernel").textContent = step.narration?.kernel ?? "";
  byId("function").textContent = step.function;
  byId("foot-step").textContent = t("step-count", { step: view.at + 1, total: answer.total });
}

/** What a step stands on: what it was held against, if it was. */
export function trustIn(step: Pick<Step, "badge"> & { readonly evidence?: string | null }): string {
  const words =
    step.badge === "verified" && step.evidence ? t("trust.evidence", { evidence: step.evidence }) : TRUST[step.badge];
  return words.replace(/\.$/, "");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function whereabouts({ step }: View): string {
  const table = step.matched?.table.split(" ").at(-1) ?? (step.kind === "nat" ? "nat" : "");
  const place = step.hook ? [table, step.hook] : [step.device ?? "", t(`kind.${step.kind}`)];
  return place.filter(Boolean).join(" · ");
}
