/** Traces that look up a name, meet a policy or go on behind a proxy. */
import { describe, expect, it } from "vitest";
import { actingServices } from "../../src/graph/acting";
import { touchedOnly } from "../../src/graph/assumed";
import { deniedBy, fencesOf } from "../../src/graph/fences";
import { layout } from "../../src/graph/layout";
import type { Graph, Step, TraceView } from "../../src/graph/model";
import { saysOf } from "../../src/graph/says";
import { fold } from "../../src/graph/scene/fold";
import { track } from "../../src/graph/track";
import { clusterIp, packet, shop, step, traceOf } from "./fixtures";

const DNS = { src: "10.244.1.100", dst: "10.96.0.10" };

/** The shop with an assumed name server. */
function named(): Graph {
  const graph = shop();
  const [service, pod] = [graph.services[0]!, graph.pods[0]!];
  const ports = [{ name: "dns", port: 53, protocol: "UDP", targetPort: "53", nodePort: null }];
  const address = { clusterIPs: [DNS.dst], externalIPs: [], loadBalancerIPs: [] };
  const dns = { ...service, id: "svc:kube-system/kube-dns", name: "kube-dns", ports, ...address, assumed: true };
  const server = { ...pod, id: "pod:kube-system/coredns", name: "coredns", namespace: "kube-system", assumed: true };
  return { ...graph, services: [...graph.services, dns], pods: [...graph.pods, server] };
}

/** A question that node-a translates, its answer, and the connection. */
function lookedUp(): TraceView {
  const question = { ...packet({ ...DNS, dport: 53 }), payload: "A web.?" };
  const l4 = { type: "udp", sport: 53000, dport: 53 } as const;
  const asked = step(
    "node-a",
    "nat",
    { ...question, l4 },
    {
      hook: "PREROUTING",
      changes: [{ field: "ip.dst", old: DNS.dst, new: "10.244.1.53" }],
    },
  );
  const found = step("kube-system/coredns", "resolve", { ...question, payload: "A web. = 10.96.10.10" });
  const { steps } = clusterIp();
  return traceOf(
    { kind: "dns", steps: [asked] },
    { kind: "dns", steps: [found] },
    { kind: "request", steps: steps.filter(({ leg }) => leg === 0) },
    { kind: "reply", steps: steps.filter(({ leg }) => leg === 1) },
  );
}

describe("the Service that acts", () => {
  it("is known by the address that is translated, leg by leg, also on the way back", () => {
    const acting = actingServices(lookedUp(), named());
    expect([0, 2, 3].map((leg) => acting.get(leg))).toEqual([
      "svc:kube-system/kube-dns",
      "svc:default/web",
      "svc:default/web",
    ]);
  });

  it("stands on the gate together with those of other legs", () => {
    const { plates } = fold(named(), lookedUp(), new Set());
    const ghosts = plates.find(({ host }) => host.name === "node-a")!.ghosts;
    expect(ghosts.map(({ service }) => service.name)).toEqual(["kube-dns", "web"]);
  });
});

describe("what is assumed", () => {
  const names = ({ pods, services }: Graph) => [...pods, ...services].map(({ name }) => name);

  it("is left out before a trace and where none comes to it", () => {
    for (const trace of [null, clusterIp()]) {
      expect(names(touchedOnly(named(), trace))).not.toContain("coredns");
      expect(names(touchedOnly(named(), trace))).not.toContain("kube-dns");
    }
  });

  it("is there where a trace comes to it", () => {
    expect(names(touchedOnly(named(), lookedUp()))).toEqual(expect.arrayContaining(["coredns", "kube-dns"]));
  });
});

describe("a policy", () => {
  const origin = (object: string) => [{ object, field: "spec.podSelector", file: "a.yaml", line: 1 }];
  const rule = { table: "ip filter", number: 1, text: "" };
  const to = { ...rule, chain: "POLICY-FORWARD", verdict: "JUMP:POLICY-TO-WEB", origins: origin("Pod default/web-1") };
  const drop = { ...rule, chain: "POLICY-TO-WEB", verdict: "DROP", origins: origin("NetworkPolicy default/deny") };
  const dropped = (more: Partial<Step> = {}): Step =>
    step("node-a", "drop", packet(DNS), { path: [to], matched: drop, cause: "rule-drop", ...more });

  it("fences the pod whose chain it stands in", () => {
    expect(fencesOf([dropped(), dropped()])).toEqual([{ policy: "deny", pod: "pod:default/web-1" }]);
  });

  it("is to blame where its rule drops, and nobody is where a packet passes", () => {
    expect(deniedBy(dropped())).toBe("deny");
    expect(deniedBy(dropped({ cause: null }))).toBeNull();
    expect(deniedBy(dropped({ matched: { ...drop, origins: [] } }))).toBeNull();
  });
});

describe("an envelope says", () => {
  const dns = { ...packet(DNS), l4: { type: "udp", sport: 53000, dport: 53 } as const };
  const said = (kind: Step["kind"], payload: string, params: Record<string, string> = {}) =>
    saysOf({ kind, packet: { ...dns, payload }, text: { id: "", params } });

  it("what is asked, and what is answered", () => {
    expect(said("receive", "A web.shop.svc.?")).toEqual({ first: "A? web.shop.svc", then: "" });
    expect(said("receive", "A web.shop.svc. = 10.96.0.7")).toEqual({ first: "A? web.shop.svc", then: "10.96.0.7" });
  });

  it("what has come of all questions", () => {
    const params = { tries: "2", host: "web.shop", address: "10.96.0.7" };
    expect(said("resolve", "AAAA web.shop. = NODATA", params)).toEqual({ first: "web.shop?", then: "10.96.0.7" });
  });

  it("which rule of the proxy takes the request where", () => {
    const params = { url: "http://a/", rule: "Ingress default/a, rule 1", target: "default/web-1", status: "" };
    expect(said("proxy", "request", params)).toEqual({
      first: "http://a/ · Ingress default/a, rule 1",
      then: "default/web-1",
    });
  });

  it("nothing where the packet carries nothing", () => {
    expect(said("route", "")).toBeNull();
  });
});

describe("the trail", () => {
  it("goes on over a bridge that says by which port it sends for its own node", () => {
    const { legs, steps } = clusterIp();
    const at = steps.findIndex(({ netns, device }) => netns === "node-b" && device === "cni0");
    const bridge = step("node-b", "bridge", steps[at]!.packet, { device: "cni0" });
    const trace = { legs, steps: steps.toSpliced(at + 1, 0, bridge) };
    const stops = track(trace, shop(), layout(fold(shop(), trace, new Set()), { w: 1040, h: 716 }).ways);
    expect(stops[at + 1]!.place).toBe(stops[at]!.place);
    expect(stops[at + 2]!.way.length).toBeGreaterThan(1);
  });
});
