"""Services that select more than was meant: told by what the pods declare and run, not where versions stand beside."""

import pytest


def deployment(name: str, image: str, port: int | None, labels: str = "tier: backend", replicas: int = 2) -> str:
    ports = f", ports: [{{containerPort: {port}}}]" if port else ""
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}, {labels}}}}}
    spec: {{containers: [{{name: main, image: "{image}"{ports}}}]}}
"""


def service(ports: str = "{port: 80, targetPort: 8080}", more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  selector:
    tier: backend
  ports: [{ports}]
  {more}
"""


def told(cluster):
    return [p for p in cluster.problems if p.id == "selector-matches-much"]


def test_a_share_that_goes_to_a_port_nobody_declares_is_a_warning(problem_of):
    documents = service(), deployment("web", "shop/web:1", 8080), deployment("worker", "shop/worker:1", 9090)
    problem = problem_of("selector-matches-much", *documents)
    assert (problem.level.value, problem.line) == ("warning", 7)
    assert "Some connections to port 80 go to Deployment worker, which declares other ports" in problem.message
    assert problem.hint == "Add app: web to the selector, which only Deployment web has."


def test_the_share_is_really_refused_and_the_hint_mends_it(cluster_of):
    narrow = service().replace("tier: backend", "tier: backend\n    app: web")
    documents = deployment("web", "shop/web:1", 8080), deployment("worker", "shop/worker:1", 9090)
    assert len(told(cluster_of(service(), *documents))) == 1
    assert told(cluster_of(narrow, *documents)) == []


def test_programs_on_ports_of_their_own_are_worth_a_word_where_no_packet_is_refused(problem_of):
    named = service("{port: 80, targetPort: http}")
    documents = deployment("web", "shop/web:1", 8080), deployment("worker", "shop/worker:1", 9090)
    assert problem_of("selector-matches-much", named, *documents).level.value == "info"


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(("registry.example/web:1", 8080, "web:2@sha256:0", 8080), id="a canary of the same image"),
        pytest.param(("web:1", 8080, "mirror/web:2", 9090), id="a new version with another port"),
        pytest.param(("blue:1", 8080, "green:1", 8080), id="other images on the same port"),
        pytest.param(("web:1", 8080, "worker:1", None), id="one that declares nothing"),
    ],
)
def test_what_may_be_one_program_in_two_versions_is_not_told(cluster_of, documents):
    image, port, other, second = documents
    cluster = cluster_of(service(), deployment("stable", image, port), deployment("canary", other, second))
    assert told(cluster) == []


def test_a_headless_service_may_name_all_parts_of_a_program(cluster_of):
    documents = deployment("web", "shop/web:1", 8080), deployment("worker", "shop/worker:1", 9090)
    assert told(cluster_of(service(more="clusterIP: None"), *documents)) == []


def test_no_label_to_tell_them_apart_leads_to_a_hint_to_add_one(problem_of):
    pods = [
        f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{tier: backend}}}}
spec: {{containers: [{{name: main, image: {name}, ports: [{{containerPort: {port}}}]}}]}}
"""
        for name, port in (("web", 8080), ("worker", 9090))
    ]
    hint = problem_of("selector-matches-much", service(), *pods).hint
    assert hint == "Give the pods of Pod web a label that the others do not have, and select it."
