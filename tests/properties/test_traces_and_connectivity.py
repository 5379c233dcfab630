"""On random clusters the table allows exactly what the policy steps of a trace let through.

For every pair of pods, to the pod's address, with everybody listening everywhere: a packet that policies keep back ends
at a rule of theirs, and any other one does not.
"""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.analysis.ask import parse_flow
from simulator.analysis.connectivity.members import title_of
from simulator.analysis.connectivity.port_sets import contains
from simulator.analysis.connectivity.table import Table
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Pod
from simulator.compilers import compile_network
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol
from simulator.steps import Cause
from simulator.trace.model import LegKind
from simulator.trace.tracing import hold, settled
from tests.simulator.analysis.connectivity.test_gress import clusters

PORTS = (79, 80, 8080, 65535)
RANGES = {
    4: {"node-a": "10.0.0.0/16", "node-b": "10.1.0.0/16"}, 6: {"node-a": "fd00:2::/64", "node-b": "fd00:1::/64"},
}  # fmt: skip
"""By family. Blocks of the random policies begin and end between them, and inside."""
MACHINES = {4: "192.168.56.", 6: "2001:db8:56::"}
SETTINGS = {
    4: {"clusterCIDR": "10.0.0.0/15"}, 6: {"clusterCIDR": "fd00::/30", "serviceCIDR": "fd00:96::/112"},
}  # fmt: skip


def node(name: str, number: int, family: int) -> dict[str, Any]:
    labels = {"kubernetes.io/hostname": name}
    addresses = [{"type": "InternalIP", "address": f"{MACHINES[family]}{number}"}]
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
            "spec": {"podCIDR": RANGES[family][name]}, "status": {"addresses": addresses}}  # fmt: skip


def keep_family(pod: dict[str, Any], family: int) -> str:
    """Leave a pod its address of one family; a block means one of its addresses, and a packet has one."""
    written = [one["ip"] for one in pod.get("status", {}).get("podIPs", ())]
    mine = [ip for ip in written if (":" in ip) is (family == 6)]
    pod.pop("status", None)
    if mine:
        pod["status"] = {"podIP": mine[0], "podIPs": [{"ip": mine[0]}], "phase": "Running"}
    return mine[0] if mine else ""


def placed(objects: list[dict[str, Any]], sides: list[str], convention: str, family: int = 4) -> Cluster:
    """Two nodes, and every pod on one of them: that whose range its address is in, or as `sides` say.

    Policed hostNetwork pods are one a node: on the network nothing tells two of them apart.
    """
    taken: set[str] = set()
    pods = [each for each in objects if each["kind"] == "Pod"]
    for number, pod in enumerate(pods):
        address = keep_family(pod, family)
        pod["spec"]["nodeName"] = sides[number]
        if address:
            pod["spec"]["nodeName"] = "node-b" if address.startswith(("10.1.", "fd00:1:")) else "node-a"
        if pod["spec"].get("hostNetwork") and convention == "policed" and pod["spec"]["nodeName"] in taken:
            del pod["spec"]["hostNetwork"]
        if pod["spec"].get("hostNetwork"):
            taken.add(pod["spec"]["nodeName"])
            pod.pop("status", None)
    text = yaml.safe_dump_all([node("node-a", 11, family), node("node-b", 12, family), *objects])
    manifests = read_manifests([SourceFile("random.yaml", text.encode())])
    given = {"listen": "all", "policy.hostNetworkPods": convention, "addons": "none"}
    return build_cluster(manifests, given | SETTINGS[family])


def let_through(network: Network, cluster: Cluster, source: Pod, target: Pod, protocol: Protocol, port: int) -> bool:
    """Whether no rule of a policy throws the first packet away. A pod by its address, as no Service is called."""
    address = str(target.ips[0])
    flow = parse_flow(
        cluster, source.key, f"[{address}]:{port}" if ":" in address else f"{address}:{port}", protocol.value
    )
    said = hold(network, flow, settled(0), 0).said
    request = next(leg for leg in said.legs if leg.kind is LegKind.REQUEST)
    drop = request.steps[-1]
    if request.cause is not Cause.RULE_DROP or drop.matched is None:
        return True
    assert drop.matched.chain.startswith("POLICY-"), "nothing else drops here"
    return False


def told_apart(source: Pod, target: Pod, protocol: Protocol, port: int) -> bool:
    """Whether a policed hostNetwork pod can be told from its node: by those on the same node, and by its ports."""
    declared = {(p.number, p.protocol) for c in target.containers for p in c.ports}
    if target.host_network and (port, protocol) not in declared:
        return False
    return source.node == target.node or not (source.host_network or target.host_network)


def allowed_by(table: Table, source: Pod, target: Pod, protocol: Protocol, port: int) -> bool:
    numbers = {workload.title: number for number, workload in enumerate(table.workloads)}
    row, column = (numbers["{}/{}[{}]".format(*title_of(pod))] for pod in (source, target))
    return contains(table.port_sets.sets[table.allowed(row)[column]], protocol, port)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(
    clusters(), st.lists(st.sampled_from(sorted(RANGES[4])), min_size=4, max_size=4),
    st.sampled_from(["unpoliced", "policed"]), st.sampled_from(PORTS), st.sampled_from(sorted(RANGES)),
)  # fmt: skip
def test_the_table_allows_what_the_policy_steps_of_a_trace_let_through(
    objects: list[dict[str, Any]], sides: list[str], convention: str, port: int, family: int
) -> None:
    cluster = placed(objects, sides, convention, family)
    table, network = Table(cluster), compile_network(cluster)
    for source in cluster.pods.values():
        for target in cluster.pods.values():
            for protocol in (Protocol.TCP, Protocol.UDP, Protocol.SCTP) if source is not target else ():
                asked = (source, target, protocol, port)
                if convention == "policed" and not told_apart(*asked):
                    continue
                told = (source.key, target.key, protocol.value, port, convention, family)
                assert let_through(network, cluster, *asked) == allowed_by(table, *asked), told


@pytest.mark.parametrize("family", sorted(RANGES))
def test_a_table_that_is_wrong_would_be_seen(family: int) -> None:
    """The two are told apart: what no policy is about is open in both, what one isolates is closed in both."""
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
         "spec": {"nodeName": side, "containers": [{"name": "c", "image": "c"}]}}
        for name, side in (("a", "node-a"), ("b", "node-b"))
    ]  # fmt: skip
    spec = {"podSelector": {"matchLabels": {"app": "b"}}, "policyTypes": ["Ingress"]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "b"}, "spec": spec}
    cluster = placed([*pods, policy], ["node-a", "node-b"], "unpoliced", family)
    assert [ip.version for pod in cluster.pods.values() for ip in pod.ips] == [family, family]
    table, network = Table(cluster), compile_network(cluster)
    a, b = cluster.pods["default/a"], cluster.pods["default/b"]
    asked = Protocol.TCP, 80
    assert (let_through(network, cluster, a, b, *asked), allowed_by(table, a, b, *asked)) == (False, False)
    assert (let_through(network, cluster, b, a, *asked), allowed_by(table, b, a, *asked)) == (True, True)
