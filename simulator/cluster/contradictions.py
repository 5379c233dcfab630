"""Contradictions: every manifest for itself may be right, but not all of them together.

An address that two have, a range inside another, half of a dual-stack set-up. A real cluster takes most of this
without a word; packets then go to one of two, or nowhere. Each is told at the line that was found last.
"""

from collections.abc import Iterable, Iterator, Mapping, Set

from simulator.cluster.addresses import why_unusable
from simulator.cluster.model import Node, Pod, Service, Sourced
from simulator.cluster.problems import Problems
from simulator.cluster.profile import Profile
from simulator.cluster.written_at import written_address, written_range
from simulator.diagnostics import Level
from simulator.packet.headers import IPAddress, IPNetwork

FAMILIES = {4: "IPv4", 6: "IPv6"}
Claim = tuple[Sourced, IPAddress]
"""An object and an address of its own."""


def check_contradictions(
    profile: Profile, nodes: Mapping[str, Node], pods: Iterable[Pod], services: Iterable[Service], problems: Problems
) -> None:
    """Addresses that two have or nobody can have, ranges that hold what they should not, and missing halves."""
    every = list(nodes.values())
    claims = [*_claims(every, pods, services)]
    _tell_taken(profile, every, claims, problems)
    _tell_unusable(profile, nodes, claims, problems)
    _tell_overlapping(every, problems)
    families = {cidr.version for node in every for cidr in node.pod_cidrs}
    for node in every:
        _tell_in_ranges(node, profile, every, problems)
        _tell_half(node, families, problems)


def _claims(nodes: Iterable[Node], pods: Iterable[Pod], services: Iterable[Service]) -> Iterator[Claim]:
    for node in nodes:
        yield from ((node, address) for address in node.addresses)
    for service in services:
        yield from ((service, address) for address in service.cluster_ips)
    for pod in pods:
        if not pod.host_network:
            yield from ((pod, address) for address in pod.ips)


def _tell_taken(profile: Profile, nodes: Iterable[Node], claims: Iterable[Claim], problems: Problems) -> None:
    """One address, two owners of different kinds; two of one kind are told where they are made."""
    owners: dict[IPAddress, tuple[str, str]] = {
        profile.router_address: ("", "the router"), profile.internet_address: ("", "the client outside (internet)"),
    }  # fmt: skip
    if all(profile.control_plane_address not in node.addresses for node in nodes):
        owners[profile.control_plane_address] = ("", "the control plane")
    for node in nodes:
        for cidr in node.pod_cidrs:
            owners.setdefault(cidr[1], ("", f"the gateway of the pods on {node.name}"))
    for owner, address in claims:
        kind, name = owners.setdefault(address, (type(owner).__name__, owner.ref))
        if kind != type(owner).__name__:
            _at_address(
                problems, Level.ERROR, "address-taken", f"{owner.ref} has the address {address}, which is that of "
                f"{name} too: packets reach only one of them.", "Give each an address of its own.", owner, address,
            )  # fmt: skip


def _tell_unusable(profile: Profile, nodes: Mapping[str, Node], claims: Iterable[Claim], problems: Problems) -> None:
    for owner, address in claims:
        why = why_unusable(address) or _of_a_whole_range(owner, address, profile, nodes)
        if why:
            _at_address(
                problems, Level.ERROR, "unusable-address", f"{owner.ref} cannot have the address {address}: {why}.",
                "Give it an address of one machine.", owner, address,
            )  # fmt: skip


def _of_a_whole_range(owner: Sourced, address: IPAddress, profile: Profile, nodes: Mapping[str, Node]) -> str:
    """The first and the last address of an IPv4 range are the network's own and the broadcast address."""
    ranges: tuple[IPNetwork, ...] = (profile.underlay,) if isinstance(owner, Node) else ()
    if isinstance(owner, Pod) and owner.node is not None and owner.node in nodes:
        ranges = nodes[owner.node].pod_cidrs
    for cidr in ranges:
        if cidr.version == address.version == 4 and address in (cidr.network_address, cidr.broadcast_address):
            return f"it is the network's own or the broadcast address of {cidr}"
    return ""


