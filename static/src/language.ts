/** Another language is chosen by a form of the page; what is seen, step and all, stays. */
export function keepPlace(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form.languages")) {
    form.addEventListener("submit", () => {
      form.querySelector<HTMLInputElement>("[name=next]")!.value = location.pathname + location.search + location.hash;
    });
  }
}
