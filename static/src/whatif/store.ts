/** Unsaved changes outlive a reload: they are kept in this tab only, and nowhere else. */
import { isChanged, type Changes } from "../editor/files";
import { tab } from "../storage";

interface Kept {
  readonly snapshot: string;
  readonly changes: Changes;
}

export class DraftStore {
  private readonly key: string;

  constructor(slug: string) {
    this.key = `netviz.draft.${slug}`;
  }

  /** `snapshot` is what was changed. A tab without room for them keeps none: the warning on leaving still holds. */
  keep(snapshot: string, changes: Changes): void {
    if (isChanged(changes)) tab.set(this.key, JSON.stringify({ snapshot, changes } satisfies Kept));
    else this.forget();
  }

  kept(): Kept | null {
    const found = tab.get(this.key);
    try {
      return found === null ? null : (JSON.parse(found) as Kept);
    } catch (unusable) {
      if (!(unusable instanceof SyntaxError)) throw unusable;
      return null;
    }
  }

  forget(): void {
    tab.remove(this.key);
  }
}
