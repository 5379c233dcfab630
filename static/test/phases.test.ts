import { describe, expect, it } from "vitest";
import { afterLookup, legNames, neighbouring, phases } from "../src/phases";
import type { LegHead, Packet, Step } from "../src/protocol";
import { packet, step } from "./graph/fixtures";

type Kind = LegHead["kind"];

const said = (payload: string): Packet => ({ ...packet({ src: "10.244.1.100", dst: "10.96.0.10" }), payload });
const QUESTION = said("A web.shop.svc.cluster.local.?");
const ANSWER = said("A web.shop.svc.cluster.local. = 10.96.10.10");

/** Two steps a leg; the names of kinds are enough, a star begins with the proxy's decision. */
function traced(...legs: (Kind | "data*")[]): { steps: Step[]; heads: { kind: Kind; packet: Packet }[] } {
  let asked = false;
  const heads = legs.map((leg) => {
    const kind = leg === "data*" ? "data" : leg;
    asked = kind === "dns" && !asked;
    const sent = kind === "dns" ? (asked ? QUESTION : ANSWER) : packet({ src: "10.244.1.100", dst: "10.96.10.10" });
    return { kind, packet: sent };
  });
  const steps = heads.flatMap(({ packet: sent }, leg) => {
    const first = legs[leg] === "data*" || legs[leg] === "proxied" ? "proxy" : "socket";
    return [step("default/client", first, sent, { leg }), step("node-a", "route", sent, { leg })];
  });
  return { steps: steps.map((one, seq) => ({ ...one, seq })), heads };
}

const titles = ({ steps, heads }: ReturnType<typeof traced>) => phases(steps, heads).map(({ title }) => title);

describe("phases", () => {
  it("are the name lookup with its questions, the connection, and the data", () => {
    const { steps, heads } = traced("dns", "dns", "dns", "dns", "request", "reply", "ack", "data", "data");
    const found = phases(steps, heads);
    expect(found.map(({ title, note, first, last }) => [title, note, first, last])).toEqual([
      ["Name lookup", "2 questions", 0, 7],
      ["Connection", "", 8, 13],
      ["Data", "", 14, 17],
    ]);
  });

  it("keep a proxy's whole connection together until it answers its client", () => {
    const legs = ["request", "reply", "ack", "data", "proxied", "reply", "ack", "data", "data", "data*"] as const;
    expect(titles(traced(...legs))).toEqual(["Connection", "Data", "Proxy's connection", "Answer"]);
  });

  it("begin anew where a proxy tries another server", () => {
    expect(titles(traced("request", "proxied", "reply", "proxied", "reply"))).toEqual([
      "Connection",
      "Proxy's connection",
      "Proxy's connection",
    ]);
  });

  it("grow while steps come", () => {
    const { steps, heads } = traced("dns", "dns", "request");
    expect(phases(steps.slice(0, 3), heads).map(({ last }) => last)).toEqual([2]);
  });
});

describe("jumping over a phase", () => {
  const { steps, heads } = traced("dns", "dns", "request", "reply", "data");
  const all = phases(steps, heads);

  it("goes to the first step of the next one, and stays at the end", () => {
    expect(neighbouring(all, 1, true)).toBe(4);
    expect(neighbouring(all, 4, true)).toBe(8);
    expect(neighbouring(all, 8, true)).toBe(9);
  });

  it("goes back to the beginning of its own first, then to the one before", () => {
    expect(neighbouring(all, 6, false)).toBe(4);
    expect(neighbouring(all, 4, false)).toBe(0);
    expect(neighbouring(all, 0, false)).toBe(0);
  });

  it("is offered for the name lookup as long as something follows it", () => {
    expect(afterLookup(all, 2)).toBe(4);
    expect(afterLookup(all, 4)).toBeNull();
    const failed = traced("dns", "dns");
    expect(afterLookup(phases(failed.steps, failed.heads), 0)).toBeNull();
  });
});

describe("the names of a leg", () => {
  it("go from all that can be said to a word", () => {
    expect(legNames(traced("request").heads[0])).toEqual(["Request · SYN", "Request", "SYN"]);
    expect(legNames(traced("proxied").heads[0])).toEqual(["From the proxy · SYN", "SYN"]);
  });

  it("say what is asked and what is answered", () => {
    expect(legNames({ kind: "dns", packet: QUESTION })).toEqual(["Name · A web.shop.svc.cluster.local", "A?"]);
    expect(legNames({ kind: "dns", packet: ANSWER })).toEqual(["Name · A 10.96.10.10", "10.96.10.10"]);
    expect(legNames({ kind: "data", packet: said("HTTP 200") })).toEqual(["Data · HTTP 200", "HTTP 200"]);
  });
});
