/** What the browser keeps for us. Where storage is switched off or full nothing is kept, and the page goes on. */
class Shelf {
  constructor(private readonly store: () => Storage) {}

  get(key: string): string | null {
    return this.tried((store) => store.getItem(key));
  }

  set(key: string, text: string): void {
    this.tried((store) => store.setItem(key, text));
  }

  remove(key: string): void {
    this.tried((store) => store.removeItem(key));
  }

  removeAll(prefix: string): void {
    this.tried((store) => {
      const keys = Array.from({ length: store.length }, (_, at) => store.key(at) ?? "");
      for (const key of keys.filter((one) => one.startsWith(prefix))) store.removeItem(key);
    });
  }

  private tried<T>(act: (store: Storage) => T): T | null {
    try {
      return act(this.store());
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
      return null;
    }
  }
}

/** Until somebody clears it. */
export const browser = new Shelf(() => localStorage);
/** As long as this tab is open. */
export const tab = new Shelf(() => sessionStorage);
