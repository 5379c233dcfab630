"""hostNetwork pods that policies hold, too: the rules of OUTPUT and INPUT that tell them from their node.

Kubernetes leaves it open whether policies apply to them (kubernetes.io, "NetworkPolicy and hostNetwork pods").
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_network

from simulator.cluster.model import Pod
from simulator.cluster.policies.model import Direction
from simulator.compilers.kubelet import pod_sockets
from simulator.compilers.network_policy.peers import Addresses
from simulator.linux.iptables import (
    PODS,
    Cgroup,
    Comment,
    Destination,
    IpProtocol,
    Jump,
    L4Ports,
    Match,
    Return,
    Rule,
    Source,
)
from simulator.packet.headers import IPAddress

ChainOf = Callable[[Pod, Direction], str | None]
ITSELF = Comment("a pod always reaches itself")
OWN_NODE = Comment("a pod is always reached by its own node")


class HostPods:
    """The policed hostNetwork pods of one node. `networked` are its other pods, `chain_of` leads to a pod's chain."""

    def __init__(
        self, hosts: list[Pod], networked: list[Pod], listen: str, addresses: Addresses, chain_of: ChainOf
    ) -> None:
        self._hosts = hosts
        self._networked = networked
        self._listen = listen
        self._addresses = addresses
        self._chain_of = chain_of

    def output(self) -> Iterator[Rule]:
        """What they send, and what pods of the same node want to have of it."""
        for pod in self._hosts:
            mine = Cgroup(f"{PODS}{pod.key}")
            inner = [*self._to_each_other(pod, mine), *self._to_networked(mine)]
            sends = self._chain_of(pod, Direction.EGRESS)
            if sends is not None or inner:
                for place in self._places(pod):
                    yield Rule((mine, *place, ITSELF), Return(), pod.origin())
            if sends is not None:
                comment = Comment(f"from {pod.key}"[:255])
                yield Rule((mine, comment), Jump(sends), pod.origin("metadata", "labels"))
            yield from inner

    def _to_each_other(self, pod: Pod, mine: Match) -> Iterator[Rule]:
        for other in self._hosts:
            chain = self._chain_of(other, Direction.INGRESS) if other is not pod else None
            for place in self._places(other) if chain is not None else ():
                assert chain is not None
                yield Rule((mine, *place, Comment(f"to {other.key}"[:255])), Jump(chain), other.origin())

    def _to_networked(self, mine: Match) -> Iterator[Rule]:
        for other in self._networked:
            chain = self._chain_of(other, Direction.INGRESS)
            for ip in self._addresses.of_family(other.ips) if chain is not None else ():
                assert chain is not None
                to = Destination(ip_network(ip))
                yield Rule((mine, to, Comment(f"to {other.key}"[:255])), Jump(chain), other.origin())

    def input(self) -> Iterator[Rule]:
        """What is sent to them from elsewhere; what this node itself sends is settled in OUTPUT."""
        found = [rule for pod in self._hosts for rule in self._to(pod)]
        own: dict[IPAddress, None] = dict.fromkeys(ip for pod in self._hosts for ip in pod.ips)
        if found:
            for ip in self._addresses.of_family(own):
                yield Rule((Source(ip_network(ip)), OWN_NODE), Return())
        yield from found

    def _to(self, pod: Pod) -> Iterator[Rule]:
        receives = self._chain_of(pod, Direction.INGRESS)
        for place in self._places(pod):
            for other in self._networked:
                sends = self._chain_of(other, Direction.EGRESS)
                for ip in self._addresses.of_family(other.ips) if sends is not None else ():
                    assert sends is not None
                    matches = (Source(ip_network(ip)), *place, Comment(f"from {other.key}"[:255]))
                    yield Rule(matches, Jump(sends), other.origin("metadata", "labels"))
            if receives is not None:
                comment = Comment(f"to {pod.key}"[:255])
                yield Rule((*place, comment), Jump(receives), pod.origin("metadata", "labels"))

    def _places(self, pod: Pod) -> Iterator[tuple[Match, ...]]:
        """The addresses and ports that a pod's programs listen on."""
        sockets = pod_sockets(pod, self._listen).listening
        for ip in self._addresses.of_family(pod.ips):
            for protocol, port in dict.fromkeys((socket.protocol, socket.port) for socket in sockets):
                ports = L4Ports(protocol, dports=(port, port))
                yield Destination(ip_network(ip)), IpProtocol(protocol), ports
