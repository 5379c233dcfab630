import { describe, expect, it } from "vitest";
import { embedPath, fileName, frameCode, isLocal } from "../../src/share/links";
import { traceQuery } from "../../src/share/query";

const asked = { from: "default/client", to: "web:80", protocol: "TCP", seed: 0, picks: [] };
const answer = (from: string, to: string) => ({ question: { ...asked, from, to, after: [] } });

describe("a frame", () => {
  it("has the same question and step, and nothing of the view", () => {
    expect(embedPath("/e/x/", "?from=a", "#step=7&panel=rules&look=1,2,3")).toBe("/e/x/?from=a#step=7");
    expect(embedPath("/e/x/", "", "")).toBe("/e/x/");
  });

  it("is code in which an address is only an address", () => {
    const code = frameCode('http://x/e/y/?from=a&to="><script>', "A way");
    expect(code).toContain('src="http://x/e/y/?from=a&amp;to=&quot;&gt;&lt;script&gt;"');
    expect(code.match(/<script/g)).toBeNull();
  });
});

describe("the name of a file", () => {
  it("says who asks whom", () => {
    expect(fileName(answer("default/client", "web:80"), "svg")).toBe("netviz-default-client-to-web-80.svg");
    expect(fileName(null, "png")).toBe("netviz-cluster.png");
  });

  it.each(["../../etc/passwd", "a\\b", "x\u202Egnp.exe", "😀", "a".repeat(300), "con\n"])("is plain for %s", (name) => {
    expect(fileName(answer(name, name), "svg")).toMatch(/^netviz-[A-Za-z0-9-]{1,80}\.svg$/);
  });
});

describe("a machine's own names", () => {
  it.each(["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])("%s is one", (host) => expect(isLocal(host)).toBe(true));
  it.each(["192.168.1.7", "netviz.example.org", "127.0.0.1.evil.test"])("%s is none", (host) =>
    expect(isLocal(host)).toBe(false),
  );
});

describe("the interface's query", () => {
  it("tells earlier connections as JSON", () => {
    const query = new URLSearchParams(
      traceQuery({ ...asked, seed: 4, picks: [1, 0], after: [{ ...asked, picks: [2] }] }),
    );
    expect(query.get("seed")).toBe("4");
    expect(query.get("picks")).toBe("1,0");
    expect(JSON.parse(query.get("after")!)).toEqual([
      { flow: { from: "default/client", to: "web:80", protocol: "TCP" }, seed: 0, picks: [2] },
    ]);
  });

  it("takes along what is broken in the cluster, and nothing else of the page's address", () => {
    const query = new URLSearchParams(
      traceQuery({ ...asked, after: [] }, "?fault=a&fault=b&size=1400&show=x&from=evil"),
    );
    expect(query.getAll("fault")).toEqual(["a", "b"]);
    expect(query.get("size")).toBe("1400");
    expect(query.get("show")).toBeNull();
    expect(query.getAll("from")).toEqual(["default/client"]);
  });
});
