/** A clicker's keys go to the window that was clicked last; where that is the wall, it hands them to the desk. */
const KEYS = ["PageDown", "PageUp", "ArrowRight", "ArrowLeft", "Home", "End", " ", "a", "c", "v", "b", "."];

const channel = (code: string): BroadcastChannel => new BroadcastChannel(`netviz class ${code}`);

const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;

/** On the wall: the desk in the same browser does what these keys say. */
export function handOnKeys(code: string): void {
  const desk = channel(code);
  const handOn = (event: KeyboardEvent): void => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!isPlain(event) || !KEYS.includes(key) || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    desk.postMessage(key);
  };
  window.addEventListener("keydown", handOn, { capture: true });
}

/** On the desk: as if they had been pressed here. */
export function takeKeys(code: string): void {
  channel(code).addEventListener("message", ({ data }) => {
    if (typeof data !== "string" || !KEYS.includes(data)) return;
    document.dispatchEvent(new KeyboardEvent("keydown", { key: data, bubbles: true }));
  });
}
