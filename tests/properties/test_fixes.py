"""On random broken clusters every fix that is offered makes the flow work, and changes no other flow but those named.

What changes is worked out here for oneself: every flow to a Service is traced before and after, and every connection
between two pods put before the decision function.
"""

from itertools import product
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.analysis.ask import FlowError, ask
from simulator.analysis.diff.flows import Question
from simulator.analysis.fix.tried import mended
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.cluster.cluster import Cluster
from simulator.cluster.policies.decide import decide
from simulator.cluster.policies.model import Direction
from simulator.cluster.policies.view import PolicyView
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol
from simulator.steps import Outcome
from simulator.trace.tracing import every_way

ROLES = ("client", "web", "other")
PORTS = (53, 80, 8080, 9090)
ASKED = Question("shop/client", "web.shop:80")


class Slip(msgspec.Struct, frozen=True):
    """What somebody got wrong; None or False where it is right."""

    selector: str | None = None
    target: int | str = 8080
    protocol: str = "TCP"
    namespace: str = "shop"
    ready: bool = True
    replicas: int = 1
    local: bool = False


slips = st.builds(
    Slip,
    selector=st.sampled_from([None, None, "wbe", "nobody"]),
    target=st.sampled_from([8080, 8080, 80, "http", "www"]),
    protocol=st.sampled_from(["TCP", "TCP", "UDP"]),
    namespace=st.sampled_from(["shop", "shop", "away"]),
    replicas=st.sampled_from([1, 1, 2, 0]),
    local=st.booleans(),
)
who = st.sampled_from(ROLES).map(lambda role: {"podSelector": {"matchLabels": {"app": role}}})
peers = who | st.just({"podSelector": {}}) | st.just({"namespaceSelector": {}})
ports = st.sampled_from([80, 8080, "http"]).map(lambda port: {"port": port}) | st.just({"port": 53, "protocol": "UDP"})


def rules(side: str) -> st.SearchStrategy[list[Any]]:
    one = st.fixed_dictionaries(
        {side: st.lists(peers, min_size=1, max_size=2)}, optional={"ports": st.lists(ports, min_size=1, max_size=2)}
    )
    return st.lists(one, max_size=2)


policies = st.fixed_dictionaries(
    {
        "podSelector": st.just({}) | st.sampled_from(ROLES).map(lambda role: {"matchLabels": {"app": role}}),
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
    },
    optional={"ingress": rules("from"), "egress": rules("to")},
)


def manifests(slip: Slip, written: list[dict[str, Any]]) -> str:
    port = {"port": 80, "targetPort": slip.target, "protocol": slip.protocol}
    spec = {"selector": {"app": slip.selector or "web"}, "ports": [port]}
    if slip.local:
        spec["internalTrafficPolicy"] = "Local"
    container = {"name": "c", "image": "web", "ports": [{"name": "http", "containerPort": 8080}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"nodeName": "node-b", "containers": [container]}}
    workload = {"replicas": slip.replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    objects = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": slip.namespace},
         "spec": workload},
        *(client(role, node) for role, node in (("client", "node-a"), ("other", "node-b"))),
    ]  # fmt: skip
    for number, policy in enumerate(written):
        metadata = {"name": f"np-{number}", "namespace": "shop"}
        objects.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata,
                        "spec": policy})  # fmt: skip
    return yaml.safe_dump_all(objects, sort_keys=False)


def client(role: str, node: str) -> dict[str, Any]:
    spec = {"nodeName": node, "containers": [{"name": "c", "image": role}]}
    metadata = {"name": role, "namespace": "shop", "labels": {"app": role}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def cluster_of(text: str) -> Cluster:
    return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))


def endings(cluster: Cluster, question: Question) -> set[str]:
    """How the ways that chance can go end."""
    world = with_addons(cluster)
    try:
        flow = ask(world, question.source, question.target, question.protocol, by_dns=True).flow
    except FlowError as error:
        return {error.code}
    return {f"{held.said.outcome.value} {held.said.cause}" for held in every_way(compile_network(world), flow)}


def flows(cluster: Cluster, spoken: set[Protocol]) -> dict[str, set[str]]:
    """Every flow from a workload to a port of the Service, and how it ends."""
    senders = ("shop/client", "shop/other", "shop/web", "away/web")
    asked = [Question(sender, "web.shop:80", protocol.value) for sender in senders for protocol in spoken]
    return {str(question): endings(cluster, question) for question in asked}


def spoken(*clusters: Cluster) -> set[Protocol]:
    return {port.protocol for cluster in clusters for port in cluster.services["shop/web"].ports}


def pairs(cluster: Cluster) -> dict[tuple[str, str], set[tuple[str, int]]]:
    """What policies allow between each two workloads."""
    view, found = PolicyView(cluster), {}
    ends = {f"{pod.namespace}/{(pod.owner or pod.name).split()[-1]}": pod for pod in cluster.pods.values()}
    for (name, source), (other, target) in product(ends.items(), ends.items()):
        if source is not target:
            sides = view.of_pod(source), view.of_pod(target)
            found[name, other] = {
                (protocol.value, port)
                for protocol, port in product((Protocol.TCP, Protocol.UDP), PORTS)
                if all(decide(view, *sides, protocol, port, way).allowed for way in Direction)
            }
    return found


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(slips, st.lists(policies, max_size=2))
def test_every_fix_works_and_names_all_else_that_it_changes(slip: Slip, written: list[dict[str, Any]]) -> None:
    text = manifests(slip, written)
    old = cluster_of(text)
    for one in mended({"shop.yaml": text}, {}, ASKED):
        new = cluster_of(one.texts["shop.yaml"])
        assert endings(new, ASKED) == {f"{Outcome.DELIVERED.value} None"}, one.fix.changes
        named = {str(difference.question) for difference in one.fix.side_effects}
        assert one.fix.unchecked == 0
        before, after = (flows(cluster, spoken(old, new)) for cluster in (old, new))
        changed = {flow for flow in before if before[flow] != after[flow]} - {str(ASKED)}
        assert changed <= named, one.fix.changes
        was, now = pairs(old), pairs(new)
        for ends in was.keys() & now.keys():
            more = was[ends] ^ now[ends]
            if ends == ("shop/client", "shop/web"):
                more -= {("TCP", 8080), ("TCP", 80)}
            assert not more or " -> ".join(ends) in named, (ends, more, one.fix.changes)
