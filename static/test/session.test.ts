import { describe, expect, it } from "vitest";
import { another, answered, isFull, look, otherwise, picksTo, questionAt, sessionOf } from "../src/session";

const asked = { from: "default/client", to: "web:80", protocol: "TCP", seed: 4, picks: [] as number[] };
const first = answered(sessionOf({ ...asked, after: [] }), 0, "delivered", "default/web-1");

describe("a session", () => {
  it("keeps the later connections of an address, and shows the one that is asked", () => {
    const earlier = { ...asked, seed: 3 };
    const later = { ...asked, seed: 5 };
    const shown = sessionOf({ ...asked, after: [earlier], then: [later] });
    expect([shown.at, shown.connections.length]).toEqual([1, 3]);
    expect(questionAt(shown)).toEqual({ ...asked, after: [earlier], then: [later] });
    expect(questionAt(shown, 2)).toEqual({ ...later, after: [earlier, asked] });
  });

  it("draws anew for each connection, after all those before it", () => {
    const third = another(another(first, asked), asked);
    expect(questionAt(third)).toEqual({
      ...asked,
      seed: 6,
      after: [asked, { ...asked, seed: 5 }],
    });
  });

  it("shows an earlier one again without what came after it, and forgets nothing", () => {
    const back = look(another(first, asked), 0);
    expect(questionAt(back)!.after).toEqual([]);
    expect(back.connections).toHaveLength(2);
    expect(back.connections[0]!.reached).toBe("default/web-1");
  });

  it("asks again for what follows a connection that goes another way", () => {
    const two = answered(another(first, asked), 1, "delivered", "default/web-1");
    const changed = otherwise(look(two, 0), { picks: [2] });
    expect(changed.connections.map((one) => one.outcome)).toEqual([null, null]);
    expect(questionAt(changed, 1)!.after).toEqual([{ ...asked, picks: [2] }]);
  });

  it("is the one that an address names", () => {
    const three = another(another(first, asked), asked);
    expect(questionAt(sessionOf(questionAt(three)!))).toEqual(questionAt(three));
  });

  it("has an end", () => {
    let session = first;
    for (let count = 1; count < 12; count += 1) session = another(session, asked);
    expect(isFull(session)).toBe(true);
  });
});

describe("the way to an option", () => {
  it("is all picks before it, and it", () => {
    expect(picksTo([{ picked: 1 }, { picked: 0 }, { picked: 2 }], 1, 3)).toEqual([1, 3]);
  });
});
