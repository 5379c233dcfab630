"""Questions about many flows over HTTP, with the simulator behind them: matrix, fixes, differences."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from netviz.models import Workspace

API = "/api/v1/workspaces"
SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: NodePort
  selector: {app: wbe}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec:
  containers: [{name: main, image: busybox}]
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, namespace: other}
spec:
  containers: [{name: main, image: busybox}]
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: own, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from: [{podSelector: {}}]
      ports: [{port: 8080}]
"""
FLOW = {"from": "shop/client", "to": "web:80", "protocol": "TCP"}


@pytest.fixture
def upload(client, real_engine):
    def send(text: str, **extra: str) -> dict[str, str]:
        fields = {"files": [SimpleUploadedFile("shop.yaml", text.encode())], **extra}
        return client.post(API, fields).json()

    return send


def ask(client, made, what, **query):
    return client.get(f"{API}/{made['slug']}/{what}", query)


def apply(client, made, **wanted):
    return client.post(f"{API}/{made['slug']}/fixes", json.dumps(wanted), content_type="application/json")


def cell(matrix, source, destination):
    by_name = {workload["name"]: workload for workload in matrix["workloads"]}
    row = matrix["cells"][by_name[source]["alike"]]
    return matrix["kinds"][row[by_name[destination]["alike"]]]


def test_the_matrix_says_all_some_and_none(client, upload):
    matrix = ask(client, upload(SHOP + POLICY), "connectivity").json()
    assert cell(matrix, "client", "web") == {
        "open": "some",
        "words": "TCP 8080",
        "ports": [{"protocol": "TCP", "low": 8080, "high": 8080}],
    }
    assert cell(matrix, "stranger", "web")["open"] == "none"
    assert cell(matrix, "web", "stranger")["open"] == "all"
    assert (matrix["policies"], matrix["enforced"]) == (1, True)


def test_a_workload_says_how_it_is_asked(client, upload):
    """A Service has the name of the Deployment, not of its pods: those are asked by their own."""
    matrix = ask(client, upload(SHOP), "connectivity").json()
    web = next(workload for workload in matrix["workloads"] if workload["name"] == "web")
    assert (web["kind"], web["single"], web["host"]) == ("Deployment", False, web["source"])
    assert web["ports"] == [{"protocol": "TCP", "low": 8080, "high": 8080}]
    assert matrix["kinds"][web["in"]]["open"] == "all"
    assert web["doors"] == []


def test_workloads_that_policies_treat_alike_share_a_row(client, upload):
    matrix = ask(client, upload(SHOP), "connectivity").json()
    assert len(matrix["workloads"]) == 3
    assert len(matrix["cells"]) == 1


def test_what_a_service_publishes_has_a_door(client, upload):
    matrix = ask(client, upload(SHOP.replace("wbe", "web")), "connectivity").json()
    web = next(workload for workload in matrix["workloads"] if workload["name"] == "web")
    assert {"to": "node-a:30080", "protocol": "TCP"} in web["doors"]


INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
  - host: "*.example"
    http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def test_an_ingress_controller_has_a_row_where_there_is_an_ingress(client, upload):
    matrix = ask(client, upload(SHOP.replace("wbe", "web") + INGRESS), "connectivity").json()
    by_name = {workload["name"]: workload for workload in matrix["workloads"]}
    assert matrix["kinds"][by_name["web"]["controller"]]["words"] == "TCP 8080"
    assert by_name["web"]["url"] == "http://www.example/a"
    assert matrix["kinds"][by_name["client"]["controller"]]["open"] == "none"
    without = ask(client, upload(SHOP), "connectivity").json()
    assert {workload["controller"] for workload in without["workloads"]} == {None}


def test_a_probe_is_a_question_of_the_kubelet(client, upload):
    probed = "ports: [{containerPort: 8080}], livenessProbe: {httpGet: {port: 8080}}"
    matrix = ask(client, upload(SHOP.replace("ports: [{containerPort: 8080}]", probed)), "connectivity").json()
    by_name = {workload["name"]: workload for workload in matrix["workloads"]}
    probe = by_name["web"]["probe"]
    assert probe["to"] == f"{by_name['web']['host']}:8080"
    assert by_name["client"]["probe"] is None


def test_a_plugin_that_ignores_policies_is_told(client, upload):
    matrix = ask(client, upload(SHOP + POLICY, set="policy=none"), "connectivity").json()
    assert matrix["enforced"] is False


def test_no_workloads_make_an_empty_matrix(client, upload):
    made = upload("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n")
    matrix = ask(client, made, "connectivity").json()
    assert (matrix["workloads"], matrix["cells"]) == ([], [])


def test_a_matrix_over_the_limit_is_refused_with_its_setting(client, upload, settings):
    settings.NETVIZ_MAX_MATRIX = 1
    answer = ask(client, upload(SHOP + POLICY), "connectivity")
    assert (answer.status_code, answer.json()["code"]) == (413, "matrix-too-big")
    assert "NETVIZ_MAX_MATRIX" in answer.json()["hint"]


