"""Ranges of addresses that nobody set, but that the upload tells: from the Nodes' pod ranges, and from the Service
`kubernetes`, which has the first address of its range."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network

from msgspec.structs import replace

from simulator.cluster.fields import part
from simulator.cluster.profile import Profile
from simulator.cluster.services import DEFAULT, KUBERNETES
from simulator.manifests.manifest import Manifest
from simulator.packet.headers import IPNetwork

LENGTH = {4: 16, 6: 56}
"""Pod ranges of nodes are taken to be parts of one range of this length, or of a longer one."""
SERVICE_LENGTH = {4: 16, 6: 112}
SECOND_PODS = {4: ip_network("10.244.0.0/16"), 6: ip_network("fd00:10:244::/56")}
SECOND_SERVICES = {4: ip_network("10.96.0.0/12"), 6: ip_network("fd00:10:96::/112")}
"""The usual ranges of a family."""


def learned(
    profile: Profile, given: Mapping[str, str], pod_ranges: Iterable[IPNetwork], services: Iterable[Manifest]
) -> Profile:
    """The profile, with what the upload tells in place of defaults. `pod_ranges` are the nodes'."""
    if "clusterCIDR" not in given:
        found = _cluster_ranges(pod_ranges)
        if found:
            profile = replace(profile, cluster_cidrs=found)
    if "serviceCIDR" not in given:
        own = _service_ranges(services)
        wanted = tuple(cidr.version for cidr in profile.cluster_cidrs)
        profile = replace(profile, service_cidrs=tuple(own.get(f) or SECOND_SERVICES[f] for f in wanted))
    return profile


def written_pod_ranges(nodes: Iterable[Manifest]) -> Iterator[IPNetwork]:
    """What Node objects say."""
    for node in nodes:
        spec = part(node.body, "spec")
        for text in spec.get("podCIDRs") or [spec.get("podCIDR") or ""]:
            try:
                yield ip_network(text, strict=False)
            except ValueError:
                continue  # told where the node is made


def _cluster_ranges(pod_ranges: Iterable[IPNetwork]) -> tuple[IPNetwork, ...]:
    """One for each family that the nodes have."""
    by_family: dict[int, list[IPNetwork]] = {}
    for cidr in pod_ranges:
        by_family.setdefault(cidr.version, []).append(cidr)
    return tuple(_around(family, cidrs) for family, cidrs in by_family.items())


def _around(family: int, cidrs: list[IPNetwork]) -> IPNetwork:
    """The usual range, if one of them is in it; else the smallest one that holds them all."""
    usual = SECOND_PODS[family]
    if any(cidr.subnet_of(usual) for cidr in cidrs):  # type: ignore[arg-type]
        return usual
    low = min(int(cidr.network_address) for cidr in cidrs)
    high = max(int(cidr.broadcast_address) for cidr in cidrs)
    bits = cidrs[0].max_prefixlen
    length = min(LENGTH[family], bits - (low ^ high).bit_length(), *(cidr.prefixlen for cidr in cidrs))
    size = bits - length
    return ip_network((low >> size << size, length))


def _service_ranges(services: Iterable[Manifest]) -> dict[int, IPNetwork]:
    """The range of Services, if the Service of the API server is there and says so."""
    found: dict[int, IPNetwork] = {}
    for service in services:
        if (service.namespace or DEFAULT, service.name) != (DEFAULT, KUBERNETES):
            continue
        spec = part(service.body, "spec")
        for text in spec.get("clusterIPs") or [spec.get("clusterIP") or ""]:
            try:
                address = ip_address(text)
            except ValueError:
                continue
            family = address.version
            if address not in SECOND_SERVICES[family]:
                found[family] = ip_network(f"{address}/{SERVICE_LENGTH[family]}", strict=False)
    return found
