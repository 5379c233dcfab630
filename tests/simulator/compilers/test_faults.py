"""Faults about kernels: each ends a packet as the real kernel does, says so, and leaves no trace when it is undone."""

import pytest

from netviz.breaking import menu
from simulator import SourceFile, build_cluster, compile_network, parse_flow, read_manifests, trace_flow
from simulator.analysis.why import explained
from simulator.cluster.breaking import broken
from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import KINDS, FaultError, parse_faults
from simulator.steps import Outcome, Step, StepKind
from simulator.trace.encode import to_json
from simulator.trace.model import Trace

MANIFESTS = b"""
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: near}
spec: {nodeName: node-a, containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-b, containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
"""default/near is 10.244.1.3, default/web is 10.244.2.2."""


def cluster(overlay: str = "vxlan", **settings: str) -> Cluster:
    return build_cluster(read_manifests([SourceFile("web.yaml", MANIFESTS)]), {"overlay": overlay, **settings})


@pytest.fixture(scope="module")
def whole() -> Cluster:
    return cluster()


def asked(whole: Cluster, *faults: str, to: str = "web:80", protocol: str = "TCP") -> Trace:
    found = broken(whole, parse_faults(faults))
    flow = parse_flow(found, "default/client", to, protocol)
    return explained(found, trace_flow(compile_network(found), flow))


def steps(trace: Trace) -> list[Step]:
    return [step for leg in trace.legs for step in leg.steps]


@pytest.mark.parametrize(
    ("fault", "outcome", "cause"),
    [
        ("node-cut:node-b", "timeout", "neighbor-failed"),
        ("link-cut:node-a/eth0", "timeout", "no-route"),
        ("link-cut:node-a/cni0", "unreachable", "neighbor-failed"),
        ("link-cut:default/client/eth0", "unreachable", "no-route"),
        ("link-cut:node-a/veth@default/client", "unreachable", "neighbor-failed"),
        ("node-cut:node-a", "timeout", "neighbor-failed"),
        ("link-cut:node-b/flannel.1", "timeout", "link-down"),
        ("neighbor-forgotten:node-a/10.244.2.0", "unreachable", "neighbor-failed"),
        ("fdb-forgotten:node-a/node-b:flannel.1", "timeout", "no-fdb-entry"),
        ("sysctl-off:node-a/net.ipv4.ip_forward", "timeout", "forwarding-off"),
        ("port-blocked:node-b/8472/UDP", "timeout", "rule-drop"),
        ("conntrack-full:node-a", "timeout", "conntrack-full"),
        ("proxy-flushed:node-a", "timeout", "blackhole"),
        ("pod-crashed:default/web", "rejected", "rule-reject"),
    ],
)
def test_it_ends_so_and_the_one_fault_is_to_blame(fault: str, outcome: str, cause: str, whole: Cluster) -> None:
    found = asked(whole, fault)
    assert (found.disposition.value, found.cause and found.cause.value) == (outcome, cause)
    assert found.faults == (fault,)
    assert found.explanation is not None
    assert found.explanation.code == "broken-on-purpose"
    assert found.explanation.fix == f"Undo {fault}."


def test_of_several_faults_only_the_one_that_matters_is_blamed(whole: Cluster) -> None:
    found = asked(whole, "mtu:node-b/eth0=1400", "fdb-forgotten:node-a/node-b:flannel.1", "hairpin-off:node-a")
    assert found.explanation is not None
    assert found.explanation.object == "Fault fdb-forgotten:node-a/node-b:flannel.1"


def test_two_that_each_suffice_are_blamed_together(whole: Cluster) -> None:
    found = asked(whole, "node-cut:node-b", "fdb-forgotten:node-a/node-b:flannel.1")
    assert found.explanation is not None
    assert found.explanation.fix == "Undo node-cut:node-b and fdb-forgotten:node-a/node-b:flannel.1."


def test_the_step_names_the_fault_and_its_narration_says_it(whole: Cluster) -> None:
    found = asked(whole, "route-forgotten:node-a/10.244.2.0/24")
    route = next(s for s in steps(found) if s.kind is StepKind.ROUTE and s.netns == "node-a")
    assert any(o.object == "Fault route-forgotten:node-a/10.244.2.0/24" for o in route.origins)
    assert route.text.params["dev"] == "eth0"
    assert route.narration is not None
    assert route.narration.plain.endswith("Broken here: node-a has forgotten its route to 10.244.2.0/24.")


def test_a_bridge_floods_what_it_has_forgotten_and_learns_it_again(whole: Cluster) -> None:
    found = asked(whole, "fdb-forgotten:node-a/default/near:eth0", to="10.244.1.3:80")
    assert found.disposition is Outcome.DELIVERED
    texts = [s.text.id for s in steps(found) if s.kind is StepKind.BRIDGE]
    assert texts[0] == "bridge.flood"
    assert "bridge.flood" not in texts[2:]


def test_a_neighbour_that_was_learnt_is_asked_for_again(whole: Cluster) -> None:
    found = asked(whole, "neighbor-forgotten:default/client/10.244.1.3", to="10.244.1.3:80")
    assert found.disposition is Outcome.DELIVERED
    assert [s.text.id for s in steps(found) if s.kind is StepKind.NEIGHBOR][:3] == [
        "neighbor.ask", "neighbor.asked", "neighbor.answered",
    ]  # fmt: skip


def test_an_unplugged_machine_is_asked_for_three_times(whole: Cluster) -> None:
    found = asked(cluster("host-gw"), "node-cut:node-b")
    asks = [s for s in steps(found) if s.text.id == "neighbor.ask" and s.netns == "node-a"]
    assert [s.text.params["probe"] for s in asks] == ["1", "2", "3"]
    assert not any(s.netns == "node-b" for s in steps(found))


def test_who_loses_the_carrier_forgets_the_neighbours_behind_it() -> None:
    """net/core/neighbour.c:neigh_carrier_down(): the node asks anew, and tells its pods that nobody answers."""
    found = asked(cluster("host-gw"), "node-cut:node-a")
    assert found.disposition is Outcome.UNREACHABLE
    assert [s.text.params["probe"] for s in steps(found) if s.text.id == "neighbor.ask"] == ["1", "2", "3"]
    assert all(s.netns in ("default/client", "node-a") for s in steps(found))


def test_a_device_that_carries_less_than_ipv6_wants_has_none() -> None:
    dual = cluster("host-gw", clusterCIDR="10.244.0.0/16,fd00:10:244::/56", serviceCIDR="10.96.0.0/12,fd00:10:96::/112")
    narrow = compile_network(broken(dual, parse_faults(["mtu:default/client/eth0=1279"]))).netns("default/client")
    assert {a.version for a in narrow.devices["eth0"].addresses} == {4}
    assert {route.destination.version for route in narrow.routes} == {4}
    enough = compile_network(broken(dual, parse_faults(["mtu:default/client/eth0=1280"]))).netns("default/client")
    assert {route.destination.version for route in enough.routes} == {4, 6}


def test_kube_proxy_that_was_stopped_first_still_sends_to_the_pod(whole: Cluster) -> None:
    assert asked(whole, "pod-stopped:default/web").disposition is Outcome.REJECTED
    stale = asked(whole, "proxy-stopped:node-a", "pod-stopped:default/web")
    assert stale.disposition is Outcome.UNREACHABLE
    assert any(s.packet.ip.dst.exploded == "10.244.2.2" for s in steps(stale))


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_without_rules_a_service_is_no_address(proxy: str) -> None:
    found = asked(cluster(proxy=proxy), "proxy-flushed:node-a")
    assert found.disposition is Outcome.TIMEOUT
    assert not any(s.kind is StepKind.NAT and "10.244.2.2" in str(s.changes) for s in steps(found))


def test_a_stopped_pod_is_called_at_the_address_that_it_had(whole: Cluster) -> None:
    assert asked(whole, "pod-stopped:default/near", to="near:80").disposition is Outcome.UNREACHABLE


def test_hairpin_is_off_for_one_pod_only(whole: Cluster) -> None:
    devices = compile_network(broken(whole, parse_faults(["hairpin-off:default/near"]))).netns("node-a").devices
    assert {name: d.hairpin for name, d in devices.items() if d.master} == {
        "veth@default/client": True, "veth@default/near": False,
    }  # fmt: skip


def test_a_bridge_follows_the_smallest_mtu_of_its_ports(whole: Cluster) -> None:
    devices = (
        compile_network(broken(whole, parse_faults(["mtu:node-a/veth@default/near=1300"]))).netns("node-a").devices
    )
    assert devices["cni0"].mtu == 1300
    assert compile_network(whole).netns("node-a").devices["cni0"].mtu == 1450


@pytest.mark.parametrize(
    "text",
    [
        "link-cut:node-a/eth9",
        "mtu:default/client/eth1=1400",
        "route-forgotten:node-a/10.9.0.0/16",
        "fdb-forgotten:node-a/x",
    ],
)
def test_what_is_not_in_the_kernel_cannot_be_broken(text: str, whole: Cluster) -> None:
    with pytest.raises(FaultError) as refused:
        compile_network(broken(whole, parse_faults([text])))
    assert refused.value.code == "unknown-fault-target"
    assert refused.value.hint


PLACES = ("node:node-a", "node:node-b", "pod:default/client", "pod:default/near", "pod:default/web", "host:router")


def offered(whole: Cluster) -> list[str]:
    network = compile_network(whole)
    return [one.fault for place in PLACES for one in menu(whole, network, place).faults]


def test_the_menus_offer_nearly_every_kind(whole: Cluster) -> None:
    assert set(KINDS) - {text.partition(":")[0] for text in offered(whole)} == {"neighbor-forgotten"}


def test_whatever_is_broken_the_walk_ends_and_undone_it_is_as_before(whole: Cluster) -> None:
    """Every fault that the page offers, one after the other, with a packet that stays on a node and one that leaves."""
    flows = [parse_flow(whole, "default/client", to) for to in ("web:80", "10.244.1.3:80")]
    before = [to_json(trace_flow(compile_network(whole), flow)) for flow in flows]
    for text in offered(whole):
        cluster_then = broken(whole, parse_faults([text]))
        network = compile_network(cluster_then)
        if cluster_then.pods["default/client"].phase == "Running":
            traces = [trace_flow(network, flow) for flow in flows]
            assert all(t.legs and t.legs[-1].steps for t in traces), text
            again = compile_network(broken(whole, parse_faults([text])))
            assert to_json(trace_flow(again, flows[0])) == to_json(traces[0]), text
    assert [to_json(trace_flow(compile_network(broken(whole, ())), flow)) for flow in flows] == before
