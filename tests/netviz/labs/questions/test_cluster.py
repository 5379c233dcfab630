"""Questions about the cluster itself: fields and objects, as kubectl would tell of them."""

import pytest

from netviz.labs.model import Ask
from netviz.labs.questions import answer
from netviz.labs.world import World

MANIFESTS = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  nodeName: node-a
  containers:
    - {name: log, image: i}
    - {name: main, image: i, ports: [{containerPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: netviz.dev/v1
kind: ClusterProfile
metadata: {name: here}
spec: {cni: {hairpinMode: false}}
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World({"all.yaml": MANIFESTS}, {})


def asked(world: World, name: str, subject: str, **arguments: str) -> str | tuple[str, ...]:
    return answer(world, Ask(name, subject, arguments, 1), None).value


@pytest.mark.parametrize(
    ("field", "of", "value"),
    [
        ("spec.containers[1].ports[0].containerPort", "Pod default/web", "8080"),
        ("spec.containers[main].ports[0].containerPort", "Pod default/web", "8080"),
        ("spec.containers[log].ports[0].containerPort", "Pod default/web", "none"),
        ("spec.containers[7].image", "Pod default/web", "none"),
        ("spec.podSelector", "NetworkPolicy default/deny-all", "{}"),
        ("spec.policyTypes", "NetworkPolicy default/deny-all", '["Ingress"]'),
        ("spec.cni.hairpinMode", "ClusterProfile here", "false"),
        ("spec.anything", "Service default/none", "none"),
    ],
)
def test_a_field_is_told_as_kubectl_would(world: World, field: str, of: str, value: str) -> None:
    assert asked(world, "field", field, of=of) == value


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("NetworkPolicy default/deny-all", "yes"),
        ("NetworkPolicy default/*", "yes"),
        ("NetworkPolicy other/*", "no"),
        ("Ingress default/*", "no"),
    ],
)
def test_any_object_of_a_kind_may_be_asked_for(world: World, name: str, there: str) -> None:
    assert asked(world, "object", name) == there