def _tell_overlapping(nodes: Iterable[Node], problems: Problems) -> None:
    """Pod ranges of two nodes of which one holds the other. Equal ones are told where nodes are made."""
    ranges = [(cidr, node) for node in nodes for cidr in node.pod_cidrs]
    ranges.sort(key=lambda found: (found[0].version, int(found[0].network_address), found[0].prefixlen))
    around: tuple[IPNetwork, Node] | None = None
    for cidr, node in ranges:
        inside = around is not None and around[0].version == cidr.version and cidr.network_address in around[0]
        if around is None or not inside:
            around = cidr, node
        elif cidr != around[0] and node is not around[1]:
            _at_range(
                problems, "overlapping-pod-cidrs", f"The pod range {cidr} of {node.name} is inside {around[0]}, that "
                f"of {around[1].name}: routes to the longer prefix win, and {around[1].name} loses these addresses.",
                "Give each node a range with no address in common.", node, cidr,
            )  # fmt: skip


def _tell_in_ranges(node: Node, profile: Profile, nodes: Iterable[Node], problems: Problems) -> None:
    """A node's address is on the machines' own network, which is neither the pods' nor the Services'."""
    for address in node.addresses:
        own = next(((c, n) for n in nodes for c in n.pod_cidrs if c.version == address.version and address in c), None)
        if own is not None:
            _at_address(
                problems, Level.ERROR, "node-address-in-pod-range", f"The address {address} of {node.name} is in "
                f"{own[0]}, the pod range of {own[1].name}: packets for the machine are taken for a pod's.",
                "Give the node an address, or the pods a range, elsewhere.", node, address,
            )  # fmt: skip
        for key, cidrs, whose in (
            ("serviceCIDR", profile.service_cidrs, "Services"), ("clusterCIDR", profile.cluster_cidrs, "pods"),
        ):  # fmt: skip
            cidr = next((c for c in cidrs if c.version == address.version and address in c), None)
            if cidr is not None and (own is None or key == "serviceCIDR"):
                _at_address(
                    problems, Level.WARNING, "node-address-in-range", f"The address {address} of {node.name} is in "
                    f"{cidr}, the range of {whose}: some addresses mean two things.",
                    f"If the cluster has another range, say so: --set {key}=...", node, address,
                )  # fmt: skip


def _tell_half(node: Node, families: Set[int], problems: Problems) -> None:
    """A family in which a node has pods but no address, or in which only other nodes have pods."""
    with_pods = {cidr.version for cidr in node.pod_cidrs}
    for family in sorted(with_pods - {address.version for address in node.addresses}):
        cidr = next(c for c in node.pod_cidrs if c.version == family)
        _at_range(
            problems, "dual-stack-half", f"{node.name} has the {FAMILIES[family]} pod range {cidr} but no "
            f"{FAMILIES[family]} address: other machines have no way to these pods.",
            f"Add an InternalIP of {FAMILIES[family]} to status.addresses, or leave the range out.", node, cidr,
        )  # fmt: skip
    for other in sorted(families - with_pods) if with_pods else ():
        _at_range(
            problems, "dual-stack-half", f"{node.name} has no {FAMILIES[other]} pod range, as other nodes have: its "
            "pods cannot speak with theirs in that family.",
            f"Add a range of {FAMILIES[other]} to spec.podCIDRs.", node, node.pod_cidrs[0], Level.WARNING,
        )  # fmt: skip


def _at_address(
    problems: Problems, level: Level, id_: str, message: str, hint: str, owner: Sourced, address: IPAddress
) -> None:
    if owner.source is None:
        problems.add(level, id_, message, hint, None)
    else:
        problems.add(level, id_, message, hint, owner.source.manifest, written_address(owner, address))


def _at_range(
    problems: Problems,
    id_: str,
    message: str,
    hint: str,
    node: Node,
    cidr: IPNetwork,
    level: Level = Level.ERROR,
) -> None:
    manifest = node.source.manifest if node.source is not None else None
    problems.add(level, id_, message, hint, manifest, written_range(node, cidr))
