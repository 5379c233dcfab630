/** What the browser keeps, and that a page goes on where it keeps nothing. */
import { afterEach, expect, it, vi } from "vitest";
import { browser, tab } from "../src/storage";

afterEach(() => vi.unstubAllGlobals());

it("keeps a word until it is removed", () => {
  const held = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => held.set(key, text),
    removeItem: (key: string) => held.delete(key),
  });
  browser.set("colour", "dark");
  expect(browser.get("colour")).toBe("dark");
  browser.remove("colour");
  expect(browser.get("colour")).toBeNull();
});

it("keeps nothing where storage is switched off, and says nothing of it", () => {
  const off = () => {
    throw new DOMException("switched off", "SecurityError");
  };
  vi.stubGlobal("sessionStorage", { getItem: off, setItem: off, removeItem: off });
  tab.set("colour", "dark");
  expect(tab.get("colour")).toBeNull();
});

it("does not hide a mistake of ours", () => {
  const wrong = () => {
    throw new TypeError("a mistake");
  };
  vi.stubGlobal("sessionStorage", { getItem: wrong });
  expect(() => tab.get("colour")).toThrow("a mistake");
});
