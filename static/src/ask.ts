/** One request to our own interface: its answer, or in words why there is none. */
import type { ErrorAnswer } from "./protocol";
import { t } from "./i18n";

export async function answered<T>(url: string, request?: RequestInit): Promise<T | ErrorAnswer> {
  try {
    return (await (await fetch(url, request)).json()) as T | ErrorAnswer;
  } catch (lost) {
    if (!(lost instanceof TypeError || lost instanceof SyntaxError)) throw lost;
    return { code: "unreachable", message: t("no-answer"), hint: t("no-answer.again") };
  }
}

/** A request with a body of JSON. */
export function sending(body: object, method: "POST" | "PUT" = "POST", headers: Record<string, string> = {}) {
  const all = { "Content-Type": "application/json", ...headers };
  return { method, headers: all, body: JSON.stringify(body) } satisfies RequestInit;
}
