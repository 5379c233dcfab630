/** How it ended, what is to blame, and the change that would mend it. */
import { byId, h, prose } from "../dom";
import type { Outcome } from "../protocol";
import type { Answer } from "../state";
import type { ManifestPanel } from "./manifest";
import { t } from "../i18n";

export const succeeded = (outcome: Outcome): boolean => outcome === "delivered" || outcome === "connected";

export function showResult(answer: Answer | null, manifest: ManifestPanel): void {
  const root = byId("result");
  root.hidden = !answer?.complete;
  if (!answer?.complete) return;
  const { disposition, explanation, server } = answer.trace;
  const good = succeeded(disposition);
  root.classList.toggle("good", good);
  const result = t(`result.${disposition}`);
  const who =
    good && server ? t("result.answered", { result, server }) : explanation ? t("result.because", { result }) : result;
  const parts: HTMLElement[] = [
    h("h2", {}, who, explanation && !good ? h("span", {}, ...prose(explanation.message)) : ""),
  ];
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
  if (explanation?.fix) parts.push(h("p", { class: "fix" }, h("b", {}, t("result.mend")), ...prose(explanation.fix)));
  root.replaceChildren(...parts);
}
