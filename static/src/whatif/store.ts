/** Unsaved changes outlive a reload: they are kept in this tab only, and nowhere else. */
import { isChanged, type Changes } from "../editor/files";

interface Kept {
  readonly snapshot: string;
  readonly changes: Changes;
}

export class DraftStore {
  private readonly key: string;

  constructor(slug: string) {
    this.key = `netviz.draft.${slug}`;
  }

  /** `snapshot` is what was changed. A tab without room for them keeps none. */
  keep(snapshot: string, changes: Changes): void {
    if (isChanged(changes)) this.write(JSON.stringify({ snapshot, changes } satisfies Kept));
    else this.forget();
  }

  kept(): Kept | null {
    try {
      const found = sessionStorage.getItem(this.key);
      return found === null ? null : (JSON.parse(found) as Kept);
    } catch (unusable) {
      if (!(unusable instanceof DOMException || unusable instanceof SyntaxError)) throw unusable;
      return null;
    }
  }

  forget(): void {
    this.write(null);
  }

  private write(text: string | null): void {
    try {
      if (text === null) sessionStorage.removeItem(this.key);
      else sessionStorage.setItem(this.key, text);
    } catch (full) {
      if (!(full instanceof DOMException)) throw full; // no storage here: the warning on leaving still holds
    }
  }
}
