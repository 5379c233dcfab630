"""The load balancer's own step: told at the router, a choice like any other, with its reason in words."""

import pytest

from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Outcome
from simulator.trace.model import Trace
from simulator.trace.tracing import branches, trace

MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  externalTrafficPolicy: POLICY
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.5}]}}
"""


def cluster_of(policy: str, replicas: int = 2, nodes: int = 3) -> Cluster:
    text = MANIFESTS.replace("POLICY", policy).replace("replicas: 2", f"replicas: {replicas}")
    return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), {"nodes": str(nodes)})


def called(cluster: Cluster, picks: tuple[int, ...] = ()) -> Trace:
    return trace(compile_network(cluster), ask(cluster, "internet", "web:80").flow, picks=picks)


def balanced(found: Trace):
    return [step for leg in found.legs for step in leg.steps if step.text.id == "route.balanced"]


@pytest.mark.parametrize(("pick", "node"), [(0, "node-a"), (1, "node-b"), (2, "node-c")])
def test_the_balancer_draws_a_node_first_and_the_packet_goes_there(pick: int, node: str):
    found = called(cluster_of("Cluster"), (pick, 0))
    (step,) = balanced(found)
    assert found.choices[0].at == step.seq
    assert [(o.pick, round(o.probability, 3)) for o in found.choices[0].options] == [
        ("node-a", 0.333), ("node-b", 0.333), ("node-c", 0.333),
    ]  # fmt: skip
    assert step.netns == "router"
    after = [s.netns for s in found.legs[0].steps if s.seq > step.seq and s.netns != "router"]
    assert after[0] == node
    assert found.disposition is Outcome.DELIVERED


def test_every_way_of_a_call_from_outside_is_followed_and_the_chances_add_up():
    cluster = cluster_of("Cluster")
    found = branches(compile_network(cluster), ask(cluster, "internet", "web:80").flow)
    assert len(found) == 6
    assert sum(b.probability for b in found) == pytest.approx(1)


def test_with_policy_local_only_nodes_with_a_pod_are_drawn_and_the_step_names_the_line():
    found = called(cluster_of("Local"))
    (step,) = balanced(found)
    assert [o.pick for o in found.choices[0].options] == ["node-a", "node-b"]
    assert step.narration is not None
    assert "503 from node-c" in step.narration.mechanism
    assert [o.field for o in step.origins if o.object == "Service default/web"] == ["spec.externalTrafficPolicy"]


def test_one_healthy_node_is_no_choice_and_still_told():
    found = called(cluster_of("Local", replicas=1))
    (step,) = balanced(found)
    assert step.chances == ()
    assert step.text.params["node"] == "node-a"


def test_no_healthy_node_is_told_and_the_client_waits():
    cluster = cluster_of("Local", replicas=0)
    (step,) = balanced(called(cluster))
    assert step.text.params["rule"] == "none"


def test_a_node_that_was_named_settles_it():
    from msgspec.structs import replace

    cluster = cluster_of("Cluster")
    flow = replace(ask(cluster, "internet", "web:80").flow, via="node-c")
    found = trace(compile_network(cluster), flow)
    assert balanced(found) == []
    assert "node-c" in {step.netns for step in found.legs[0].steps}
