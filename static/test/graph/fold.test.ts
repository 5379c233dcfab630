import { describe, expect, it } from "vitest";
import { choosePods } from "../../src/graph/scene/choose";
import { fold } from "../../src/graph/scene/fold";
import { tell } from "../../src/graph/scene/story";
import { bridged, clusterIp, large, machine, node, nodePort, pod, refused, shop, vxlan } from "./fixtures";

const none: ReadonlySet<string> = new Set();
const names = (hosts: { host: { name: string } }[]): string[] => hosts.map(({ host }) => host.name);

describe("what is drawn in full", () => {
  it("is the first nodes before a packet is asked for, and the rest stands in islands by zone", () => {
    const scene = fold(large(60, 50), null, none);
    expect(names(scene.plates)).toEqual(["node-0", "node-1"]);
    expect(scene.islands.map(({ title, hosts, pods }) => [title, hosts.length, pods])).toEqual([
      ["zone-1", 29, 1450],
      ["zone-2", 29, 1450],
    ]);
  });

  it("is a control plane, too, where that is a Node with pods, as in minikube", () => {
    const control = { ...machine("control-plane", "192.168.56.10"), assumed: false };
    const graph = { ...shop(), hosts: [control], pods: [pod("web", "cp", "10.244.0.2")] };
    expect(fold(graph, null, new Set()).plates.map(({ host }) => host.name)).toEqual(["cp"]);
    const idle = { ...graph, hosts: [control, node("node-a", 1)], pods: [pod("web", "node-a", "10.244.1.2")] };
    const scene = fold(idle, null, new Set());
    expect(scene.plates.map(({ host }) => host.name)).toEqual(["node-a"]);
    expect(scene.islands.flatMap(({ hosts }) => hosts.map(({ name }) => name))).toEqual(["cp"]);
  });

  it("is what the packet touches once it has been traced", () => {
    const graph = large(20, 10);
    const trace = bridged();
    const moved = trace.steps.map((step) => ({
      ...step,
      host: "node-7",
      netns: step.netns.replace("node-a", "node-7"),
    }));
    const scene = fold(graph, { ...trace, steps: moved }, none);
    expect(names(scene.plates)).toContain("node-7");
    expect(scene.plates.length).toBeLessThanOrEqual(2);
  });

  it("keeps a second node beside the one that matters, faint, where there is one", () => {
    const scene = fold(shop(), bridged(), none);
    expect(scene.plates.map(({ host, onPath }) => [host.name, onPath])).toEqual([
      ["node-a", true],
      ["node-b", false],
    ]);
  });

  it("grows by what somebody unfolds", () => {
    const folded = fold(large(60, 50), null, none);
    const open = fold(large(60, 50), null, new Set(["node:node-9", "island:pods@node:node-0"]));
    expect(names(open.plates)).toEqual(["node-0", "node-1", "node-9"]);
    expect(folded.plates[0]!.pods).toHaveLength(8);
    expect(folded.plates[0]!.folded).toBe(42);
    expect(open.plates[0]!.pods).toHaveLength(50);
  });

  it("counts pods that no node took", () => {
    const graph = shop();
    const scene = fold({ ...graph, pods: [...graph.pods, pod("waiting", "node-a", "", { node: null })] }, null, none);
    expect(scene.islands.map(({ title, pods }) => [title, pods])).toEqual([["On no node", 1]]);
  });

  it("shows the outside world only to a packet that comes from there", () => {
    expect(fold(shop(), clusterIp(), none).internet).toBeNull();
    expect(fold(shop(), nodePort(), none).internet?.id).toBe("host:internet");
  });
});

describe("pods that are chosen", () => {
  const pods = ["e", "d", "c", "b", "a"].map((name) => pod(name, "node-a", "10.244.1.2"));

  it("stand in order of their names, and leave a place for the island", () => {
    expect(choosePods(pods, 4, null).map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(choosePods(pods, 5, null)).toHaveLength(5);
  });

  it("always contain those of the story, with who asks on the left", () => {
    const story = tell(clusterIp(), shop());
    const told = {
      ...story,
      pods: new Set([pods[0]!.id, pods[4]!.id]),
      client: pods[0]!.id,
      servers: new Set([pods[4]!.id]),
    };
    expect(choosePods(pods, 3, told).map(({ name }) => name)).toEqual(["e", "a"]);
  });
});

describe("the story of a trace", () => {
  it("knows who asks, who answers, and where a Service acts", () => {
    const story = tell(clusterIp(), shop());
    expect(story.client).toBe("pod:default/client-a");
    expect(story.server).toBe("pod:default/web-2");
    expect(story.hosts).toEqual(["node:node-a", "node:node-b"]);
    expect(story.ghosts.get("node:node-a")).toEqual([
      { service: "svc:default/web", gate: "PREROUTING", asked: expect.any(String) },
    ]);
    expect([...story.tickets]).toEqual(["node:node-a"]);
    expect(story.sockets).toBe(false);
  });

  it("has no server where nobody answers", () => {
    const { graph, trace } = refused();
    expect(tell(trace, graph).server).toBeNull();
  });

  it("knows where an envelope is taken off", () => {
    const { graph, trace } = vxlan();
    expect([...tell(trace, graph).unpackers]).toEqual(["node:node-b"]);
  });
});
