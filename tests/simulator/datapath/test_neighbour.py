"""Neighbours: who asks whom, what is noted, what waits, and what becomes of a packet that nobody answers for.

The order of frames on a bridge is that of a real kernel (Linux 6.18), captured with empty tables.
"""

from collections.abc import Iterator, Mapping

import pytest

from simulator.analysis.ask import ask as asked
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Arp, Ndp
from simulator.steps import Cause, Outcome, StateChange, Step, StepKind
from simulator.trace.model import Trace
from simulator.trace.tracing import trace
from tests.simulator.datapath.conftest import Ask

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: asker}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: here, labels: {app: here}}
spec: {nodeName: node-a, containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: there, labels: {app: there}}
spec: {nodeName: node-b, containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: here}
spec: {clusterIP: 10.96.0.20, selector: {app: here}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: there}
spec: {clusterIP: 10.96.0.30, selector: {app: there}, ports: [{port: 80}]}
"""
COLD = {"neighbors": "cold", "addons": "none"}
WARM = {"neighbors": "warm", "addons": "none"}
DUAL = {"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56", "serviceCIDR": "10.96.0.0/12,fd00:10:96::/108"}


def follow(target: str, source: str = "asker", settings: Mapping[str, str] = COLD) -> Trace:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", SHOP.encode())]), dict(settings))
    return trace(compile_network(cluster), asked(cluster, source, target, "TCP").flow)


def steps(found: Trace, leg: int | None = None) -> list[Step]:
    return [step for n, one in enumerate(found.legs) if leg in (None, n) for step in one.steps]


def frames(found: Trace, leg: int) -> Iterator[str]:
    """Every frame of a leg: "netns device out|in what from > to"."""
    for step in steps(found, leg):
        eth, heard = step.packet.eth, step.packet.resolution
        if step.kind in (StepKind.TRANSMIT, StepKind.RECEIVE) and eth is not None:
            what = heard.operation if isinstance(heard, Arp) else "ip"
            way = "out" if step.kind is StepKind.TRANSMIT else "in"
            yield f"{step.netns} {step.device} {way} {what} {eth.src} > {eth.dst}"


def changes(found: Trace, table: str, leg: int | None = None) -> list[tuple[str, str, str]]:
    return [(s.netns, c.event, c.entry) for s in steps(found, leg) for c in s.state if c.table == table]


def test_warm_neighbours_are_only_used() -> None:
    found = follow("10.96.0.20:80", settings=WARM)
    assert {event for _, event, _ in changes(found, "neighbor")} == {"used"}
    assert {event for _, event, _ in changes(found, "fdb")} == {"used"}
    assert not [s for s in steps(found) if s.packet.resolution]


@pytest.mark.parametrize("target", ["10.96.0.20:80", "10.96.0.30:80"])
def test_cold_or_warm_the_same_packets_arrive(target: str) -> None:
    cold, warm = follow(target), follow(target, settings=WARM)
    assert cold.disposition is warm.disposition is Outcome.DELIVERED
    assert [leg.disposition for leg in cold.legs] == [leg.disposition for leg in warm.legs]


def test_question_and_answer_come_before_the_packet_in_the_order_of_the_kernel() -> None:
    asker, here, veths = "default/asker:eth0", "default/here:eth0", ("veth@default/asker", "veth@default/here")
    assert list(frames(follow("10.96.0.20:80"), 0)) == [
        f"default/asker eth0 out request {asker} > broadcast",
        f"node-a {veths[0]} in request {asker} > broadcast",
        f"node-a cni0 in request {asker} > broadcast",
        f"node-a cni0 out reply node-a:cni0 > {asker}",
        f"node-a {veths[0]} out reply node-a:cni0 > {asker}",
        f"default/asker eth0 in reply node-a:cni0 > {asker}",
        f"default/asker eth0 out ip {asker} > node-a:cni0",
        f"node-a {veths[0]} in ip {asker} > node-a:cni0",
        "node-a cni0 out request node-a:cni0 > broadcast",
        f"node-a {veths[1]} out request node-a:cni0 > broadcast",
        "default/here eth0 in request node-a:cni0 > broadcast",
        f"default/here eth0 out reply {here} > node-a:cni0",
        f"node-a {veths[1]} in reply {here} > node-a:cni0",
        f"node-a cni0 in reply {here} > node-a:cni0",
        f"node-a cni0 out ip {asker} > {here}",  # the detour: still with the asker's hardware address
        f"node-a {veths[1]} out ip {asker} > {here}",
        f"default/here eth0 in ip {asker} > {here}",
    ]


def test_the_detour_is_taken_once_and_the_time_to_live_stays() -> None:
    found = follow("10.96.0.20:80")
    late = [s for s in steps(found) if s.text.id == "bridge.redirected-late"]
    assert len(late) == 1
    assert late[0].packet.ip.ttl == 64
    assert [s.text.id for s in steps(found, 2)].count("bridge.redirected") == 1


def test_a_pod_that_asked_is_stale_to_its_node_so_its_own_service_takes_the_detour_each_time() -> None:
    found = follow("10.96.0.20:80", source="here")
    entries = changes(found, "neighbor")
    assert ("node-a", "created", "10.244.1.3 dev cni0 lladdr default/here:eth0 STALE") in entries
    assert ("node-a", "used", "10.244.1.3 dev cni0 lladdr default/here:eth0 DELAY") in entries
    assert sum(s.text.id == "bridge.redirected-late" for s in steps(found)) > 1


def test_who_answers_notes_who_asked() -> None:
    assert changes(follow("10.96.0.20:80"), "neighbor", 0)[:4] == [
        ("default/asker", "created", "10.244.1.1 dev eth0 INCOMPLETE"),
        ("node-a", "created", "10.244.1.2 dev cni0 lladdr default/asker:eth0 STALE"),
        ("default/asker", "updated", "10.244.1.1 dev eth0 lladdr node-a:cni0 REACHABLE"),
        ("default/asker", "used", "10.244.1.1 dev eth0 lladdr node-a:cni0 REACHABLE"),
    ]


def test_a_bridge_learns_from_the_sender_before_it_uses_what_it_learnt() -> None:
    events = changes(follow("10.96.0.20:80"), "fdb")
    for mac in ("default/asker:eth0", "default/here:eth0"):
        of_one = [event for _, event, entry in events if entry.startswith(mac)]
        assert of_one[0] == "created"
        assert set(of_one[1:]) == {"used"}


def test_an_entry_has_one_key_from_question_to_use() -> None:
    entries: dict[str, set[str]] = {}
    for step in steps(follow("10.96.0.20:80"), 0):
        for change in step.state:
            if change.table == "neighbor" and step.netns == "default/asker":
                entries.setdefault(change.key, set()).add(change.event)
    assert entries == {"10.244.1.1 dev eth0": {"created", "updated", "used"}}


def test_nobody_answers_three_questions_then_host_unreachable() -> None:
    found = follow("10.244.1.99:80")
    assert found.disposition is Outcome.UNREACHABLE
    assert found.cause is Cause.NEIGHBOR_FAILED
    asks = [s for s in steps(found, 0) if s.text.id == "neighbor.ask"]
    assert [s.text.params["probe"] for s in asks] == ["1", "2", "3"]
    assert steps(found, 0)[-1].state == (
        StateChange("neighbor", "updated", "10.244.1.99 dev eth0 FAILED", "10.244.1.99 dev eth0"),
    )
    assert {s.netns for s in steps(found, 1)} == {"default/asker"}


def test_on_a_wire_without_a_bridge_the_owner_answers_and_nobody_else(ask: Ask) -> None:
    assert ask(cold=True).outcome is Outcome.DELIVERED
    assert ask(to="10.0.2.77", cold=True).outcome is Outcome.UNREACHABLE


def test_a_machine_asks_with_the_packets_source_only_where_that_is_its_own() -> None:
    """arp_announce 0: arp.c:arp_solicit()."""
    questions = [s.packet.l4 for s in steps(follow("10.96.0.20:80"), 0) if s.text.id == "device.transmit"]
    told = [(str(q.spa), str(q.tpa)) for q in questions if isinstance(q, Arp) and q.operation == "request"]
    assert told == [("10.244.1.2", "10.244.1.1"), ("10.244.1.1", "10.244.1.3"), ("10.244.1.1", "10.244.1.3")]


def test_what_a_program_wrote_is_not_asked_for() -> None:
    found = follow("10.96.0.30:80", settings={**COLD, "overlay": "vxlan"})
    assert found.disposition is Outcome.DELIVERED
    assert "10.244.2.0" not in {s.text.params["ip"] for s in steps(found) if s.text.id == "neighbor.ask"}
    used = changes(found, "neighbor")
    assert ("node-a", "used", "10.244.2.0 dev flannel.1 lladdr node-b:flannel.1 PERMANENT") in used
    assert [entry for _, _, entry in changes(found, "fdb") if "dst 192.168.56.12 self permanent" in entry]


def test_ipv6_asks_by_neighbour_solicitation() -> None:
    found = follow("[fd00:10:244:1::3]:80", settings=COLD | DUAL)
    assert found.disposition is Outcome.DELIVERED
    heard = [s.packet for s in steps(found) if isinstance(s.packet.l4, Ndp)]
    asks = next(p for p in heard if isinstance(p.l4, Ndp) and p.l4.type == 135)
    assert (str(asks.ip.dst), asks.ip.ttl) == ("ff02::1:ff00:3", 255)
    assert not [s for s in steps(found) if isinstance(s.packet.l4, Arp)]


@pytest.mark.parametrize("more", [{}, {"cni": "ptp"}, {"overlay": "vxlan"}, {"proxy": "nftables"}])
@pytest.mark.parametrize("target", ["10.96.0.20:80", "10.96.0.30:80"])
def test_in_every_set_up_the_packet_goes_on_when_the_answer_has_come(target: str, more: dict[str, str]) -> None:
    assert follow(target, settings=COLD | more).disposition is Outcome.DELIVERED
