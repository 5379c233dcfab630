/** What is broken on purpose, and how much data is sent: part of every question, kept in the page's address. */
const MOST = 16;
const LARGEST = 65_000;

let broken: readonly string[] = [];
let bytes = 0;

export const faultsNow = (): readonly string[] => broken;
export const sizeNow = (): number => bytes;

/** From the address that the page was opened with. */
export function recall(search: string): void {
  const query = new URLSearchParams(search);
  broken = [...new Set(query.getAll("fault"))].slice(0, MOST);
  const size = Number(query.get("size") ?? 0);
  bytes = Number.isInteger(size) && size >= 0 && size <= LARGEST ? size : 0;
}

/** False where there is no room for another one. */
export function breakIt(fault: string): boolean {
  if (broken.includes(fault)) return true;
  if (broken.length >= MOST) return false;
  broken = [...broken.filter((one) => subject(one) !== subject(fault)), fault];
  return true;
}

export function mend(fault: string | null): void {
  broken = fault === null ? [] : broken.filter((one) => one !== fault);
}

export function send(size: number): void {
  bytes = size;
}

/** What goes into the address. */
export function addTo(query: URLSearchParams): void {
  for (const fault of broken) query.append("fault", fault);
  if (bytes) query.set("size", String(bytes));
}

/** Two MTUs of one device are one fault: the later one. */
const subject = (fault: string): string => fault.replace(/=\d+$/, "");
