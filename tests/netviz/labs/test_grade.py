"""What a fix's checks are for: a way that only looks mended does not pass, and is told which check it fails."""

from collections.abc import Callable, Mapping

import pytest

from netviz.labs.grade import run_all, solved
from netviz.labs.library import load
from netviz.labs.model import Fix

Files = Mapping[str, str]
Edit = Callable[[Files, Files], dict[str, str]]
"""From the files at the start and those of the solution to what somebody hands in."""


def instead(path: str, *changes: tuple[str, str]) -> Edit:
    """The start with words of one file replaced."""
    return lambda start, solution: {path: _replaced(start[path], changes)}


def spoilt(path: str, *changes: tuple[str, str]) -> Edit:
    """The solution with words of one file replaced."""
    return lambda start, solution: {**solution, path: _replaced(solution[path], changes)}


def added(path: str, text: str) -> Edit:
    """The solution, and something besides."""
    return lambda start, solution: {**solution, path: f"{solution[path]}---\n{text}"}


def _replaced(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def policy(name: str, spec: str) -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{head}metadata: {{name: {name}}}\nspec: {spec}\n"


def ingress(paths: str) -> str:
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: test-ingress}\n"
    return f"{head}spec: {{ingressClassName: nginx, rules: [{{host: testhost.com, http: {{paths: [{paths}]}}}}]}}\n"


TO_BACKEND = "backend: {service: {name: service-test, port: {number: 80}}}"
NO_PORTS = ("      ports:\n        - containerPort: 80\n", "")
SHOP = "17-nobody-but-frontend"
POLICIES = "policies.yaml"

CASES: dict[str, tuple[str, str, Edit, set[str]]] = {
    "no port is declared, so that any is taken to be open": (
        "02-same-port-twice", "part", instead("testpod.yaml", NO_PORTS), {"own-ports", "free-port"}),
    "the two ports are exchanged": (
        "02-same-port-twice", "part", spoilt("testpod.yaml", ("8080", "X"), ("80", "8080"), ("X", "80")),
        {"own-ports", "free-port"}),
    "the Nodes are deleted, and made up anew": (
        "05-the-lost-subnet", "mend", lambda start, solution: {"nodes.yaml": ""}, {"racks"}),
    "one node gets the range of all": (
        "05-the-lost-subnet", "mend", instead("nodes.yaml", ("10.244.20.0/24", "10.244.0.0/16")), {"all-pairs"}),
    "the client gets the label, too": (
        "06-nobody-behind-it", "mend",
        instead("pods.yaml", ("metadata:\n", "metadata:\n  labels: {name: deployment}\n")), {"endpoint"}),
    "clients have to ask for another port": (
        "07-four-ports", "number", spoilt("service.yaml", ("port: 80\n", "port: 8080\n")), {"port-kept", "answers"}),
    "the bridge is replaced": (
        "11-talking-to-yourself", "mend",
        instead("profile.yaml", ("  cni:\n    hairpinMode: false", "  cni: ptp")), {"still-bridge", "said"}),
    "the pod moves into the node's network": (
        "11-talking-to-yourself", "mend",
        instead("web.yaml", ("  nodeName", "  hostNetwork: true\n  nodeName")), {"source", "still-bridge", "said"}),
    "the setting is deleted": (
        "11-talking-to-yourself", "mend", lambda start, solution: {"profile.yaml": ""}, {"said"}),
    "the Service gets an address": (
        "13-headless-and-externalname", "mend", spoilt("db.yaml", ("clusterIP: None", "type: ClusterIP")),
        {"headless"}),
    "the StatefulSet declares no port, so that any is taken to be open": (
        "13-headless-and-externalname", "mend",
        spoilt("db.yaml", ("          ports:\n            - containerPort: 80\n", "")), {"declared"}),
    "the pods move into the nodes' network": (
        "15-keep-the-client-address", "mend",
        instead("pods.yaml", ("  nodeName", "  hostNetwork: true\n  nodeName")), {"source", "source-b", "health"}),
    "the Ingress is deleted": (
        "16-one-door-many-rooms", "convert", lambda start, solution: {"ingress.yaml": ""},
        {"classed", "answers", "deeper"}),
    "the path is exact": (
        "16-one-door-many-rooms", "convert",
        lambda start, solution: {"ingress.yaml": ingress(f"{{path: /, pathType: Exact, {TO_BACKEND}}}")}, {"deeper"}),
    "an Ingress in place of a route": (
        "16-one-door-many-rooms", "route",
        lambda start, solution: {"route.yaml": ingress(f"{{path: /, pathType: Prefix, {TO_BACKEND}}}")}, {"routed"}),
    "deny-all is deleted": (
        SHOP, "open", lambda start, solution: {POLICIES: solution[POLICIES].partition("---")[2]}, {"nobody-in", "still-denied"}),
    "everything is deleted": (
        SHOP, "open", lambda start, solution: {POLICIES: ""},
        {"only-frontend", "only-backend", "port-backend", "port-db", "nobody-in", "nobody-out", "still-denied"}),
    "deny-all selects nobody": (
        SHOP, "open", spoilt(POLICIES, ("podSelector: {}\n  policyTypes:\n    - Ingress",
                                        "podSelector: {matchLabels: {a: b}}\n  policyTypes:\n    - Ingress")),
        {"nobody-in", "still-denied"}),
    "everybody may go anywhere": (
        SHOP, "open", added(POLICIES, policy("out", "{podSelector: {}, policyTypes: [Egress], egress: [{}]}")),
        {"nobody-out"}),
    "rules without ports": (
        SHOP, "open", spoilt(POLICIES, ("      ports:\n        - protocol: TCP\n          port: 8080\n", ""),
                             ("      ports:\n        - protocol: TCP\n          port: 5432\n", "")),
        {"port-backend", "port-db"}),
    "the frontend is opened": (
        SHOP, "open", added(POLICIES, policy("in", "{podSelector: {matchLabels: {app: frontend}}, ingress: [{}]}")),
        {"nobody-in"}),
    "the Service's selector goes": (
        "20-refused-or-timed-out", "mend", instead("cluster.yaml", ("    app: web-app\n", "    none: none\n")),
        {"answers", "endpoint"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_only_looks_mended_does_not_pass(case: str) -> None:
    slug, name, edit, failing = CASES[case]
    lab = load(slug)
    assert lab is not None
    fix = next(s.task for s in lab.screens if isinstance(s.task, Fix) and s.task.id == name)
    start = lab.folders[fix.scene.manifests]
    handed_in = edit(start, dict(start) | solved(lab, fix))
    failed = {result.id for result in run_all(lab, fix, handed_in) if not result.holds}
    assert failed == failing
