"""The cluster that drills break: a client, a server of two pods on the other node, its Service and its policies."""

import json
from typing import Any

import msgspec

from simulator.chance import Random

CLIENTS = ("client", "visitor", "shopper", "caller")
SERVERS = ("web", "cart", "news", "orders")
PORTS = (80, 7070, 8000, 9090)
LISTENS = (8080, 3000, 5000, 8888)
OTHER, OTHER_PORT = "clock", 4000


class Plan(msgspec.Struct, frozen=True):
    """The cluster in a few words. As it is drawn, `client` reaches `web` on `port`."""

    client: str
    web: str
    port: int
    listens: int
    offers: int
    target: int | str
    selector: str
    service: str
    policy_port: int | None = None
    service_namespace: str = "default"
    headless: bool = False
    servers: bool = True
    allowed: tuple[str, ...] = ("client",)
    egress: str = "all"

    @staticmethod
    def drawn(random: Random) -> "Plan":
        client, web = CLIENTS[random.below(len(CLIENTS))], SERVERS[random.below(len(SERVERS))]
        port, listens = PORTS[random.below(len(PORTS))], LISTENS[random.below(len(LISTENS))]
        return Plan(client, web, port, listens, port, listens, web, web)


def manifests(plan: Plan) -> dict[str, str]:
    """The files of a plan."""
    held = [_pod(plan.client, {"role": "client"}, "node-a", None), _pod(OTHER, {"app": OTHER}, "node-b", OTHER_PORT)]
    if plan.servers:
        held += [_pod(f"{plan.web}-{n}", {"app": plan.web}, "node-b", plan.listens) for n in (1, 2)]
    services = [_service(plan), _other_service()]
    return {"pods.json": _text(held), "services.json": _text(services), "policies.json": _text(_policies(plan))}


def _text(objects: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=1)


def _pod(name: str, labels: dict[str, str], node: str, port: int | None) -> dict[str, Any]:
    ports = {} if port is None else {"ports": [{"name": "http", "containerPort": port}]}
    container = {"name": "main", "image": "registry.example/main", **ports}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
            "spec": {"nodeName": node, "containers": [container]}}  # fmt: skip


def _service(plan: Plan) -> dict[str, Any]:
    spec: dict[str, Any] = {"selector": {"app": plan.selector},
                            "ports": [{"name": "http", "port": plan.offers, "targetPort": plan.target}]}  # fmt: skip
    if plan.headless:
        spec["clusterIP"] = "None"
    metadata = {"name": plan.service, "namespace": plan.service_namespace}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _other_service() -> dict[str, Any]:
    """Something that works, to compare with."""
    ports = [{"port": OTHER_PORT, "targetPort": OTHER_PORT}]
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": OTHER},
            "spec": {"selector": {"app": OTHER}, "ports": ports}}  # fmt: skip


def _policies(plan: Plan) -> list[dict[str, Any]]:
    peers = [{"podSelector": {"matchLabels": {"role": role}}} for role in plan.allowed]
    ports = {} if plan.policy_port is None else {"ports": [{"protocol": "TCP", "port": plan.policy_port}]}
    inward = [{"from": peers, **ports}] if peers else []
    found = [_policy(plan.web, {"app": plan.web}, {"policyTypes": ["Ingress"], "ingress": inward})]
    dns = {"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}
    server = {"to": [{"podSelector": {"matchLabels": {"app": plan.web}}}]}
    outward = {"dns": dns, "server": server}.get(plan.egress)
    if outward is not None:
        found.append(_policy(plan.client, {"role": "client"}, {"policyTypes": ["Egress"], "egress": [outward]}))
    return found


def _policy(name: str, labels: dict[str, str], spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name},
            "spec": {"podSelector": {"matchLabels": labels}, **spec}}  # fmt: skip
