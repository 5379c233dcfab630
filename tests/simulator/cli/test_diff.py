"""netviz diff: two states of a cluster, and what becomes of every flow."""

import pytest

OLD = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {nodeName: node-b, containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: nginx}]}
"""


@pytest.fixture
def diff(netviz, tmp_path):
    """Compare OLD with a text and settings; the run."""

    def comparing(new, *words):
        for name, text in (("old.yaml", OLD), ("new.yaml", new)):
            (tmp_path / name).write_text(text)
        return netviz("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", *words)

    return comparing


def test_the_same_cluster_has_no_difference(diff):
    ran = diff(OLD)
    assert (ran.status, ran.out) == (0, "None of 4 flows changes.\n")


def test_a_selector_that_misses_changes_the_verdict_at_the_step_where_it_is_felt(diff):
    ran = diff(OLD.replace("selector: {app: web}", "selector: {app: wbe}"))
    assert ran.status == 1
    assert "default/client -> web.default:80" in ran.out
    assert "delivered  ->  rejected (rule-reject)" in ran.out
    assert "default/web-1  ->  nobody" in ran.out
    assert ran.out.endswith("2 of 4 flows change.\n")


def test_a_new_endpoint_is_told_and_addresses_that_move_are_not(diff):
    more = OLD + OLD.split("---")[1].replace("web-1", "web-0").join(["---", ""])
    told = diff(more, "--format", "json").json
    changed = {d["question"]["source"]: d["changes"] for d in told["differences"]}
    assert changed["default/client"] == [
        {"what": "endpoints", "old": ["default/web-1"], "new": ["default/web-0", "default/web-1"]}
    ]


def test_another_way_to_the_same_end_is_a_change_of_the_path(diff):
    told = diff(OLD.replace("nodeName: node-a", "nodeName: node-b"), "--format", "json").json
    asked = {"source": "default/client", "target": "web.default:80", "protocol": "TCP"}
    of_client = next(d for d in told["differences"] if d["question"] == asked)
    assert [change["what"] for change in of_client["changes"]] == ["path"]
    assert of_client["fork"]["old"]["netns"] == "node-a"
    assert of_client["fork"]["new"]["netns"] == "node-b"


def test_a_flow_that_can_no_longer_be_asked_is_told(diff):
    told = diff(OLD.split("---")[1], "--format", "json").json
    endings = {tuple(c["new"]) for d in told["differences"] for c in d["changes"] if c["what"] == "verdict"}
    assert ("cannot be asked (unknown-pod)",) in endings


def test_markdown_is_a_table_in_which_names_are_only_text(diff):
    ran = diff(OLD.replace("selector: {app: web}", "selector: {app: wbe}"), "--format", "markdown")
    rows = ran.out.splitlines()
    assert rows[0] == "| flow | what | before | now | first step that differs |"
    assert "delivered" in rows[2]
    assert rows[2].startswith(
        "| default/client -\\> web.default:80 | verdict | delivered | rejected \\(rule-reject\\) |"
    )
