/** Addresses and names of what is shared. Pure. */
import type { Answer } from "../state";

/** Names by which only the machine itself is reached. */
export const isLocal = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\]|::1)$/.test(host);

/** The page for frames, with the same question and step; what else is looked at is not for a small frame. */
export function embedPath(path: string, search: string, hash: string): string {
  const step = /(?:^#|&)(step=\d{1,6})(?:&|$)/.exec(hash)?.[1];
  return path + search + (step ? `#${step}` : "");
}

const MARKUP: Readonly<Record<string, string>> = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };

export function frameCode(address: string, title: string): string {
  const told = escaped(address);
  return `<iframe src="${told}" width="960" height="640" title="${escaped(title)}" loading="lazy" referrerpolicy="no-referrer"></iframe>`;
}

const escaped = (text: string): string => text.replace(/[&"<>]/g, (sign) => MARKUP[sign]!);

const LONGEST_NAME = 80;

/** "client-to-web-80.svg": letters, digits and dashes, whatever the names are made of. */
export function fileName(answer: Pick<Answer, "question"> | null, ending: string): string {
  const words = answer ? `${answer.question.from} to ${answer.question.to}` : "cluster";
  const plain = words
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, LONGEST_NAME);
  return `netviz-${plain || "trace"}.${ending}`;
}
