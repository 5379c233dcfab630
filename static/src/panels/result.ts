/** How it ended, what is to blame, and the change that would mend it. */
import { byId, h, prose } from "../dom";
import type { Outcome } from "../protocol";
import type { Answer } from "../state";
import type { ManifestPanel } from "./manifest";

const WORDS: Record<Outcome, string> = {
  delivered: "Delivered",
  connected: "Connected",
  refused: "Connection refused",
  rejected: "Connection refused",
  timeout: "No answer: the client waits until it gives up",
  unreachable: "No route to host",
  "not-permitted": "Operation not permitted",
  nxdomain: "No such name",
};

export const succeeded = (outcome: Outcome): boolean => outcome === "delivered" || outcome === "connected";

export function showResult(answer: Answer | null, manifest: ManifestPanel): void {
  const root = byId("result");
  root.hidden = !answer?.complete;
  if (!answer?.complete) return;
  const { disposition, explanation, server } = answer.trace;
  const good = succeeded(disposition);
  root.classList.toggle("good", good);
  const who = good && server ? `: ${server} answered` : explanation ? ": " : "";
  const parts: HTMLElement[] = [
    h("h2", {}, WORDS[disposition] + who, explanation && !good ? h("span", {}, ...prose(explanation.message)) : ""),
  ];
  if (explanation?.file) {
    const place = explanation.line === null ? explanation.file : `${explanation.file}, line ${explanation.line}`;
    const link = h("button", { type: "button", class: "place mono" }, place);
    link.addEventListener("click", () =>
      manifest.point({ file: explanation.file!, line: explanation.line }, "The line to blame"),
    );
    parts.push(h("p", {}, explanation.object ? `${explanation.object}: ` : "", link));
  }
  if (explanation?.fix) parts.push(h("p", { class: "fix" }, h("b", {}, "To mend it: "), ...prose(explanation.fix)));
  root.replaceChildren(...parts);
}
