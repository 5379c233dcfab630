/** Which state of the workspace the page is about: as it is saved, or unsaved changes to it. */
let held: string | null = null;

/** The key of the draft that is shown; null: what is saved. */
export const draftShown = (): string | null => held;

export function showDraft(key: string | null): void {
  held = key;
}

/** An address of the workspace's interface, about the state that is shown. */
export function about(url: string): string {
  return held === null ? url : `${url}${url.includes("?") ? "&" : "?"}draft=${encodeURIComponent(held)}`;
}
