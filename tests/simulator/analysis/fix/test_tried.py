"""Fixes: broken clusters, one a reason, and the smallest change that the engine has seen work."""

import subprocess
from pathlib import Path

import pytest

from simulator.analysis.diff.flows import Question
from simulator.analysis.fix.tried import Fix, mended

WORKING = """apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
      nodePort: 30080
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      nodeName: node-b
      containers:
        - name: main
          image: nginx
          ports:
            - containerPort: 8080  # the program's port
              name: web
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: nginx}]}
"""
NOT_READY = """---
apiVersion: v1
kind: Service
metadata: {name: slow}
spec: {selector: {app: slow}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: slow, labels: {app: slow}}
spec: {nodeName: node-b, containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
status: {phase: Running, conditions: [{type: Ready, status: "False"}]}
"""
ASKED = Question("default/client", "web:80")
API = "apiVersion: policy.networking.k8s.io/"
ADMIN_DENIES = f"""---
{API}v1alpha1
kind: AdminNetworkPolicy
metadata: {{name: guard}}
spec:
  priority: 7
  subject: {{namespaces: {{}}}}
  ingress:
  - action: Deny
    from: [{{namespaces: {{}}}}]
    ports: [{{portNumber: {{protocol: TCP, port: 8080}}}}]
"""
CLUSTER_DENIES = f"""---
{API}v1alpha2
kind: ClusterNetworkPolicy
metadata: {{name: base}}
spec:
  tier: Baseline
  priority: 7
  subject: {{pods: {{podSelector: {{matchLabels: {{app: web}}}}}}}}
  ingress: [{{action: Deny, from: [{{namespaces: {{}}}}]}}]
"""


def web_admits(peer: str, ports: str) -> str:
    return f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: admits}}
spec:
  podSelector: {{matchLabels: {{app: web}}}}
  ingress:
  - from: [{peer}]
    ports: [{ports}]
"""


def ingress(service: str, port: str) -> str:
    return f"""---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web}}
spec:
  rules:
  - host: web.example.com
    http:
      paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{{port}}}}}}}}}]
"""


ROUTE = """---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw}
spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: gw}]
  hostnames: [web.example.com]
  rules:
  - backendRefs:
    - name: web
      port: 8080
