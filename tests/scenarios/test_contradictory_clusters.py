"""A cluster that contradicts itself still has an answer for every packet: an outcome, and a coded cause where it failed.

Nothing in here says which outcome: of two owners of one address, a real network finds one or the other.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.analysis.ask import FlowError, parse_flow
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.cluster.profile import SettingError
from simulator.compilers import compile_network
from simulator.diagnostics import Level
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Disposition, Outcome
from simulator.trace.model import Flow, Trace
from simulator.trace.tracing import trace
from tests.simulator.cluster.contradictory import CONTRADICTORY, node, pod, service

ANSWERED = (Outcome.DELIVERED, Outcome.CONNECTED)
SETUPS: tuple[Mapping[str, str], ...] = (
    {},
    {"cni": "ptp"},
    {"cni": "ptp", "overlay": "vxlan", "sysctl.net.ipv4.conf.all.rp_filter": "1"},
)
SOME = 5
"""One flow of so many is followed where every one would take long."""
NOBODYS = ("10.244.1.99", "10.96.7.7", "192.168.56.99", "203.0.113.9", "fd00::99")


def built(documents: tuple[str, ...], wanted: Mapping[str, str]) -> Cluster:
    text = "\n---\n".join(documents)
    return build_cluster(read_manifests([SourceFile("all.yaml", text.encode())]), wanted)


def flows(cluster: Cluster) -> Iterator[Flow]:
    """Everybody asks everybody, and addresses that are nobody's."""
    asked = [str(ip) for pod in cluster.pods.values() for ip in pod.ips]
    targets = dict.fromkeys((f"[{ip}]:8080" if ":" in ip else f"{ip}:8080") for ip in (*asked, *NOBODYS))
    for one in cluster.services.values():
        targets |= dict.fromkeys(f"[{ip}]:80" if ip.version == 6 else f"{ip}:80" for ip in one.cluster_ips)
    for machine in cluster.nodes.values():
        targets |= dict.fromkeys(f"[{ip}]:30083" if ip.version == 6 else f"{ip}:30083" for ip in machine.addresses)
    for source in ("internet", *cluster.nodes, *cluster.pods):
        for target in targets:
            try:
                yield parse_flow(cluster, source, target)
            except FlowError:
                continue  # a question that cannot be asked, with a code of its own


def assert_ends(found: Trace) -> None:
    assert found.legs
    for leg in found.legs:
        assert leg.steps
        assert leg.cause is not None or leg.disposition is Disposition.DELIVERED
    assert found.cause is not None or found.disposition in ANSWERED


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: " ".join(setup.values()) or "bridge host-gw")
@pytest.mark.parametrize("name", CONTRADICTORY)
def test_every_trace_ends_with_an_outcome_and_a_coded_cause(name: str, setup: Mapping[str, str]) -> None:
    documents, wanted = CONTRADICTORY[name]
    cluster = built(documents, {**setup, **wanted})
    network = compile_network(cluster)
    for flow in islice(flows(cluster), None, None, 1 if setup == SETUPS[0] else SOME):
        assert_ends(trace(network, flow))


@pytest.mark.parametrize("name", [name for name in CONTRADICTORY if name != "no node at all"])
def test_what_contradicts_itself_is_told(name: str) -> None:
    """All but Pods without Node objects: that is a common upload, and its nodes are listed as assumed."""
    documents, wanted = CONTRADICTORY[name]
    problems = built(documents, wanted).problems
    assert [p for p in problems if p.id != "selector-matches-nothing"], "nothing is said of it"
    assert all(p.hint and (p.line is not None or not p.file) for p in problems)


ADDRESSES = st.sampled_from(
    [
        "192.168.56.1",
        "192.168.56.10",
        "192.168.56.11",
        "192.168.56.12",
        "192.168.56.255",
        "10.7.0.3",
        "10.244.1.1",
        "10.244.1.2",
        "10.244.1.20",
        "10.244.2.2",
        "10.244.2.0",
        "10.96.0.1",
        "10.96.0.20",
        "198.51.100.7",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "169.254.3.3",
        "fd00:56::11",
        "fd00:10:244:1::20",
        "fd00:10:96::20",
        "fe80::1",
        "::1",
    ]
)
RANGES = st.sampled_from(
    ["10.244.1.0/24", "10.244.2.0/24", "10.244.0.0/16", "10.244.1.128/25", "192.168.56.0/24", "10.96.0.0/24",
     "198.51.100.0/24", "fd00:10:244:1::/64", "fd00:56::/64"]
)  # fmt: skip
NAMES = st.sampled_from(["node-a", "node-b", "cp"])
PODS = st.sampled_from(["one", "two", "ten"])
DOCUMENTS = st.lists(
    st.one_of(
        st.builds(lambda n, a, c: node(n, a, *c), NAMES, st.none() | ADDRESSES, st.lists(RANGES, max_size=2)),
        st.builds(lambda n, on, ips: pod(n, on, *ips), PODS, NAMES, st.lists(ADDRESSES, max_size=2)),
        st.builds(lambda n, ips: service(n, *ips), PODS, st.lists(ADDRESSES, max_size=2)),
    ),
    min_size=2,
    max_size=7,
)
WANTED = st.fixed_dictionaries(
    {"cni": st.sampled_from(["bridge", "ptp"]), "overlay": st.sampled_from(["host-gw", "vxlan"])},
    optional={
        "clusterCIDR": RANGES, "serviceCIDR": RANGES, "internet": ADDRESSES, "controlPlane": ADDRESSES,
        "underlay": st.sampled_from(["10.244.1.0/24", "10.7.0.0/24", "10.96.0.0/24", "198.51.100.0/24"]),
    },
)  # fmt: skip


@given(documents=DOCUMENTS, wanted=WANTED)
@settings(max_examples=60, deadline=None)
def test_so_does_any_trace_in_any_cluster(documents: list[str], wanted: dict[str, str]) -> None:
    try:
        cluster = built(tuple(documents), wanted)
    except SettingError:
        return  # settings that cannot be had together are refused with a hint of their own
    assert all(isinstance(p.level, Level) and p.hint for p in cluster.problems)
    network = compile_network(cluster)
    for flow in islice(flows(cluster), None, None, SOME):
        assert_ends(trace(network, flow))
