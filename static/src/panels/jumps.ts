/** The short way to a section of the side panel: it scrolls there, and the section in view is marked. */
export function jumps(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-jump]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      document.getElementById(button.dataset["jump"]!)!.scrollIntoView({ block: "start" });
    });
  }
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      for (const button of buttons)
        if (button.dataset["jump"] === target.id) button.classList.toggle("here", isIntersecting);
    }
  });
  for (const button of buttons) seen.observe(document.getElementById(button.dataset["jump"]!)!);
}
