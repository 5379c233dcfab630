import { describe, expect, it } from "vitest";
import { compose } from "../../src/graph/compose";
import type { Graph } from "../../src/graph/model";
import { endingOf } from "../../src/graph/teller";
import { clusterIp, graphOf, node, pod, refused, shop } from "./fixtures";

const none: ReadonlySet<string> = new Set();
const LAPTOP = { w: 966, h: 584 };
const PROJECTOR = { w: 1520, h: 890 };

function crowded(pods: number): Graph {
  const names = Array.from({ length: pods }, (_, i) => pod(`app-${i}`, i % 2 ? "node-b" : "node-a", `10.244.1.${i}`));
  return graphOf([node("node-a", 1), node("node-b", 2)], [...shop().pods, ...names], []);
}

describe("how much is shown", () => {
  it("is every pod while they can be read", () => {
    const { scene } = compose(crowded(6), null, none, LAPTOP);
    expect(scene.plates.map(({ folded }) => folded)).toEqual([0, 0]);
  });

  it("is fewer pods beside a packet where there is little room, never those of its way", () => {
    const small = compose(crowded(12), clusterIp(), none, LAPTOP).scene;
    const large = compose(crowded(12), clusterIp(), none, PROJECTOR).scene;
    const shown = (scene: typeof small): string[] => scene.plates.flatMap(({ pods }) => pods.map(({ id }) => id));
    expect(shown(small).length).toBeLessThanOrEqual(shown(large).length);
    for (const id of ["pod:default/client-a", "pod:default/web-2"]) {
      expect(shown(small)).toContain(id);
      expect(shown(large)).toContain(id);
    }
  });

  it("leaves the outside world away where it would make everything else smaller", () => {
    expect(compose(crowded(12), null, none, LAPTOP).drawing.zones.has("host:router")).toBe(false);
    expect(compose(shop(), null, none, LAPTOP).drawing.zones.has("host:router")).toBe(true);
  });
});

describe("the mark of an ending", () => {
  it("stands at the last step of a packet that did not arrive, and nowhere else", () => {
    const { trace } = refused();
    const endings = trace.steps.map((_, i) => endingOf(trace, i));
    expect(endings.filter(Boolean)).toEqual(["rejected"]);
    expect(endings.indexOf("rejected")).toBe(6);
  });

  it("does not appear while steps are still to come", () => {
    const { trace } = refused();
    const early = { ...trace, steps: trace.steps.slice(0, 4) };
    expect(endingOf(early, 3)).toBeNull();
  });
});