def test_the_matrix_is_not_sent_twice(client, upload):
    made = upload(SHOP)
    etag = ask(client, made, "connectivity").headers["ETag"]
    again = client.get(f"{API}/{made['slug']}/connectivity", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_nor_is_a_picture_that_went_out_compressed(client, upload):
    address, packed = f"{API}/{upload(SHOP)['slug']}/graph", {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=packed)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(address, headers=packed | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_failing_flow_is_offered_what_would_mend_it(client, upload):
    found = ask(client, upload(SHOP), "fixes", **FLOW).json()["fixes"]
    assert "-  selector: {app: wbe}" in found[0]["patch"]
    assert "+  selector: {app: web}" in found[0]["patch"]
    others = {(flow["from"], flow["to"]) for flow in found[0]["flows"]}
    assert ("other/stranger", "web.shop:80") in others
    assert ("shop/client", "web.shop:80") not in others


def test_fixes_come_sooner_without_what_else_they_change(client, upload):
    made = upload(SHOP)
    soon, whole = (ask(client, made, "fixes", **FLOW, compare=said).json()["fixes"] for said in ("no", "yes"))
    assert {fix["number"]: fix["patch"] for fix in soon} == {fix["number"]: fix["patch"] for fix in whole}
    assert all(fix["flows"] == [] and fix["unchecked"] > 0 for fix in soon)
    assert whole[0]["unchecked"] == 0


def test_a_flow_that_works_is_offered_nothing(client, upload):
    assert ask(client, upload(SHOP.replace("wbe", "web")), "fixes", **FLOW).json() == {"fixes": []}


def test_a_question_that_cannot_be_asked_is_refused(client, upload):
    made = upload(SHOP)
    assert ask(client, made, "fixes", to="web:80").json()["code"] == "bad-question"
    assert ask(client, made, "fixes", **FLOW | {"from": "shop/nobody"}).json()["code"] == "unknown-pod"


def test_a_fix_is_made_in_a_copy(client, upload):
    made = upload(SHOP)
    answer = apply(client, made, **FLOW, number=0)
    assert answer.status_code == 201
    copy = answer.json()
    assert ask(client, copy, "trace", **FLOW).json()["disposition"] == "delivered"
    assert ask(client, made, "trace", **FLOW).json()["disposition"] != "delivered"
    assert Workspace.objects.get(slug=copy["slug"]).original == made["slug"]


def test_a_copy_keeps_the_settings(client, upload):
    made = upload(SHOP, set="proxy=nftables")
    copy = apply(client, made, **FLOW, number=0).json()
    told = ask(client, copy, "graph").json()["settings"]
    assert next(s["value"] for s in told if s["key"] == "proxy") == "nftables"


def test_the_original_is_told_to_whom_the_copy_belongs(client, upload):
    made = upload(SHOP)
    copy = apply(client, made, **FLOW, number=0).json()
    page = f"/w/{copy['slug']}/"
    owner = {"X-NetViz-Edit": copy["edit_token"]}
    assert made["slug"] in Client().get(page, headers=owner).content.decode()
    assert made["slug"] not in Client().get(page).content.decode()


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"number": 9}, 404, "unknown-fix"),
        ({"number": -1}, 400, "bad-question"),
        ({"number": "first"}, 400, "bad-question"),
        ({}, 400, "bad-question"),
    ],
)
def test_a_fix_that_is_not_there_is_refused(client, upload, wanted, status, code):
    answer = apply(client, upload(SHOP), **FLOW, **wanted)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Workspace.objects.count() == 1


def test_quotas_hold_for_copies(client, upload, settings):
    made = upload(SHOP)
    settings.NETVIZ_MAX_WORKSPACES_PER_ADDRESS = 1
    assert apply(client, made, **FLOW, number=0).status_code == 429


def test_another_site_may_not_make_a_copy(client, upload):
    made = upload(SHOP)
    answer = client.post(
        f"{API}/{made['slug']}/fixes",
        json.dumps(FLOW | {"number": 0}),
        content_type="application/json",
        headers={"Origin": "https://elsewhere.example"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


def test_what_has_changed_since_the_original_is_named(client, upload):
    made = upload(SHOP)
    copy = apply(client, made, **FLOW, number=0).json()
    changed = ask(client, copy, "diff", against=made["slug"]).json()
    flow = next(f for f in changed["flows"] if (f["from"], f["to"]) == ("shop/client", "web.shop:80"))
    verdict = next(r for r in flow["respects"] if r["what"] == "verdict")
    assert verdict["new"] == ["delivered"]
    assert changed["unchecked"] == 0
    assert len(changed["flows"]) <= changed["asked"]


def test_a_diff_needs_a_workspace_to_hold_against(client, upload):
    made = upload(SHOP)
    assert ask(client, made, "diff").json()["code"] == "bad-question"
    assert ask(client, made, "diff", against="nobody").json()["code"] == "unknown-workspace"
    assert ask(client, made, "diff", against=made["slug"]).json()["flows"] == []
