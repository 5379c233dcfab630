/** Desk and wall in one browser: a clicker's keys go to the window that was clicked last; the wall hands them to the desk. */
const KEYS = ["PageDown", "PageUp", "ArrowRight", "ArrowLeft", "Home", "End", " ", "a", "c", "v", "b", ".", "q"];
const SHOW_CODE = "show the code";

const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

export class Remote {
  private readonly channel: BroadcastChannel;

  constructor(code: string) {
    this.channel = new BroadcastChannel(`netviz class ${code}`);
  }

  /** On the wall: the desk does what these keys say. */
  handOnKeys(): void {
    const handOn = (event: KeyboardEvent): void => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (!isPlain(event) || !KEYS.includes(key) || event.target instanceof HTMLSelectElement) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.channel.postMessage(key);
    };
    window.addEventListener("keydown", handOn, { capture: true });
  }

  /** On the desk: as if they had been pressed here. */
  takeKeys(): void {
    this.listen((said) => {
      if (KEYS.includes(said)) document.dispatchEvent(new KeyboardEvent("keydown", { key: said, bubbles: true }));
    });
  }

  /** On the desk: have the wall show the code large, or put it away. */
  showCode(): void {
    this.channel.postMessage(SHOW_CODE);
  }

  /** On the wall. */
  onShowCode(act: () => void): void {
    this.listen((said) => said === SHOW_CODE && act());
  }

  private listen(heard: (said: string) => void): void {
    this.channel.addEventListener("message", ({ data }) => typeof data === "string" && heard(data));
  }
}
