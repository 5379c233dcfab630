/** Opens the sheet that explains the picture and the keys; it is written when it is first wanted. */
import { byId } from "./dom";
import { legend } from "./legend";

const FIDELITY = "/fidelity/";

/** `fidelity` is null where no such page is at hand. */
export function openHelp(fidelity: string | null = FIDELITY): void {
  const sheet = byId<HTMLDialogElement>("help");
  const body = byId("legend");
  if (!body.firstChild) body.append(...legend(fidelity));
  if (sheet.open) sheet.close();
  else sheet.showModal();
}
