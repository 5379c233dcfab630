import { describe, expect, it } from "vitest";
import { bands, beat, legTitle, move, START, type Cursor } from "../src/timeline";
import { packet, step } from "./graph/fixtures";

const five: Cursor = { at: 0, count: 5, playing: false, speed: 1 };
const syn = packet({ src: "10.244.1.100", dst: "10.96.10.10" });

describe("the cursor", () => {
  it("goes to the first, the previous, the next and the last step", () => {
    expect(move({ ...five, at: 3 }, { type: "first" }).at).toBe(0);
    expect(move({ ...five, at: 3 }, { type: "previous" }).at).toBe(2);
    expect(move({ ...five, at: 3 }, { type: "next" }).at).toBe(4);
    expect(move(five, { type: "last" }).at).toBe(4);
  });

  it("stays inside the trace", () => {
    expect(move(five, { type: "previous" }).at).toBe(0);
    expect(move({ ...five, at: 4 }, { type: "next" }).at).toBe(4);
    expect(move(five, { type: "seek", to: 99 }).at).toBe(4);
    expect(move(START, { type: "last" }).at).toBe(-1);
  });

  it("stands on the first step as soon as there is one, and stays there while more come", () => {
    const one = move(START, { type: "count", count: 1 });
    expect(one.at).toBe(0);
    expect(move(one, { type: "count", count: 7 })).toMatchObject({ at: 0, count: 7 });
  });

  it("plays to the end and stops there", () => {
    const playing = move({ ...five, at: 3 }, { type: "toggle" });
    expect(playing.playing).toBe(true);
    expect(move(playing, { type: "tick" })).toMatchObject({ at: 4, playing: false });
  });

  it("plays again from the start once it is at the end", () => {
    expect(move({ ...five, at: 4 }, { type: "toggle" })).toMatchObject({ at: 0, playing: true });
  });

  it("stops playing when somebody steps", () => {
    expect(move({ ...five, playing: true }, { type: "next" })).toMatchObject({ at: 1, playing: false });
  });

  it("keeps the speed for the next trace", () => {
    expect(move({ ...five, speed: 2 }, { type: "reset" })).toMatchObject({ at: -1, count: 0, speed: 2 });
  });
});

describe("the beat", () => {
  it("gives a step that rewrites an address more time, and one that only ages the packet none", () => {
    const plain = beat(step("node-a", "route", syn), 1);
    const nat = step("node-a", "nat", syn, { changes: [{ field: "ip.dst", old: "10.96.10.10", new: "10.244.2.10" }] });
    const older = step("node-a", "forward", syn, { changes: [{ field: "ip.ttl", old: "64", new: "63" }] });
    expect(beat(nat, 1)).toBeGreaterThan(plain);
    expect(beat(older, 1)).toBe(plain);
    expect(beat(nat, 2)).toBe(beat(nat, 1) / 2);
  });
});

describe("bands", () => {
  const places = ["default/client", "default/client", "node-a", "node-b", "default/web-1"];
  const steps = places.map((at, seq) => step(at, "route", syn, { seq, leg: seq < 4 ? 0 : 1 }));
  const legs = [
    { kind: "request" as const, packet: syn },
    { kind: "reply" as const, packet: packet({ src: "10.96.10.10", dst: "10.244.1.100", flags: "SA" }) },
  ];

  it("are the consecutive steps of a leg in one place, in its role's colour", () => {
    const [request, reply] = bands(steps, legs);
    expect(request!.bands.map(({ place, role, first }) => [place, role, first])).toEqual([
      ["default/client", "client", 0],
      ["node-a", "node", 2],
      ["node-b", "node", 3],
    ]);
    expect(reply!.bands.map(({ place, role }) => [place, role])).toEqual([["default/web-1", "pod"]]);
    expect([request!.count, reply!.count]).toEqual([4, 1]);
  });

  it("say what the leg is for and what its packet is", () => {
    expect(legTitle(legs[0])).toBe("Request · SYN");
    expect(legTitle(legs[1])).toBe("Reply · SYN-ACK");
    expect(legTitle({ kind: "ack", packet: packet({ src: "10.0.0.1", dst: "10.0.0.2", flags: "A" }) })).toBe("ACK");
  });
});
