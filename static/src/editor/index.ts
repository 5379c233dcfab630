/**
 * An editor of manifests for any page: files go in, what becomes of them comes out. It knows nothing of workspaces.
 * CodeMirror is big, so it comes in a chunk of its own when an editor is first wanted.
 */
import type { Editor, EditorOptions } from "./editor";

export type { Editor, EditorOptions } from "./editor";
export type { EditorFile, EditorProblem } from "./files";

/** Make an editor in an element of the page. */
export async function openEditor(root: HTMLElement, options: EditorOptions): Promise<Editor> {
  const { Editor: Made } = await import("./editor");
  return new Made(root, options);
}
