"""What Pods of a dump tell about nodes that the dump does not have: their names, addresses and pod ranges."""

from collections.abc import Iterable
from ipaddress import ip_network

import msgspec

from simulator.cluster.fields import parse_address
from simulator.cluster.nodes import CONTROL_PLANE, OUTSIDE
from simulator.cluster.workloads import Draft, Workload
from simulator.manifests.objects import SUBDOMAIN
from simulator.packet.headers import IPAddress, IPNetwork

LENGTH = {4: 24, 6: 64}
"""--node-cidr-mask-size-ipv4, -ipv6"""


class Observed(msgspec.Struct, frozen=True):
    """A node as its Pods know it."""

    addresses: tuple[IPAddress, ...] = ()
    pod_cidrs: tuple[IPNetwork, ...] = ()


def observed_nodes(bare: Iterable[Draft], workloads: Iterable[Workload]) -> dict[str, Observed]:
    """Every node that a pod says it is on."""
    bare = list(bare)
    hosts: dict[str, IPAddress] = {}
    ranges: dict[str, dict[IPNetwork, None]] = {}
    for draft in bare:
        node = draft.template.node
        if node is None:
            continue
        own = ranges.setdefault(node, {})
        host = _parsed(draft.status.host_ip)
        if host is not None:
            hosts.setdefault(node, host)
        if not draft.template.host_network:
            for text, _ in draft.status.addresses:
                address = _parsed(text)
                if address is not None:
                    own[ip_network((int(address) >> _rest(address) << _rest(address), LENGTH[address.version]))] = None
    for workload in workloads:
        if workload.template.node is not None:
            ranges.setdefault(workload.template.node, {})
    whole = _one_range_each(ranges)
    return {
        node: Observed((hosts[node],) if node in hosts else (), tuple(own) if whole else ())
        for node, own in ranges.items()
        if node not in (*OUTSIDE, CONTROL_PLANE) and SUBDOMAIN.fullmatch(node)
    }


def _one_range_each(ranges: dict[str, dict[IPNetwork, None]]) -> bool:
    """Whether every node has a range of its own, one a family; some network plugins do it otherwise."""
    every = [cidr for own in ranges.values() for cidr in own]
    return len(set(every)) == len(every) and all(len({c.version for c in own}) == len(own) for own in ranges.values())


def _rest(address: IPAddress) -> int:
    return address.max_prefixlen - LENGTH[address.version]


def _parsed(text: str | None) -> IPAddress | None:
    try:
        return parse_address(text) if text else None
    except ValueError:
        return None
