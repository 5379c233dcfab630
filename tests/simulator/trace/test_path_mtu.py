"""The size of packets matters: what fits, what is cut up, who is told, and what vanishes."""

import msgspec
import pytest

from simulator import SourceFile, build_cluster, compile_network, parse_flow, read_manifests, trace_flow
from simulator.analysis.why import explained
from simulator.cluster.breaking import broken
from simulator.cluster.faults import parse_faults
from simulator.steps import Cause, Outcome, Step, StepKind
from simulator.trace.model import LegKind, Trace

MANIFESTS = b"""
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: near}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far}
spec: {nodeName: node-b, containers: [{name: c, image: c}]}
"""
NEAR, FAR = "10.244.1.3", "10.244.2.2"


def sent(
    size: int, *faults: str, to: str = FAR, protocol: str = "TCP", overlay: str = "vxlan",
    source: str = "default/client", br_netfilter: str = "1",
) -> Trace:  # fmt: skip
    manifests = read_manifests([SourceFile("pods.yaml", MANIFESTS)])
    settings = {"overlay": overlay, "sysctl.net.bridge.bridge-nf-call-iptables": br_netfilter}
    cluster = broken(build_cluster(manifests, settings), parse_faults(faults))
    target = to if protocol == "ICMP" else f"{to}:80"
    flow = msgspec.structs.replace(parse_flow(cluster, source, target, protocol), size=size)
    return explained(cluster, trace_flow(compile_network(cluster), flow))


def kinds(trace: Trace) -> list[str]:
    return [leg.kind.value for leg in trace.legs]


def steps(trace: Trace) -> list[Step]:
    return [step for leg in trace.legs for step in leg.steps]


def segments_of(trace: Trace) -> list[int]:
    """The IP length of the longest segment of each data leg as it set out."""
    return [leg.packet.segment_length for leg in trace.legs if leg.kind is LegKind.DATA]


@pytest.mark.parametrize(("overlay", "mtu"), [("vxlan", 1450), ("host-gw", 1500)])
def test_segments_are_as_long_as_the_mtu_of_the_pods_device(overlay: str, mtu: int) -> None:
    assert segments_of(sent(5000, overlay=overlay)) == [mtu, mtu]


def test_less_than_a_segment_goes_as_it_is() -> None:
    assert segments_of(sent(1000)) == [1052, 1052]  # IP 20, TCP 20, timestamps 12


def test_the_smaller_end_decides_in_the_handshake() -> None:
    found = sent(5000, "mtu:default/far/eth0=1300")
    assert (found.disposition, segments_of(found)) == (Outcome.DELIVERED, [1300, 1300])


def test_who_is_told_sends_again_what_fits() -> None:
    found = sent(5000, "mtu:node-a/flannel.1=1300")
    assert found.disposition is Outcome.DELIVERED
    assert kinds(found) == ["request", "reply", "ack", "data", "icmp-error", "data", "data"]
    assert segments_of(found)[:2] == [1450, 1300]
    assert found.legs[3].cause is Cause.PACKET_TOO_BIG
    learnt = [change for s in steps(found) for change in s.state if change.table == "pmtu"]
    assert [change.entry for change in learnt] == [f"{FAR} mtu 1300"]


def test_a_small_packet_notices_nothing() -> None:
    assert kinds(sent(0, "mtu:node-a/flannel.1=1300")) == ["request", "reply", "ack", "data", "data"]


def test_where_word_of_it_is_lost_there_is_a_black_hole() -> None:
    found = sent(5000, "mtu:node-a/flannel.1=1300", "icmp-filtered:node-a")
    assert (found.disposition, found.cause) == (Outcome.CONNECTED, Cause.MTU_BLACK_HOLE)
    assert found.explanation is not None
    assert "takes 1300 at most" in found.explanation.message


