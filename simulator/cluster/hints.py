"""Hints: which zone or node an endpoint is best for. They steer kube-proxy's choice.

staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go, topologycache/topologycache.go and utils.go
"""

from collections.abc import Iterable, Mapping
from math import ceil

from msgspec.structs import replace

from simulator.cluster.model import Endpoint, Labels, Node, Service

NEAR = ("PreferClose", "PreferSameZone", "PreferSameNode")
SAME_NODE = "PreferSameNode"
TOPOLOGY_ANNOTATIONS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")
"""The first wins."""
OVERLOAD = 0.2
"""By so much a zone's endpoints may carry more than their share."""

Pieces = list[list[Endpoint]]


class Zones:
    """How much of the cluster's CPU each zone has; nothing where a node does not say. TopologyCache.SetNodes()"""

    def __init__(self, nodes: Iterable[Node], cpu: Mapping[str, int]) -> None:
        self.shares: dict[str, float] = {}
        by_zone: dict[str, int] = {}
        for node in nodes:
            if node.control_plane or not node.ready:
                continue
            if not node.zone or not cpu.get(node.name):
                return
            by_zone[node.zone] = by_zone.get(node.zone, 0) + cpu[node.name]
        if len(by_zone) > 1:
            total = sum(by_zone.values())
            self.shares = {zone: own / total for zone, own in sorted(by_zone.items())}


def with_hints(service: Service, pieces: Pieces, zones: Zones) -> Pieces:
    """The endpoints of one family, slice by slice, with the hints that the Service asks for."""
    if topology_aware(service.annotations):
        return _by_cpu(pieces, zones)
    if service.traffic_distribution in NEAR:
        by_node = service.traffic_distribution == SAME_NODE
        return [[_near(endpoint, by_node) for endpoint in piece] for piece in pieces]
    return pieces


def topology_aware(annotations: Labels) -> bool:
    for key in TOPOLOGY_ANNOTATIONS:
        if key in annotations:
            return annotations[key] in ("Auto", "auto")
    return False


def _near(endpoint: Endpoint, by_node: bool) -> Endpoint:
    if not endpoint.ready:
        return endpoint
    return replace(
        endpoint,
        hint_zones=(endpoint.zone,) if endpoint.zone else (),
        hint_nodes=(endpoint.node,) if by_node and endpoint.node else (),
    )


def _by_cpu(pieces: Pieces, zones: Zones) -> Pieces:
    """Every zone gets endpoints in proportion to its CPU, or nobody gets a hint. TopologyCache.AddHints()"""
    ready = [endpoint for piece in pieces for endpoint in piece if endpoint.ready]
    desired = _desired(zones.shares, len(ready))
    if not desired or any(not endpoint.zone for endpoint in ready):
        return pieces
    there: dict[str, int] = {}
    for endpoint in ready:
        there[endpoint.zone or ""] = there.get(endpoint.zone or "", 0) + 1
    gives, takes = _moves(desired, there)
    return [[_allotted(endpoint, gives, takes) for endpoint in piece] for piece in pieces]


def _desired(shares: Mapping[str, float], endpoints: int) -> dict[str, float]:
    """How many endpoints each zone should have; {} where none can be without overload. getAllocations()"""
    if len(shares) < 2 or len(shares) > endpoints:
        return {}
    least = {zone: ceil(share * endpoints * (1 / (1 + OVERLOAD))) for zone, share in shares.items()}
    if sum(least.values()) > endpoints:
        return {}
    return {zone: max(share * endpoints, least[zone]) for zone, share in shares.items()}


def _moves(desired: Mapping[str, float], there: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """How many endpoints each zone gives away or takes. getGivingAndReceivingZones()"""
    surplus = {zone: there.get(zone, 0) - wanted for zone, wanted in desired.items()}
    giving = {zone: more for zone, more in surplus.items() if more > 0}
    taking = {zone: -more for zone, more in surplus.items() if more < 0}
    gives: dict[str, int] = {}
    takes: dict[str, int] = {}
    while giving and taking:
        giver, taker = max(giving, key=giving.__getitem__), max(taking, key=taking.__getitem__)
        give, take = giving[giver], taking[taker]
        if (give < 1 and take < 1) or give < 0.5 or take < 0.5:
            break
        for zone, left, moved in ((giver, giving, gives), (taker, taking, takes)):
            left[zone] -= 1
            moved[zone] = moved.get(zone, 0) + 1
    return gives, takes


def _allotted(endpoint: Endpoint, gives: dict[str, int], takes: dict[str, int]) -> Endpoint:
    """Its own zone, or one that takes what its own gives away. redistributeHints()"""
    if not endpoint.ready or not endpoint.zone:
        return endpoint
    zone = endpoint.zone
    taker = next((z for z, count in takes.items() if count > 0), None)
    if gives.get(zone, 0) > 0 and taker is not None:
        gives[zone] -= 1
        takes[taker] -= 1
        zone = taker
    return replace(endpoint, hint_zones=(zone,))
