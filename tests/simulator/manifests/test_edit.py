"""Editing one field: the object becomes what was wanted, and every other line stays as it was written."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.manifests import SourceFile, read_manifests
from simulator.manifests.edit import CannotEdit, apply, insert_first, remove_field, set_field
from simulator.manifests.manifest import Manifest, Path

BLOCK = """# the shop
apiVersion: v1
kind: Service
metadata:
  name: web   # keep me
spec:
  selector:
    app: wbe  # a typo
    tier: front
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {selector: {app: "x"}, ports: [{port: 80}]}
"""
LIST = """kind: List
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec: {containers: [{name: c, image: i}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: b, labels: {}}
  spec: {containers: [{name: c, image: i}]}
"""


def manifest(text: str, name: str) -> Manifest:
    found = read_manifests([SourceFile("a.yaml", text.encode())]).manifests
    return next(m for m in found if m.name == name)


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def edited(text: str, name: str, path: Path, value: Any) -> str:
    return apply(text, [set_field(text, manifest(text, name), path, value)])


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    assert edited(BLOCK, "web", ("spec", "selector", "app"), "web") == BLOCK.replace("wbe", "web")


def test_a_value_in_a_line_of_braces_is_replaced() -> None:
    assert edited(BLOCK, "other", ("spec", "ports", 0, "port"), 81) == BLOCK.replace("{port: 80}", "{port: 81}")


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("web", ("spec", "type"), "NodePort"),
        ("web", ("spec", "ports", 0, "nodePort"), 30080),
        ("web", ("metadata", "labels", "app"), "yes"),
        ("web", ("metadata", "annotations"), {"netviz.dev/listen": "8080/TCP"}),
        ("other", ("spec", "selector", "tier"), "on"),
        ("other", ("metadata", "labels"), {"a": "1"}),
    ],
)
def test_a_missing_field_is_written_and_nothing_else_changes(name: str, path: Path, value: Any) -> None:
    text = edited(BLOCK, name, path, value)
    changed = manifest(text, name)
    assert at(changed.body, path) == value
    for key in BLOCK.splitlines():
        assert key in text or name == "other"
    other = "other" if name == "web" else "web"
    assert manifest(text, other).body == manifest(BLOCK, other).body


def test_an_object_in_a_list_is_found_by_its_place() -> None:
    text = edited(LIST, "b", ("metadata", "labels", "app"), "web")
    assert manifest(text, "b").body["metadata"]["labels"] == {"app": "web"}
    assert manifest(text, "a").body == manifest(LIST, "a").body


def test_a_key_is_taken_out() -> None:
    first = apply(BLOCK, [remove_field(BLOCK, manifest(BLOCK, "web"), ("spec", "selector", "app"))])
    assert manifest(first, "web").body["spec"]["selector"] == {"tier": "front"}
    last = apply(BLOCK, [remove_field(BLOCK, manifest(BLOCK, "web"), ("spec", "selector", "tier"))])
    assert manifest(last, "web").body["spec"]["selector"] == {"app": "wbe"}
    assert "# a typo" in last or "tier" not in last


def test_the_only_key_is_not_taken_out() -> None:
    with pytest.raises(CannotEdit):
        remove_field(BLOCK, manifest(BLOCK, "other"), ("spec", "selector", "app"))


def test_a_new_item_stands_last_and_what_it_is_called_says_so() -> None:
    text = BLOCK.replace("targetPort: 8080", "targetPort: 8080  # the program's")
    edit = set_field(text, manifest(text, "web"), ("spec", "ports", 1), {"port": 81})
    assert "      targetPort: 8080  # the program's\n    - port: 81\n---\n" in apply(text, [edit])
    assert edit.what == "Service default/web spec.ports[1]: {port: 81}"
    assert "ports: [{port: 80}, {port: 81}]" in edited(BLOCK, "other", ("spec", "ports", 1), {"port": 81})


def test_an_item_behind_a_block_of_text_stands_below_it() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  list:\n  - |\n    a\n    b\n  more: x\n"
    assert yaml.safe_load(edited(text, "m", ("data", "list", 1), "c"))["data"] == {"list": ["a\nb\n", "c"], "more": "x"}


@pytest.mark.parametrize(
    ("name", "there"), [("web", "    - port: 81\n    - port: 80\n"), ("other", "[{port: 81}, {port: 80}]")]
)
def test_where_order_counts_an_item_is_put_first(name: str, there: str) -> None:
    edit = insert_first(BLOCK, manifest(BLOCK, name), ("spec", "ports"), {"port": 81})
    assert there in apply(BLOCK, [edit])
    assert edit.what == f"Service default/{name} spec.ports[0]: {{port: 81}}"
    with pytest.raises(CannotEdit):
        insert_first(BLOCK, manifest(BLOCK, name), ("spec", "nothing"), {})


def test_what_an_alias_shares_is_left_alone() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: &l {app: x}, annotations: *l}\nspec: {}\n"
    with pytest.raises(CannotEdit, match="shared"):
        set_field(text, manifest(text, "a"), ("metadata", "labels"), {})


def test_two_edits_of_one_file_are_made_together() -> None:
    web = manifest(BLOCK, "web")
    edits = [set_field(BLOCK, web, ("spec", "selector", key), "new") for key in ("app", "tier")]
    assert manifest(apply(BLOCK, edits), "web").body["spec"]["selector"] == {"app": "new", "tier": "new"}


VALUES = st.text(min_size=1, max_size=12) | st.integers(0, 99999) | st.booleans()


@given(VALUES)
def test_any_value_is_read_back_as_it_was_given(value: Any) -> None:
    text = edited(BLOCK, "web", ("spec", "selector", "app"), value)
    document = next(iter(yaml.safe_load_all(text)))
    assert document["spec"]["selector"] == {"app": value, "tier": "front"}
