/** Completion of kinds, fields and their closed lists of words. The schema is asked for once, when it is first needed. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { answered } from "../ask";
import type { ManifestSchema } from "../protocol";
import { placeAt } from "./place";
import { labelPairs, offersAt } from "./schema";

const SCHEMA = "/api/v1/schema";

let asked: Promise<ManifestSchema | null> | null = null;

/** The schema; null where it cannot be had, and then it is asked for again the next time. */
async function schema(): Promise<ManifestSchema | null> {
  asked ??= answered<ManifestSchema>(SCHEMA).then((found) => ("code" in found ? null : found));
  const found = await asked;
  if (!found) asked = null;
  return found;
}

export const completion: CompletionSource = async (context: CompletionContext): Promise<CompletionResult | null> => {
  const line = context.state.doc.lineAt(context.pos);
  const column = context.pos - line.from;
  const lines = context.state.doc.toJSON();
  const place = placeAt(lines, line.number - 1, column);
  if (!place || (!context.explicit && !place.typed && place.field === null)) return null;
  const known = await schema();
  if (!known || context.aborted) return null;
  const options = offersAt(known, place, labelPairs(lines.join("\n"))).map(({ label, detail, text }): Completion => ({
    label,
    detail,
    apply: text,
  }));
  if (!options.length) return null;
  return { from: context.pos - place.typed.length, options, validFor: /^[\w./-]*$/ };
};
