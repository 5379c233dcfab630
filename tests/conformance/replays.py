"""Flows of our own through a real kernel, here and now: `everything/` in every set-up that can be built.

The kernel gets the very rules that the model compiled, so this holds the walk, not kube-proxy's rules: those are held
against kube-proxy's own (`test_rules.py`). Needs root and a Linux that can; `missing` says what is not there.
"""

import json
from collections.abc import Iterator
from functools import reduce
from itertools import product
from pathlib import Path
from platform import release

import msgspec

from netviz.replay.compare import Branch
from netviz.replay.lab import lab
from netviz.replay.names import namespaces, run_prefix
from netviz.replay.plan import make_plan
from netviz.replay.probe import machine, needs
from netviz.replay.run import Question, replay
from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.compilers.fidelity import Setup, known_by, setup_of
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.model import Flow
from simulator.trace.tracing import Held, every_way
from simulator.trace.wire import outcome

FOLDER = Path(__file__).resolve().parent / "everything"
BRIDGE_NF = ("sysctl.net.bridge.bridge-nf-call-iptables", "sysctl.net.bridge.bridge-nf-call-ip6tables")
RANGES = {"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56", "serviceCIDR": "10.96.0.0/12,fd00:10:96::/112"}

Built = tuple[str, str, str, int]
"""CNI plugin, overlay, proxy mode, br_netfilter; a plugin without a bridge has no use for the last."""
SETUPS: list[Built] = [
    *product(("bridge",), ("host-gw", "vxlan"), ("iptables", "nftables"), (1, 0)),
    *product(("ptp",), ("host-gw", "vxlan"), ("iptables", "nftables"), (1,)),
]


class Replayed(msgspec.Struct):
    """How a flow went in the model and in the kernel: where they part, and what the model's steps are known by."""

    name: str
    differences: tuple[str, ...]
    kinds: set[tuple[Setup, str]]


def kernel() -> str:
    """The release that decides how packets travel: "kernel 6.18"."""
    return f"kernel {'.'.join(release().split('.')[:2])}"


def cluster_in(built: Built) -> Cluster:
    cni, overlay, proxy, br_netfilter = built
    settings = {"cni": cni, "overlay": overlay, "proxy": proxy} | dict.fromkeys(BRIDGE_NF, str(br_netfilter)) | RANGES
    return build_cluster(read_manifests([SourceFile("cluster.yaml", (FOLDER / "cluster.yaml").read_bytes())]), settings)


def missing() -> str | None:
    """Why nothing can be replayed here."""
    cluster = cluster_in(SETUPS[0])
    lack = machine() or needs(make_plan(compile_network(cluster), namespaces(cluster), run_prefix()))
    return lack.message if lack else None


def flows(cluster: Cluster) -> Iterator[tuple[str, Flow]]:
    for entry in json.loads((FOLDER / "flows.json").read_text())["flows"]:
        host = f"[{entry['dst']}]" if ":" in entry["dst"] else entry["dst"]
        target = entry["dst"] if entry["proto"] == "ICMP" else f"{host}:{entry['port']}"
        flow = ask(cluster, entry["src"], target, entry["proto"]).flow
        name = f"{entry['id']} {entry['src']} > {target} {entry['proto']}"
        yield name, msgspec.structs.replace(flow, via=entry.get("via"), http_path=entry.get("http"))


def replayed(built: Built) -> Iterator[Replayed]:
    """Every flow in a set-up, walked by the model and by the kernel.

    A kernel takes its time where the machine is busy, so what differs is sent once more; what is wrong stays wrong.
    """
    cluster = cluster_in(built)
    network = compile_network(cluster)
    ways = {name: (flow, every_way(network, flow)) for name, flow in flows(cluster)}
    asked = [Question(name, flow, _outcomes(flow, held)) for name, (flow, held) in ways.items()]
    with lab(make_plan(network, namespaces(cluster), run_prefix())) as standing:
        found = {verdict.id: verdict for verdict in replay(standing, asked, network)}
        again = [question for question in asked if not found[question.id].equal]
        found |= {verdict.id: verdict for verdict in replay(standing, again, network)}
        for verdict in found.values():
            kinds = [_kinds(cluster, network, way) for way in ways[verdict.id][1]]
            # Chance took one of these ways; what all of them have was held whichever it was.
            yield Replayed(verdict.id, verdict.differences, reduce(set.intersection, kinds))


def _outcomes(flow: Flow, ways: list[Held]) -> list[Branch]:
    return [Branch(outcome(way.session, way.said, flow)) for way in ways]


def _kinds(cluster: Cluster, network: Network, way: Held) -> set[tuple[Setup, str]]:
    steps = [step for leg in way.said.legs for step in leg.steps]
    return {(setup_of(cluster.profile, s.packet), kind) for s in steps for kind in known_by(s, network.netns(s.netns))}
