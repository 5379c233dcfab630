/** A file that was made here, saved by the browser. */
import { h } from "./dom";

/** So long the browser may take to begin reading. */
const KEPT = 60_000;

export function download(made: Blob, name: string): void {
  const address = URL.createObjectURL(made);
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
