"""Where an object's address or range is written: the path of the field, for the line of a problem."""

from collections.abc import Iterator
from typing import Any

from simulator.cluster.fields import parse_address, part
from simulator.cluster.model import Node, Pod, Service, Sourced
from simulator.manifests.manifest import Path
from simulator.packet.headers import IPAddress, IPNetwork

OWN: Path = ()
"""Nobody wrote the address; the problem is at the object."""


def written_address(owner: Sourced, address: IPAddress) -> Path:
    """The field of a node's, pod's or Service's manifest that says `address`."""
    for text, path in _addresses(owner):
        try:
            if parse_address(text) == address:
                return path
        except ValueError:
            continue  # told where it is read
    return owner.source.prefix if owner.source is not None else OWN


def written_range(node: Node, cidr: IPNetwork) -> Path:
    """The field of a node's manifest that says `cidr`."""
    if node.source is None:
        return OWN
    spec = part(node.source.manifest.body, "spec")
    for i, text in enumerate(spec.get("podCIDRs") or ()):
        if text == str(cidr):
            return ("spec", "podCIDRs", i)
    return ("spec", "podCIDR")


def _addresses(owner: Sourced) -> Iterator[tuple[str, Path]]:
    if owner.source is None or owner.source.prefix:
        return
    body = owner.source.manifest.body
    spec, status = part(body, "spec"), part(body, "status")
    if isinstance(owner, Node):
        yield from _listed(status.get("addresses"), ("status", "addresses"), "address")
    elif isinstance(owner, Pod):
        yield from _listed(status.get("podIPs"), ("status", "podIPs"), "ip")
        yield str(status.get("podIP") or ""), ("status", "podIP")
    elif isinstance(owner, Service):
        for i, text in enumerate(spec.get("clusterIPs") or ()):
            yield str(text), ("spec", "clusterIPs", i)
        yield str(spec.get("clusterIP") or ""), ("spec", "clusterIP")


def _listed(items: Any, path: Path, key: str) -> Iterator[tuple[str, Path]]:
    for i, item in enumerate(items or ()):
        yield str(item.get(key) or ""), (*path, i, key)
