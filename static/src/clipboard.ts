/** Copying text. A page on a LAN address is no secure context and has no clipboard API, so there is an older way too. */
import { t } from "./i18n";
export async function copy(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/** Copy on click, and say on the button that it is done. */
export function copyButton(button: HTMLButtonElement, text: () => string): void {
  const label = button.textContent ?? "";
  button.addEventListener("click", async () => {
    const done = await copy(text());
    button.textContent = done ? t("copied") : t("copy-by-hand");
    setTimeout(() => (button.textContent = label), 1600);
  });
}
