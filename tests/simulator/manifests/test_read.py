"""Reading an upload: everything usable is used, everything else is a problem that says where and how to mend it."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.manifests import Limits, ManifestSet, SourceFile, read_manifests

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\n"


def read(text: str | bytes, path: str = "a.yaml", limits: Limits | None = None) -> ManifestSet:
    data = text if isinstance(text, bytes) else text.encode()
    return read_manifests([SourceFile(path, data)], limits or Limits())


def ids(found: ManifestSet) -> list[str]:
    return [problem.id for problem in found.problems]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ["empty-file"]),
        (bytes(range(256)), ["not-text"]),
        (b"a\0b", ["not-text"]),
        (b"a:\n\tb: c", ["yaml-unreadable"]),
        (b"hello", ["not-an-object"]),
        (b"- 1\n- a", ["not-an-object", "not-an-object"]),
        (b"[" * 100_000, ["limit-depth"]),
        (b"- " * 5_000 + b"x", ["limit-depth"]),
        (b"&a [*a]", ["limit-expanded"]),
        (b"&a {<<: *a}", ["limit-expanded"]),
        (b"*a", ["yaml-unreadable"]),
        (b"{{ x }}: 1", ["helm-template"]),
        (b"a: \x01", ["yaml-unreadable"]),
        (b"PK\x03\x04abc", ["archive-unreadable"]),
        (b"\x1f\x8bxx", ["archive-unreadable"]),
        (b"apiVersion: v1\nkind: List\nitems: [1, null, x]", ["not-an-object", "not-an-object"]),
    ],
)
def test_what_cannot_be_used_is_told(data: bytes, told: list[str]):
    found = read(data)
    assert (found.manifests, ids(found)) == ((), told)


@pytest.mark.parametrize("template", ["x", "{spec: x}", "{spec: {containers: x}}", "{spec: {containers: [null, 3]}}"])
def test_a_workload_of_the_wrong_shape_is_told(template: str):
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{template: {template}}}\n"
    assert ids(read(text)) == ["kustomize-patch"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_line_ends(encoding: str, ends: str):
    found = read(POD.replace("\n", ends).encode(encoding))
    assert [(m.ref, m.mark(("metadata", "name")).line) for m in found.manifests] == [("Pod default/web", 3)]


def test_an_unquoted_equals_sign_is_text():
    found = read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: =}\n")
    assert found.manifests[0].body["data"] == {"x": "="}


def test_items_of_a_list_kind_take_their_kind_from_it():
    found = read("apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n")
    assert [(m.api_version, m.kind, m.name) for m in found.manifests] == [("v1", "Pod", "a")]


def test_lists_in_lists_are_unpacked():
    inner = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}],
    }
    found = read(json.dumps({"apiVersion": "v1", "kind": "List", "items": [inner]}))
    assert [m.ref for m in found.manifests] == ["Pod default/a"]


def test_json_values_may_follow_each_other():
    one, two = ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}} for name in ("a", "b"))
    found = read(f"{json.dumps(one)}\n{json.dumps(two, indent=1)}\n")
    assert [(m.name, m.line) for m in found.manifests] == [("a", 1), ("b", 2)]


def test_a_broken_document_loses_only_itself():
    found = read(f"{POD}---\nkind: [\n---\n{POD.replace('web', 'other')}")
    assert [(m.name, m.line) for m in found.manifests] == [("web", 1), ("other", 7)]
    assert ids(found) == ["yaml-unreadable"]


def test_the_later_of_two_wins_and_both_are_named():
    files = [SourceFile("one.yaml", POD.encode()), SourceFile("two.yaml", POD.encode())]
    found = read_manifests(files)
    assert [m.file for m in found.manifests] == ["two.yaml"]
    assert found.problems[0].file == "two.yaml"
    assert "one.yaml, line 1" in found.problems[0].message


def test_marks_point_at_keys_and_items():
    found = read(POD + "spec:\n  containers:\n  - name: a\n    ports:\n    - containerPort: 80\n")
    pod = found.manifests[0]
    mark = pod.mark(("spec", "containers", 0, "ports", 0, "containerPort"))
    assert (mark.line, mark.column) == (8, 7)
    assert pod.mark(("spec", "containers", 0, "missing")).line == 6
    origin = pod.origin(("spec", "containers", 0, "ports"))
    assert (origin.object, origin.field, origin.line) == ("Pod default/web", "spec.containers[0].ports", 7)


def test_marks_in_one_long_line():
    text = json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "annotations": {"x": "y" * 9000}, "labels": {}}}
    )
    mark = read(text).manifests[0].mark(("metadata", "labels"))
    assert (mark.line, mark.column) == (1, text.index('"labels"') + 1)


def test_marks_stay_right_when_an_item_is_taken_out():
    found = read(POD + "spec:\n  containers:\n  - 3\n  - name: b\n    image: c\n")
    assert [(p.id, p.line) for p in found.problems] == [("wrong-type", 6)]
    assert found.manifests[0].mark(("spec", "containers", 0)).line == 7


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (POD + "spec:\n  contianers: []\n", "containers", 5),
        (POD + "spec:\n  containers:\n  - imagee: x\n", "image", 6),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - targetport: 80\n", "targetPort", 6),
        (POLICY + "spec:\n  podselector: {}\n", "podSelector", 5),
    ],
)
def test_a_misspelt_field_is_told_with_the_right_one(text: str, field: str, line: int):
    (problem,) = read(text).problems
    assert (problem.id, problem.line) == ("unknown-field", line)
    assert f'"{field}"' in problem.hint


def test_a_policy_with_a_broken_part_is_left_out_as_a_whole():
    found = read(POLICY + "spec:\n  podSelector: {}\n  ingress:\n  - from: everybody\n")
    assert found.manifests == ()
    assert ids(found) == ["wrong-type", "object-left-out"]


@pytest.mark.parametrize("name", ["Bad", "under_score", "-a", "a" * 254])
def test_a_name_that_dns_forbids_takes_its_object_out(name: str):
    found = read(POD.replace("web", name))
    assert (found.manifests, ids(found)) == ((), ["invalid-name"])


@pytest.mark.parametrize(
    ("version", "kind", "told"),
    [
        ("v1", "Ingress", ["unknown-kind"]),
        ("apps/v1", "Deploymnet", ["unknown-kind"]),
        ("example.com/v1", "Database", ["custom-resource"]),
        ("batch/v1beta1", "CronJob", ["removed-api-version"]),
        ("policy/v1beta1", "PodSecurityPolicy", ["removed-kind"]),
        ("v1", "ServiceAccount", []),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", []),
        ("netviz.dev/v1", "ClusterProfile", []),
    ],
)
def test_kinds_and_versions_that_kubernetes_does_not_serve(version: str, kind: str, told: list[str]):
    found = read(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{}}\n")
    assert (len(found.manifests), ids(found)) == (1, told)


def test_no_more_documents_than_allowed_are_read():
    many = "---\n".join(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: n{i}}}\n" for i in range(30))
    found = read(many, limits=Limits(documents=10))
    assert len(found.manifests) == 10
    assert "NETVIZ_MAX_DOCUMENTS" in found.problems[-1].hint


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes):
    read(data)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
FIELDS = st.sampled_from(
    re.findall(
        r"\w+",
        "metadata name namespace labels annotations spec template selector containers ports port replicas rules http "
        "ingress egress from matchLabels data items kind status subsets endpoints addresses",
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4), max_leaves=15
)
KINDS = st.sampled_from(
    re.findall(
        r"\w+",
        "Pod Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Service EndpointSlice Endpoints Node Namespace "
        "Ingress NetworkPolicy ConfigMap Secret List PodList SecretList",
    )
)


@settings(max_examples=300)
@given(kind=KINDS, name=st.just("a") | SCALARS, rest=st.dictionaries(FIELDS, VALUES, max_size=5))
def test_no_shape_makes_it_fail(kind: str, name: object, rest: dict[str, object]):
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}} | rest
    read(json.dumps(body), "a.json")


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(), min_size=1, max_size=9))
def test_every_mark_points_at_its_key(labels: dict[str, int]):
    text = POD.replace("{name: web}", "\n  name: web\n  annotations:") + "".join(
        f'    "{k}": "{v}"\n' for k, v in labels.items()
    )
    lines = text.split("\n")
    pod = read(text).manifests[0]
    for key in labels:
        mark = pod.mark(("metadata", "annotations", key))
        assert lines[mark.line - 1][mark.column - 1 :].startswith(f'"{key}"')
