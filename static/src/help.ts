/** The sheet that explains the picture and the keys. */
import { byId } from "./dom";

export function openHelp(): void {
  const sheet = byId<HTMLDialogElement>("help");
  if (sheet.open) sheet.close();
  else sheet.showModal();
}
