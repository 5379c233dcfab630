"""What labels may look like, on objects and on the pods of a workload."""

import pytest

from simulator.manifests import SourceFile, read_manifests
from simulator.manifests.label_syntax import is_key, is_value


@pytest.mark.parametrize("key", ["app", "a.b/c", "app.kubernetes.io/name", "A_b.c-1", "x" * 63, f"{'a' * 253}/b"])
def test_names_that_labels_have(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "-a", "a-", "two words", "a/b/c", "/c", "A.b/c", "x" * 64, f"{'a' * 254}/b", "ü"])
def test_names_that_no_label_has(key: str) -> None:
    assert not is_key(key)


def test_values_may_be_empty_and_are_otherwise_like_names() -> None:
    assert all(is_value(value) for value in ("", "web", "1.2_3-x", "x" * 63))
    assert not any(is_value(value) for value in ("two words", "-a", "a/b", "x" * 64, "user@example.com"))


def told(text: str) -> list[tuple[str, int | None]]:
    found = read_manifests([SourceFile("a.yaml", text.encode())]).problems
    return [(problem.message, problem.line) for problem in found if problem.id == "invalid-label"]


OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, labels: %s}\n"
WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels: {app: a b}
    spec: {containers: [{name: c, image: c}]}
"""


def test_what_the_api_server_refuses_is_told_by_its_line() -> None:
    assert told(OBJECT % "{app: web}") == []
    assert told(OBJECT % "{app: my shop}") == [('"my shop" can\'t be the value of a label.', 3)]
    assert told(OBJECT % "{'my app': web}") == [('"my app" can\'t be the name of a label.', 3)]


def test_the_labels_of_a_workloads_pods_are_looked_at_too() -> None:
    assert told(WORKLOAD) == [('"a b" can\'t be the value of a label.', 7)]
