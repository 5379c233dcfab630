"""Peers as rules: whose addresses they are, and what becomes of a packet that has one of them."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Pod
from simulator.cluster.policies.match import failed_peer
from simulator.cluster.policies.model import Block, BlockPeer, Direction, NodePeer, Peer, PodPeer
from simulator.cluster.policies.view import PolicyView, Side, written_addresses
from simulator.linux.iptables import Comment, Destination, Match, Return, Rule, Source, Target
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork

ASSUMED = "addresses that are assumed say nothing of real ones"


class Meant(msgspec.Struct, frozen=True):
    """One address that a peer means, whose it is, and the pod, if it is one."""

    address: IPAddress
    owner: str
    pod: Pod | None = None
    origins: Origins = ()


class Addresses:
    """Looks up whom peers mean, in one family. Answers are kept: many policies mean the same."""

    def __init__(self, cluster: Cluster, view: PolicyView, family: int) -> None:
        self.view = view
        self._cluster = cluster
        self._family = family
        self._found: dict[object, tuple[Meant, ...]] = {}
        self._assumed: list[IPNetwork] | None = None

    def meant(self, peer: PodPeer | NodePeer) -> tuple[Meant, ...]:
        key = (peer.pods, peer.namespaces, peer.namespace) if isinstance(peer, PodPeer) else peer.nodes
        if key not in self._found:
            found = self._pods(peer) if isinstance(peer, PodPeer) else self._nodes(peer)
            self._found[key] = tuple(found)
        return self._found[key]

    def _pods(self, peer: PodPeer) -> Iterator[Meant]:
        for pod in self._cluster.pods.values():
            if self.view.is_policed(pod) and failed_peer(peer, Side(pod), self.view) is None:
                for ip in self.of_family(self._calls_from(pod)):
                    yield Meant(ip, pod.key, pod, pod.origin("metadata", "labels"))

    def _calls_from(self, pod: Pod) -> tuple[IPAddress, ...]:
        """A hostNetwork pod calls pods of its own node from the bridge's address, the first of the node's range."""
        node = self._cluster.nodes.get(pod.node or "") if pod.host_network else None
        return (*pod.ips, *(cidr[1] for cidr in node.pod_cidrs)) if node is not None else pod.ips

    def _nodes(self, peer: NodePeer) -> Iterator[Meant]:
        for node in self._cluster.nodes.values():
            if failed_peer(peer, Side(None, node.addresses, node.name), self.view) is None:
                for ip in self.of_family(node.addresses):
                    yield Meant(ip, node.name, None, node.origin("metadata", "labels"))

    def of_family(self, addresses: Iterable[IPAddress]) -> list[IPAddress]:
        return [ip for ip in addresses if ip.version == self._family]

    def is_ours(self, cidr: IPNetwork) -> bool:
        return cidr.version == self._family

    def exempt(self, block: Block) -> tuple[list[IPNetwork], list[Meant]]:
        """Ranges inside a block whose addresses are made up, and addresses in them that somebody wrote."""
        ranges = [cidr for cidr in self._made_up() if cidr.overlaps(block.cidr) and not block.everybody]
        if not ranges:
            return [], []
        written = [
            Meant(ip, pod.key, pod, pod.origin())
            for pod in self._cluster.pods.values()
            if not pod.host_network
            for ip in self.of_family(written_addresses(pod))
            if ip in block.cidr and any(ip in cidr for cidr in ranges)
        ]
        return ranges, written

    def _made_up(self) -> list[IPNetwork]:
        if self._assumed is None:
            nodes = self._cluster.nodes.values()
            found = [ip_network(ip) for node in nodes if node.assumed for ip in node.addresses]
            found += [cidr for node in nodes for cidr in node.pod_cidrs]
            self._assumed = [cidr for cidr in found if cidr.version == self._family]
        return self._assumed


def side_of(direction: Direction, network: IPNetwork) -> Match:
    """The peer is the source of what comes in, the destination of what goes out."""
    return Source(network) if direction is Direction.INGRESS else Destination(network)


def peer_rules(meant: Iterable[Meant], direction: Direction, target: Target, origins: Origins) -> Iterator[Rule]:
    """A rule for each address."""
    for each in meant:
        matches = (side_of(direction, ip_network(each.address)), Comment(each.owner[:255]))
        yield Rule(matches, target, (*origins, *each.origins))


def block_rules(
    block: Block, direction: Direction, target: Target, addresses: Addresses, origins: Origins
) -> tuple[Rule, ...]:
    """A range: what is not meant is let go first."""
    ranges, written = addresses.exempt(block)
    inside = [each for each in written if not any(each.address in hole for hole in block.excepts)]
    return (
        *(Rule((side_of(direction, hole), Comment("except")), Return(), origins) for hole in block.excepts),
        *peer_rules(inside, direction, target, origins),
        *(Rule((side_of(direction, cidr), Comment(ASSUMED)), Return(), origins) for cidr in ranges),
        Rule((side_of(direction, block.cidr),), target, origins),
    )


def blocks(peer: Peer, addresses: Addresses) -> tuple[Block, ...]:
    return tuple(b for b in peer.blocks if addresses.is_ours(b.cidr)) if isinstance(peer, BlockPeer) else ()
