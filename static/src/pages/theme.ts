/** Before the first paint: the theme that was chosen, or that of the machine. Loaded as a plain script; imports nothing. */
{
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = (): string | null => {
    try {
      return localStorage.getItem("netviz.theme");
    } catch {
      return null; // storage is switched off here
    }
  };
  const show = (): void => {
    document.documentElement.dataset["theme"] = kept() ?? (dark.matches ? "dark" : "light");
  };
  show();
  dark.addEventListener("change", () => {
    if (document.documentElement.dataset["theme"] !== "projector") show();
    document.dispatchEvent(new CustomEvent("netviz:theme"));
  });
}
