/** How it ended, what is to blame, and the change that would mend it. */
import { byId, h, prose } from "../dom";
import type { Outcome, Step, TraceHead } from "../protocol";
import type { Answer } from "../state";
import type { ManifestPanel } from "./manifest";
import { t } from "../i18n";

export const succeeded = (outcome: Outcome): boolean => outcome === "delivered" || outcome === "connected";

/** What HTTP calls an error begins here. */
const HTTP_ERROR = 400;

/** Whether the client has what it asked for: a connection, and no error of a proxy or server on it. */
export const satisfied = ({ disposition, status }: Pick<TraceHead, "disposition" | "status">): boolean =>
  succeeded(disposition) && (status === null || status < HTTP_ERROR);

/** `ask` sends the same client elsewhere, where there is somebody to ask. */
export function showResult(answer: Answer | null, manifest: ManifestPanel, ask?: (to: string) => void): void {
  const root = byId("result");
  root.hidden = !answer?.complete;
  if (!answer?.complete) return;
  const { explanation } = answer.trace;
  const good = satisfied(answer.trace);
  root.classList.toggle("good", good);
  const why = explanation ? prose(explanation.message) : [];
  const parts: HTMLElement[] = [h("h2", {}, headline(answer.trace), good ? "" : h("span", { lang: "en" }, ...why))];
  if (good && why.length) parts.push(h("p", { lang: "en" }, ...why));
  if (explanation?.file) {
    const place =
      explanation.line === null
        ? explanation.file
        : t("file-line", { file: explanation.file, line: String(explanation.line) });
    const link = h("button", { type: "button", class: "place mono" }, place);
    link.addEventListener("click", () =>
      manifest.point({ file: explanation.file!, line: explanation.line }, t("result.blame")),
    );
    parts.push(h("p", {}, explanation.object ? `${explanation.object}: ` : "", link));
  }
  if (explanation?.fix)
    parts.push(
      h("p", { class: "fix" }, h("b", {}, t("result.mend")), h("span", { lang: "en" }, ...prose(explanation.fix))),
    );
  const location = locationOf(answer.steps);
  if (location && ask) {
    const follow = h("button", { type: "button", class: "btn follow" }, t("result.follow", { location }));
    follow.addEventListener("click", () => ask(location));
    parts.push(h("p", {}, follow));
  }
  root.replaceChildren(...parts);
}

/** Where a proxy on the way sends the client on to. */
export const locationOf = (steps: readonly Pick<Step, "text">[]): string =>
  steps.find((step) => step.text.params["location"])?.text.params["location"] ?? "";

/** "Delivered: default/web answered with HTTP 200", or how it ended, and that a reason follows. */
export function headline({ disposition, server, status, explanation }: TraceHead): string {
  const result = t(`result.${disposition}`);
  if (succeeded(disposition) && server)
    return status === null
      ? t("result.answered", { result, server })
      : t("result.status", { result, server, status: String(status) });
  return explanation ? t("result.because", { result }) : result;
}
