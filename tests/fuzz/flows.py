"""Flows worth asking in a world: every kind of client, every kind of address, right ports and wrong ones."""

from collections.abc import Iterator
from random import Random
from typing import Any

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Service

Json = dict[str, Any]
PINGED = "ICMP"
SIZES = (1240, 1372, 1400, 1460, 1472, 4000)
"""Around what fits into 1300, 1400, 1450 and 1500 bytes, and what is always cut up."""


def flows(cluster: Cluster, random: Random, count: int) -> list[Json]:
    """As a file of flows holds them."""
    targets = list(_targets(cluster, random))
    clients = [*(pod.key for pod in cluster.pods.values() if pod.phase == "Running"), *cluster.nodes, "internet"]
    found: list[Json] = []
    seen: set[str] = set()
    remembered: set[tuple[str, str | None]] = set()
    for _ in range(count * 3):
        target = random.choice(targets)
        client = random.choice(clients)
        if "loopback" in target:
            client = random.choice(list(cluster.nodes))
        if random.random() < 0.25 and target.get("owner") in cluster.pods:
            client = target["owner"]
        sticky = (netns_of(cluster, client), target.get("sticky"))
        if target.get("sticky") and sticky in remembered:
            continue
        remembered.add(sticky)
        flow = {"src": client, **{key: target[key] for key in ("dst", "port", "proto", "http") if key in target}}
        if client == "internet" and "by" in target:
            flow["via"] = random.choice(list(cluster.nodes))
        if flow["proto"] in ("UDP", PINGED) and random.random() < 0.1:
            flow["size"] = random.choice(SIZES)
        if repr(flow) not in seen:
            seen.add(repr(flow))
            again = {"again": True} if target.get("sticky") else {}
            found.append({"id": f"{len(found) + 1:03}", **flow, **again})
        if len(found) == count:
            break
    return found


def netns_of(cluster: Cluster, client: str) -> str:
    pod = cluster.pods.get(client)
    return pod.node if pod is not None and pod.host_network and pod.node is not None else client


def _targets(cluster: Cluster, random: Random) -> Iterator[Json]:
    """A client of a Service with affinity asks it once, and then once more."""
    for service in cluster.services.values():
        sticky = {"sticky": service.key} if service.affinity_seconds is not None else {}
        yield from ({**target, **sticky} for target in _service(cluster, service, random))
    yield from _pods(cluster, random)
    for address in (a for node in cluster.nodes.values() for a in node.addresses):
        yield {"dst": str(address), "proto": PINGED}
        yield {"dst": str(address), "port": 4567, "proto": random.choice(("TCP", "UDP", "SCTP"))}
    yield {"dst": str(cluster.profile.internet_address), "port": 8081, "proto": "TCP"}
    yield {"dst": str(cluster.profile.internet_address), "port": 8082, "proto": "UDP"}
    yield {"dst": "192.0.2.99", "port": 80, "proto": "TCP"}


def _service(cluster: Cluster, service: Service, random: Random) -> Iterator[Json]:
    for port in service.ports:
        protocol = port.protocol.value
        for address in service.cluster_ips:
            target = {"dst": str(address), "port": port.port, "proto": protocol, "by": True}
            yield from _thrice(target, cluster, service)
            yield {"dst": str(address), "port": random.choice((81, port.port)), "proto": "TCP", "by": True}
        # A balancer that is a proxy is a program outside, which no kernel plays.
        vips = (i.ip for i in service.load_balancer if i.ip and i.ip_mode == "VIP")
        for outside in (*service.external_ips, *vips):
            yield from [{"dst": str(outside), "port": port.port, "proto": protocol, "by": True}] * 2
        if port.node_port is not None:
            yield from _node_ports(cluster, port.node_port, protocol)
    for address in service.cluster_ips:
        yield {"dst": str(address), "proto": PINGED}
    if service.health_check_node_port is not None:
        for address in (node.addresses[0] for node in cluster.nodes.values()):
            yield {"dst": str(address), "port": service.health_check_node_port, "proto": "TCP", "http": "/"}


def _thrice(target: Json, cluster: Cluster, service: Service) -> Iterator[Json]:
    """The ordinary way is asked more often, once by one of its own endpoints."""
    yield target
    yield target
    targets = [e.target for piece in cluster.slices_of(service.key) for e in piece.endpoints if e.target]
    for owner in targets[:2]:
        yield target | {"owner": owner.removeprefix("Pod ")}


def _node_ports(cluster: Cluster, number: int, protocol: str) -> Iterator[Json]:
    for node in cluster.nodes.values():
        for own in (*node.addresses, *(cidr[1] for cidr in node.pod_cidrs)):
            yield {"dst": str(own), "port": number, "proto": protocol}
    yield {"dst": "127.0.0.1", "port": number, "proto": protocol, "loopback": True}


def _pods(cluster: Cluster, random: Random) -> Iterator[Json]:
    for pod in cluster.pods.values():
        for port in (port for container in pod.containers for port in container.ports):
            protocol = port.protocol.value
            yield from ({"dst": str(ip), "port": port.number, "proto": protocol} for ip in pod.ips)
            if port.host_port:
                assert pod.node is not None
                own = str(cluster.nodes[pod.node].addresses[0])
                yield {"dst": own, "port": port.host_port, "proto": protocol}
                yield {"dst": own, "port": port.host_port, "proto": protocol, "owner": pod.key}
                yield {"dst": "127.0.0.1", "port": port.host_port, "proto": protocol, "loopback": True}
        yield {"dst": str(pod.ips[0]), "port": random.choice((1, 8080)), "proto": random.choice(("TCP", "UDP"))}
        yield from ({"dst": str(ip), "proto": PINGED} for ip in pod.ips)
    for node in cluster.nodes.values():
        if node.pod_cidrs:
            yield {"dst": str(node.pod_cidrs[0][50]), "port": 80, "proto": random.choice(("TCP", "UDP"))}
