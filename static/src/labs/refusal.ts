/** The place above a lab that says why something could not be had. */
import { byId, h } from "../dom";
import type { ErrorAnswer } from "../protocol";
import { isRefused } from "./api";

export async function orRefuse<T extends object>(asked: Promise<T | ErrorAnswer>): Promise<T | null> {
  const answer = await asked;
  if (!isRefused(answer)) {
    byId("lab-error").hidden = true;
    return answer;
  }
  refuse(answer);
  return null;
}

export function refuse({ message, hint }: ErrorAnswer): void {
  byId("lab-error").replaceChildren(h("p", {}, h("b", {}, message)), h("p", {}, hint));
  byId("lab-error").hidden = false;
}