def test_a_bridge_drops_what_is_too_long_and_tells_nobody() -> None:
    """As seen on kernel 6.18: a single segment vanishes, and more than one gets through."""
    port = "mtu:node-a/veth@default/near=1300"
    assert sent(500, port, to=NEAR).disposition is Outcome.DELIVERED
    lost = sent(1390, port, to=NEAR)
    assert (lost.disposition, lost.cause) == (Outcome.CONNECTED, Cause.MTU_BLACK_HOLE)
    assert "icmp-error" not in kinds(lost)
    assert sent(3000, port, to=NEAR).disposition is Outcome.DELIVERED


def test_a_tunnel_packet_is_cut_up_on_its_way() -> None:
    found = sent(1300, "mtu:node-a/eth0=1200", "mtu:node-b/eth0=1200")
    cut = [s for s in steps(found) if s.kind is StepKind.FRAGMENT]
    assert found.disposition is Outcome.DELIVERED
    assert [s.netns for s in cut] == ["node-a", "node-b"]
    assert all(o.object == "Fault mtu:node-a/eth0=1200" for o in cut[0].origins)


@pytest.mark.parametrize("protocol", ["UDP", "ICMP"])
def test_a_datagram_over_the_own_mtu_is_cut_up_by_its_sender(protocol: str) -> None:
    """And anew by each node, where connection tracking has put it together on the bridge."""
    found = sent(4000, protocol=protocol)
    assert found.disposition is Outcome.DELIVERED
    cut = [s.netns for s in steps(found) if s.kind is StepKind.FRAGMENT]
    assert cut == ["default/client", "node-a", "default/far", "node-b"]


def test_what_the_bridge_put_together_goes_on_as_long_as_it_can() -> None:
    """As seen on kernel 6.18: 1,328 bytes came in fragments of 1280, leave in one piece, and are too long at last."""
    narrow = "mtu:default/client/eth0=1280", "mtu:node-b/eth0=1300"
    assert sent(1300, *narrow, protocol="UDP", overlay="host-gw").cause is Cause.MTU_BLACK_HOLE
    routed = sent(1300, *narrow, protocol="UDP", overlay="host-gw", br_netfilter="0")
    assert any(leg.kind is LegKind.REPLY for leg in routed.legs), "fragments are as long as they came"


def test_what_a_node_itself_sends_is_cut_up_where_nat_leads_it_into_a_smaller_mtu() -> None:
    """It says DF, yet no error goes to who made it (skb->ignore_df); TCP's segments are told of."""
    found = sent(1460, "mtu:node-a/flannel.1=1300", protocol="UDP", source="node-a")
    assert found.disposition is Outcome.DELIVERED
    assert "icmp-error" not in kinds(found)[:2]


@pytest.mark.parametrize("protocol", ["UDP", "ICMP"])
def test_a_datagram_that_fits_at_home_has_df_and_its_sender_learns(protocol: str) -> None:
    found = sent(1400, "mtu:node-a/flannel.1=1300", protocol=protocol)
    assert found.disposition is Outcome.DELIVERED
    assert kinds(found)[:3] == ["request", "icmp-error", "request"]
    assert next(s.netns for s in steps(found) if s.kind is StepKind.FRAGMENT) == "default/client"


def test_a_network_card_takes_no_frame_over_its_mtu() -> None:
    found = sent(3000, "mtu:node-b/eth0=1200", overlay="host-gw")
    assert found.cause is Cause.MTU_BLACK_HOLE
    assert steps(found)[-1].netns == "node-b"


@pytest.mark.parametrize("protocol", ["TCP", "UDP"])
def test_nobody_is_believed_who_says_that_next_to_nothing_fits(protocol: str) -> None:
    """net.ipv4.route.min_pmtu=552: the sender goes no lower, and leaves the rest to fragments."""
    found = sent(3000, "mtu:node-a/flannel.1=400", protocol=protocol)
    assert found.disposition is Outcome.DELIVERED
    learnt = [change for s in steps(found) for change in s.state if change.table == "pmtu"]
    assert [change.entry for change in learnt] == ([f"{FAR} mtu lock 552"] if protocol == "TCP" else [])
    cut = {s.netns for s in steps(found) if s.kind is StepKind.FRAGMENT}
    assert "node-a" in cut
    if protocol == "TCP":
        assert segments_of(found)[:2] == [1450, 552]