"""
URL = Question("internet", "http://web.example.com/")
NAMESPACE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n"


def fixes(text: str, question: Question = ASKED) -> list[Fix]:
    return [one.fix for one in mended({"shop.yaml": text}, {}, question)]


BROKEN = {
    "a selector that is one letter off": (
        WORKING.replace("    app: web\n", "    app: wbe\n"),
        ASKED,
        "Service default/web spec.selector.app: web",
    ),
    "the right value under another key": (
        WORKING.replace("    app: web\n", "    name: web\n"),
        ASKED,
        "Service default/web spec.selector: {app: web}",
    ),
    "a pod without the label": (
        WORKING.replace("    app: web\n", "    app: web\n    tier: front\n"),
        ASKED,
        "Deployment default/web spec.template.metadata.labels.tier: front",
    ),
    "a targetPort that nobody listens on": (
        WORKING.replace("targetPort: 8080", "targetPort: 80"),
        ASKED,
        "Service default/web spec.ports[0].targetPort: 8080",
    ),
    "a targetPort by an unknown name": (
        WORKING.replace("targetPort: 8080", "targetPort: www"),
        ASKED,
        "Service default/web spec.ports[0].targetPort: 8080",
    ),
    "a port that the Service does not have": (
        WORKING,
        Question("default/client", "web:8000"),
        "Service default/web spec.ports[0].port: 8000",
    ),
    "a port of another protocol": (
        WORKING.replace("      port: 80\n", "      port: 80\n      protocol: UDP\n"),
        ASKED,
        "Service default/web spec.ports[0].protocol: TCP",
    ),
    "a traffic policy that leaves a node without endpoints": (
        WORKING.replace("  type: NodePort\n", "  type: NodePort\n  externalTrafficPolicy: Local\n"),
        Question("internet", "node-a:30080"),
        "Service default/web spec.externalTrafficPolicy: Cluster",
    ),
    "an internal traffic policy": (
        WORKING.replace("  type: NodePort\n", "  type: NodePort\n  internalTrafficPolicy: Local\n"),
        ASKED,
        "Service default/web spec.internalTrafficPolicy: Cluster",
    ),
    "pods that are not ready": (
        WORKING + NOT_READY,
        Question("default/client", "slow:80"),
        "Service default/slow spec.publishNotReadyAddresses: true",
    ),
    "a rule of the Admin tier that denies": (
        WORKING + ADMIN_DENIES,
        ASKED,
        (
            "AdminNetworkPolicy guard spec.ingress[0]: {action: Pass, from: [{pods: {podSelector: {}, namespaceSelector: "
            "{matchLabels: {kubernetes.io/metadata.name: default}}}}], ports: [{portNumber: {protocol: TCP, port: 8080}}]}"
        ),
    ),
    "a rule of the Baseline tier that denies": (
        WORKING + CLUSTER_DENIES,
        ASKED,
        (
            "ClusterNetworkPolicy base spec.ingress[0]: {action: Accept, from: [{pods: {podSelector: {}, namespaceSelector: "
            "{matchLabels: {kubernetes.io/metadata.name: default}}}}], protocols: [{tcp: {destinationPort: {number: 8080}}}]}"
        ),
    ),
    "a rule that wants a label of the namespace": (
        WORKING + NAMESPACE + web_admits("{namespaceSelector: {matchLabels: {team: shop}}}", "{port: 8080}"),
        ASKED,
        "Namespace default metadata.labels.team: shop",
    ),
    "a rule with the Service's port": (
        WORKING + web_admits("{podSelector: {}}", "{port: 80}"),
        ASKED,
        "NetworkPolicy default/admits spec.ingress[0].ports[0].port: 8080",
    ),
    "a rule with a port's name that no pod has": (
        WORKING + web_admits("{podSelector: {}}", "{port: http}"),
        ASKED,
        "NetworkPolicy default/admits spec.ingress[0].ports[0].port: web",
    ),
    "an Ingress with a Service that is one letter off": (
        WORKING + ingress("wbe", "number: 80"),
        URL,
        "Ingress default/web spec.rules[0].http.paths[0].backend.service.name: web",
    ),
    "a route with a port that its Service has not": (
        WORKING + ROUTE,
        URL,
        "HTTPRoute default/web spec.rules[0].backendRefs[0].port: 80",
    ),
    "an Ingress with a port that its Service has not": (
        WORKING + ingress("web", "number: 8080"),
        URL,
        "Ingress default/web spec.rules[0].http.paths[0].backend.service.port.number: 80",
    ),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_the_smallest_change_is_found_and_works(reason: str) -> None:
    text, question, change = BROKEN[reason]
    found = fixes(text, question)
    assert change in [c for fix in found for c in fix.changes]


@pytest.mark.parametrize("reason", BROKEN)
def test_every_patch_applies_and_leaves_nothing_to_mend(reason: str, tmp_path: Path) -> None:
    text, question, _ = BROKEN[reason]
    for number, fix in enumerate(fixes(text, question)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "shop.yaml").write_text(text)
        subprocess.run(["git", "apply", "-p1", "-"], input=fix.patch, text=True, cwd=folder, check=True)
        assert fixes((folder / "shop.yaml").read_text(), question) == []


def test_what_works_needs_no_change() -> None:
    assert fixes(WORKING) == []


def test_other_flows_that_change_are_named_and_the_asked_one_is_not() -> None:
    text, question, _ = BROKEN["a targetPort that nobody listens on"]
    first = fixes(text, question)[0]
    told = {str(d.question) for d in first.side_effects}
    assert "default/web -> web.default:80" in told
    assert "internet -> node-a:30080" in told
    assert "default/client -> web.default:80" not in told


def test_who_passes_another_rule_and_ends_the_same_is_not_named() -> None:
    """The policy has a rule more, which every packet to the Service passes; only one goes further by it."""
    other = "---" + WORKING.split("---")[2].replace("name: client", "name: other, labels: {role: other}")
    client = WORKING.replace("{name: client}", "{name: client, labels: {role: client}}")
    found = fixes(client + other + web_admits("{podSelector: {matchLabels: {role: nobody}}}", "{port: 8080}"))
    added = next(fix for fix in found if "spec.ingress[1]" in fix.changes[0])
    assert added.side_effects == ()


def test_what_begins_or_ceases_to_arrive_is_named_first() -> None:
    text, question, _ = BROKEN["a port that the Service does not have"]
    first = fixes(text, question)[0]
    weights = [
        ("verdict", "allowed", "endpoints", "source", "path").index(d.changes[0].what) for d in first.side_effects
    ]
    assert weights == sorted(weights)
    assert weights[0] == 0


def test_a_proxy_that_is_only_assumed_is_named_in_no_policy() -> None:
    """Its labels are made up: a rule for them would let nobody in."""
    closed = web_admits("{podSelector: {matchLabels: {role: nobody}}}", "{port: 8080}")
    assert fixes(WORKING + ingress("web", "number: 80") + closed, URL) == []


def test_a_change_that_helps_nobody_is_not_offered() -> None:
    nothing_to_find = WORKING.replace("    app: web\n", "    app: wholly-different\n    x: y\n")
    assert all(fix.changes for fix in fixes(nothing_to_find))
    assert fixes(WORKING, Question("default/client", "10.96.77.77:80")) == []


POLICIES = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-frontend
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from: [{podSelector: {matchLabels: {app: frontend}}}]
      ports: [{port: 8080}]
"""


def test_a_connection_behind_three_policies_needs_three_changes_and_gets_them() -> None:
    first = fixes(WORKING + POLICIES)[0]
    told = " ".join(first.changes)
    assert len(first.changes) == 3
    assert "port: 53, protocol: UDP" in told, "the name has to be found first"
    assert "NetworkPolicy default/deny-all spec.egress" in told
    assert "Pod default/client metadata.labels.app: frontend" in told, "the nearest rule wants that label"


def test_each_reason_is_named_in_the_order_in_which_a_packet_comes_upon_it() -> None:
    reasons = fixes(WORKING + POLICIES)[0].reasons
    assert len(reasons) == len({reason.message for reason in reasons}) == 3
    assert all(reason.object == "NetworkPolicy default/deny-all" for reason in reasons[:2])


def test_a_rule_for_another_port_gets_this_one_too() -> None:
    policy = POLICIES.split("---")[2].replace("{app: frontend}}}", "{}}}").replace("port: 8080", "port: 9090")
    found = fixes(WORKING + "---" + policy.replace("matchLabels: {}", ""))
    changes = [c for fix in found for c in fix.changes]
    assert "NetworkPolicy default/allow-frontend spec.ingress[0].ports[1]: {port: 8080, protocol: TCP}" in changes


def test_who_is_named_in_another_namespace_is_named_with_it() -> None:
    guest = WORKING.split("---")[2].replace("name: client", "name: guest, namespace: other, labels: {role: guest}")
    text = WORKING + POLICIES.split("---")[2].join(["---", ""]) + "---" + guest
    found = fixes(text, Question("other/guest", "web.default:80"))
    assert any("kubernetes.io/metadata.name: other" in c and "role: guest" in c for fix in found for c in fix.changes)
