"""A badge is earned step by step: what it did, where, in which set-up, by which rules."""

from collections.abc import Iterator

import pytest

from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.compilers.fidelity import Setup, known_by, trusted
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Badge, Step, StepKind
from simulator.trace.model import Trace
from simulator.trace.tracing import trace

TWO_NODES = b"""
{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {nodeName: node-a, containers: [{name: c, image: c}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-b, containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
HELD_BEST = Setup("bridge", "host-gw", "iptables", True, 4)


def asked(**settings: str) -> tuple[Network, Trace]:
    cluster = build_cluster(
        read_manifests([SourceFile("two-nodes.yaml", TWO_NODES)]),
        {key.replace("__", "."): value for key, value in settings.items()},
    )
    network = compile_network(cluster)
    return network, trace(network, parse_flow(cluster, "default/client", "web:80"))


def steps(found: Trace) -> Iterator[Step]:
    return (step for leg in found.legs for step in leg.steps)


def badges(found: Trace) -> set[Badge]:
    return {step.badge for step in steps(found)}


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
@pytest.mark.parametrize("overlay", ["host-gw", "vxlan"])
def test_a_service_between_nodes_is_verified_in_every_set_up_that_was_recorded(proxy: str, overlay: str) -> None:
    _, found = asked(proxy=proxy, overlay=overlay)
    assert badges(found) == {Badge.VERIFIED}


def test_every_verified_step_says_what_it_was_held_against_and_no_other_does() -> None:
    _, found = asked(proxy="nftables", overlay="vxlan")
    for step in steps(found):
        assert (step.evidence is not None) == (step.badge is Badge.VERIFIED)
    forwarded = next(step for step in steps(found) if step.kind is StepKind.FORWARD)
    assert forwarded.evidence is not None
    assert forwarded.evidence.startswith("kernel 6.18, kube-proxy 1.36.2: ")
    assert forwarded.evidence.endswith(" recorded flows with VXLAN in nftables mode")


def test_what_nobody_held_is_modelled_beside_what_was() -> None:
    _, found = asked(neighbors="cold")
    asking = [step for step in steps(found) if step.text.id.startswith("neighbor.ask")]
    assert asking
    assert {step.badge for step in asking} == {Badge.MODELLED}
    assert {step.evidence for step in asking} == {None}
    assert badges(found) == {Badge.MODELLED, Badge.VERIFIED}


def test_a_step_is_known_by_what_it_did_on_which_device_and_by_the_rules_it_met() -> None:
    network, found = asked()
    dnat = next(step for step in steps(found) if step.kind is StepKind.NAT)
    assert list(known_by(dnat, network.netns(dnat.netns))) == [
        "step nat.dnat bridge PREROUTING",
        "packet TCP",
        "rule nat PREROUTING: Jump",
        "rule nat KUBE-SERVICES: Destination IpProtocol L4Ports Jump",
        "rule nat KUBE-SVC-*: Jump",
        "rule nat KUBE-SEP-*: IpProtocol L4Ports Dnat",
    ]


def test_one_thing_that_nobody_held_takes_the_badge_away() -> None:
    known = ("step nat.dnat bridge PREROUTING", "packet TCP")
    assert trusted(HELD_BEST, known)[0] is Badge.VERIFIED
    assert trusted(HELD_BEST, (*known, "rule nat PREROUTING: Multiport Dnat")) == (Badge.MODELLED, None)
    assert trusted(Setup("other", "host-gw", "iptables", True, 4), known) == (Badge.MODELLED, None)
