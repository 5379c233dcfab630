"""netviz connectivity: four forms of one table."""

import csv
import io

import pytest

SHOP = """\
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: client}}
    ports: [{port: 80}, {port: 443, endPort: 445}]
"""
WHOLE = "0.0.0.0-255.255.255.255"
CLIENT, WEB = "default/client[Pod]", "default/web[Deployment]"


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    return path


def test_json_is_what_checkers_read(netviz, shop):
    ran = netviz("connectivity", shop, "--format", "json")
    assert ran.status == 0
    assert ran.json == {
        "connections": [
            {"src": CLIENT, "dst": WEB, "conns": {"TCP": "80,443-445"}},
            {"src": CLIENT, "dst": WHOLE, "conns": "All"},
            {"src": WEB, "dst": CLIENT, "conns": "All"},
            {"src": WEB, "dst": WHOLE, "conns": "All"},
            {"src": WHOLE, "dst": CLIENT, "conns": "All"},
        ],
        "errors": [],
        "warnings": [],
    }


def test_text_has_a_line_for_each_open_pair(netviz, shop):
    out = netviz("connectivity", shop).out
    assert f"{CLIENT}      ->  {WEB}  TCP 80,443-445\n" in out
    assert "2 workloads; policies tell 2 kinds of pods apart." in out


def test_a_matrix_has_a_row_for_each_source(netviz, shop):
    rows = list(csv.reader(io.StringIO(netviz("connectivity", shop, "--format", "csv").out)))
    assert rows == [
        ["from / to", CLIENT, WEB, "outside"],
        [CLIENT, "", "TCP 80,443-445", "all"],
        [WEB, "all", "-", "all"],
        ["outside", "all", "-", ""],
    ]
    lines = netviz("connectivity", shop, "--format", "markdown").out.splitlines()
    assert len(lines) == 5
    assert lines[2] == r"| default/client\[Pod\] |  | TCP 80,443-445 | all |"


INGRESS = """
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
"""


@pytest.mark.parametrize(("policy", "cell"), [("kind: NetworkPolicy", "-"), ("kind: Nothing", "TCP 80")])
def test_what_an_ingress_controller_may_open_is_a_row(netviz, shop, policy, cell):
    shop.write_text(SHOP.replace("kind: NetworkPolicy", policy) + INGRESS)
    rows = list(csv.reader(io.StringIO(netviz("connectivity", shop, "--format", "csv").out)))
    assert [row for row in rows if row[0] == "{ingress-controller}"] == [["{ingress-controller}", "-", cell, ""]]


def test_names_of_others_are_harmless_in_tables(netviz, tmp_path):
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: '%s'}\nspec: {containers: [{name: a, image: b}]}\n---\n"
    path = tmp_path / "hostile.yaml"
    path.write_text(
        pod % "a|b[x](javascript:y)<img src=q>"
        + pod % "c"
        + 'apiVersion: v1\nkind: Namespace\nmetadata: {name: "=1+1"}\n'
    )
    out = netviz("connectivity", path, "--format", "markdown").out
    assert r"a\|b\[x\]\(javascript:y\)&lt;img src=q&gt;" in out
    assert "<img" not in out


def test_a_folder_of_other_files_is_an_error(netviz, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    ran = netviz("connectivity", tmp_path, "--format", "json")
    (error,) = ran.json["errors"]
    assert (error["id"], ran.json["connections"]) == ("no-manifests", [])
    assert "notes.txt" in error["message"]


def test_the_outside_alone_is_nobody(netviz, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(SHOP.split("---\n")[2])
    assert "no-workloads" in [
        problem["id"] for problem in netviz("connectivity", path, "--format", "json").json["warnings"]
    ]
    assert "nobody to connect" in netviz("connectivity", path).out


def test_names_that_kubernetes_refuses_are_listed_with_their_problem(netviz, tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("name: client,", "name: Client_1,"))
    said = netviz("connectivity", path, "--format", "json").json
    assert {"src": "default/Client_1[Pod]", "dst": WHOLE, "conns": "All"} in said["connections"]
    assert [problem["id"] for problem in said["errors"]] == ["invalid-name"]
