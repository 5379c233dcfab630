"""TLS between the gateway and its backends: which policy counts, and what makes one useless."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.tls_policy import invalid, policy_for
from simulator.diagnostics import Problem

ClusterOf = Callable[..., Cluster]
WEB = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: a, port: 443}, {name: b, port: 444}]}}"
GATEWAY = "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g}, spec: {gatewayClassName: x, listeners: [{name: h, port: 80, protocol: HTTP}]}}"
CA = "{apiVersion: v1, kind: ConfigMap, metadata: {name: ca}, data: {ca.crt: x}}"


def policy(
    name: str, section: str = "", ca: str = "caCertificateRefs: [{kind: ConfigMap, group: '', name: ca}]"
) -> str:
    target = "{group: '', kind: Service, name: web" + (f", sectionName: {section}" if section else "") + "}"
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {{name: {name}}}
spec:
  targetRefs: [{target}]
  validation: {{hostname: web.example, {ca}}}
"""


@pytest.mark.parametrize(
    ("policies", "port", "name"),
    [
        ([], 0, None),
        ([("whole", "")], 0, "whole"),
        ([("whole", ""), ("only-b", "b")], 0, "whole"),
        ([("whole", ""), ("only-b", "b")], 1, "only-b"),
        ([("z", ""), ("a", "")], 0, "a"),
        ([("only-b", "b")], 0, None),
    ],
)
def test_the_policy_of_a_port_is_its_own_or_the_services(cluster_of: ClusterOf, policies, port: int, name) -> None:
    cluster = cluster_of(WEB, CA, GATEWAY, *(policy(n, s) for n, s in policies))
    service = cluster.services["default/web"]
    found = policy_for(cluster.web, service, service.ports[port])
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("ca", "documents", "reason"),
    [
        ("caCertificateRefs: [{kind: ConfigMap, group: '', name: ca}]", [CA], None),
        ("wellKnownCACertificates: System", [], None),
        ("caCertificateRefs: [{kind: ConfigMap, group: '', name: ca}]", [], "InvalidCACertificateRef"),
        (
            "caCertificateRefs: [{kind: ConfigMap, group: '', name: ca}]",
            [CA.replace("ca.crt", "x")],
            "InvalidCACertificateRef",
        ),
        ("caCertificateRefs: [{kind: Secret, group: '', name: ca}]", [CA], "InvalidKind"),
        ("caCertificateRefs: []", [], "Invalid"),
    ],
)
def test_a_policy_needs_something_to_check_certificates_by(cluster_of, ca: str, documents: list[str], reason) -> None:
    cluster = cluster_of(WEB, GATEWAY, *documents, policy("p", ca=ca))
    wrong = invalid(cluster.web, cluster.web.tls_policies[0])
    assert (wrong.reason if wrong else None) == reason
    assert any(p.id == "tls-policy-invalid" for p in cluster.problems) is (reason is not None)


def test_two_policies_for_one_target_are_told(problem_of: Callable[..., Problem]) -> None:
    told = problem_of("tls-policy-conflict", WEB, CA, GATEWAY, policy("a"), policy("b"))
    assert told.object == "BackendTLSPolicy default/b"
    assert "default/a has this target" in told.message
