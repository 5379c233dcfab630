"""Names that lead to nothing: what clients would ask the DNS for, and be told that it does not exist."""

import pytest

HEADLESS = """
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
"""
STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: postgres, ports: [{containerPort: 5432}]}]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: db-1, labels: {app: db}}
spec:
  hostname: first
  subdomain: db
  containers: [{name: main, image: postgres, ports: [{containerPort: 5432}]}]
"""


def alias(name: str) -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: database}}
spec:
  type: ExternalName
  externalName: {name}
"""


def ids(cluster):
    return [p.id for p in cluster.problems]


def test_a_stateful_set_needs_the_service_that_it_names(problem_of, cluster_of):
    problem = problem_of("service-name-missing", STATEFUL)
    assert (problem.level.value, problem.line) == ("warning", 6)
    assert problem.message == "There is no Service default/db, so names like db-0.db do not resolve."
    assert "service-name-missing" not in ids(cluster_of(STATEFUL, HEADLESS))


def test_a_service_with_an_address_gives_single_pods_no_names(problem_of):
    problem = problem_of("service-name-missing", STATEFUL, HEADLESS.replace("clusterIP: None, ", ""))
    assert problem.level.value == "info"
    assert "is not headless" in problem.message


def test_a_service_of_nearly_that_name_is_offered(problem_of):
    hint = problem_of("service-name-missing", STATEFUL, HEADLESS.replace("name: db", "name: db2")).hint
    assert hint == "Did you mean default/db2? It has to be headless: clusterIP: None."


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ("", "There is no Service default/db"),
        (HEADLESS.replace("clusterIP: None, ", ""), "The Service default/db is not headless"),
        (HEADLESS.replace("app: db", "app: other"), "The Service default/db does not select this pod"),
    ],
)
def test_a_pod_has_a_name_only_by_a_headless_service_that_selects_it(problem_of, service, why):
    documents = [POD, service] if service else [POD]
    problem = problem_of("subdomain-without-service", *documents)
    assert problem.message == f"{why}, so the name first.db does not resolve."
    assert problem.line == 7


def test_a_pod_whose_subdomain_has_its_service_is_no_problem(cluster_of):
    assert ids(cluster_of(POD, HEADLESS)) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("db.data.svc.cluster.local", "Did you mean default/db?"),
        ("dbb.default.svc.cluster.local.", "Did you mean default/db?"),
        ("other.data.svc.cluster.local", "Correct the name, or add the Service."),
        ("db.default.svc", "Write db.default.svc.cluster.local."),
    ],
)
def test_an_alias_of_no_service_is_told_with_what_was_meant(problem_of, name, hint):
    problem = problem_of("external-name-unknown", alias(name), HEADLESS, POD)
    assert (problem.hint, problem.line) == (hint, 7)


@pytest.mark.parametrize(
    "name", ["db.default.svc.cluster.local", "db.example.com", "first.db.default.svc.cluster.local"]
)
def test_an_alias_of_what_is_there_or_outside_is_no_problem(cluster_of, name):
    assert ids(cluster_of(alias(name), HEADLESS, POD)) == []


def test_an_alias_that_is_an_address_does_not_resolve(problem_of):
    assert "192.0.2.7" in problem_of("external-name-address", alias("192.0.2.7")).message


def slice_of(target: str) -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: ext}}
spec: {{ports: [{{port: 80}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: ext-1, labels: {{kubernetes.io/service-name: ext}}}}
addressType: IPv4
ports: [{{port: 80}}]
endpoints:
- addresses: [10.244.1.9]
  targetRef: {{kind: Pod, name: {target}}}
"""


def test_an_endpoint_of_a_pod_that_is_not_there_is_told_at_its_line(problem_of, cluster_of):
    problem = problem_of("slice-pod-unknown", slice_of("gone"), POD, HEADLESS)
    assert (problem.level.value, problem.line) == ("info", 14)
    assert "slice-pod-unknown" not in ids(cluster_of(slice_of("db-1"), POD, HEADLESS))


def test_aliases_that_stand_for_each_other_are_told_and_the_rest_works(cluster_of):
    there = alias("other.default.svc.cluster.local")
    back = alias("database.default.svc.cluster.local").replace("name: database", "name: other")
    cluster = cluster_of(there, back, HEADLESS)
    told = [p for p in cluster.problems if p.id == "external-name-loop"]
    assert [p.object for p in told] == ["Service default/database", "Service default/other"]
    assert all(p.line for p in told)
    assert "default/db" in cluster.services
    assert not [p for p in cluster_of(there, HEADLESS).problems if p.id == "external-name-loop"]
