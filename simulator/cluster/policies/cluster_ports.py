"""Ports of AdminNetworkPolicy, BaselineAdminNetworkPolicy (`ports`) and ClusterNetworkPolicy (`protocols`).

kubernetes-sigs/network-policy-api: apis/v1alpha1/shared_types.go: AdminNetworkPolicyPort; apis/v1alpha2:
ClusterNetworkPolicyProtocol
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import PROTOCOLS, part
from simulator.cluster.policies.model import PortMatch
from simulator.cluster.policies.network_policy import check_port_name, read_end
from simulator.cluster.policies.refusals import Refusals
from simulator.manifests.manifest import Path, field_text
from simulator.packet.headers import Protocol

ADMIN_FIELDS = ("portNumber", "namedPort", "portRange")
CLUSTER_FIELDS = ("tcp", "udp", "sctp", "destinationNamedPort")
MOST_ITEMS = 25


def admin_ports(refusals: Refusals, rule: Mapping[str, Any], path: Path) -> tuple[PortMatch, ...] | None:
    """`ports` of a rule; None for all."""
    items = enumerate(rule.get("ports") or ())
    return tuple(port for i, item in items for port in _admin_port(refusals, item, (*path, "ports", i))) or None


def cluster_ports(refusals: Refusals, rule: Mapping[str, Any], path: Path) -> tuple[PortMatch, ...] | None:
    """`protocols` of a rule; None for all."""
    if "protocols" not in rule:
        return None
    items, here = rule["protocols"] or (), (*path, "protocols")
    if not items:
        refusals.refuse(f"{field_text(here)} is empty.", "Leave it out for every port of every protocol.", here)
    refusals.at_most(items, MOST_ITEMS, here)
    return tuple(port for i, item in enumerate(items) for port in _cluster_port(refusals, item, (*here, i))) or None


def _admin_port(refusals: Refusals, body: Mapping[str, Any], path: Path) -> Iterator[PortMatch]:
    if not refusals.one_of(body, ADMIN_FIELDS, path, "invalid-port"):
        return
    if "namedPort" in body:
        yield _named(refusals, body["namedPort"], path, "namedPort")
        return
    field = next(iter(body))
    inner, here = part(body, field), (*path, field)
    protocol = refusals.reader.protocol(inner, here)
    first, last = ("port", "port") if field == "portNumber" else ("start", "end")
    yield from _numbered(refusals, protocol, (inner.get(first), inner.get(last)), here, path)


def _cluster_port(refusals: Refusals, body: Mapping[str, Any], path: Path) -> Iterator[PortMatch]:
    if not refusals.one_of(body, CLUSTER_FIELDS, path, "invalid-port"):
        return
    field = next(iter(body))
    if field == "destinationNamedPort":
        yield _named(refusals, body[field], path, field)
        return
    here, inside = (*path, field), part(body, field)
    if not refusals.one_of(inside, ("destinationPort",), here, "invalid-port"):
        return
    port, here = part(inside, "destinationPort"), (*here, "destinationPort")
    if not refusals.one_of(port, ("number", "range"), here, "invalid-port"):
        return
    ends = part(port, "range") or {"start": port.get("number"), "end": port.get("number")}
    start, end = ends.get("start"), ends.get("end")
    if "range" in port and isinstance(start, int) and start == end:
        refusals.refuse(f"{field_text(here)}.range starts and ends at {start}.",
                       f"Write number: {start} for one port alone.", here, "invalid-port")  # fmt: skip
    yield from _numbered(refusals, PROTOCOLS[field.upper()], (start, end), here, path)


def _named(refusals: Refusals, name: str, path: Path, field: str) -> PortMatch:
    check_port_name(refusals.reader, name, (*path, field))
    return PortMatch(None, name=name, path=path)


def _numbered(
    refusals: Refusals, protocol: Protocol, ends: tuple[Any, Any], here: Path, path: Path
) -> Iterator[PortMatch]:
    """From the first port to the last."""
    first, last = ends
    if not isinstance(first, int) or not isinstance(last, int):
        refusals.refuse(f"{field_text(here)} lacks a number.", "Write the port, or where the range starts and ends.",
                       here, "invalid-port")  # fmt: skip
        return
    low = refusals.reader.port(first, here) or 1
    yield PortMatch(protocol, low, read_end(refusals.reader, low, last, here), path=path)
