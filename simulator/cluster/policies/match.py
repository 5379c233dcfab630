"""Whether a peer or a port of a rule means somebody, and if not, the clause that says no."""

from enum import Enum

import msgspec

from simulator.cluster.model import Labels, Pod
from simulator.cluster.policies.model import Block, BlockPeer, DomainPeer, NodePeer, Peer, PodPeer, PortMatch, Rule
from simulator.cluster.policies.view import PolicyView, Side
from simulator.cluster.selectors import Requirement, Selector
from simulator.manifests.manifest import Path
from simulator.packet.headers import Protocol


class Clause(Enum):
    """What a flow failed on. The order is from far off to near: who fails on a port was meant as a peer."""

    NOT_A_POD = "not-a-pod"
    ADDRESS = "address"
    NODE = "node"
    DOMAIN = "domain"
    NAMESPACE = "namespace"
    LABEL = "label"
    EXCEPT = "except"
    PROTOCOL = "protocol"
    PORT_NAME = "port-name"
    PORT = "port"


NEARNESS = {clause: rank for rank, clause in enumerate(Clause)}


class Failed(msgspec.Struct, frozen=True):
    """`wanted` is what the clause asks for, `found` what is there; `path` leads to the clause in the manifest."""

    clause: Clause
    wanted: str
    found: str
    path: Path = ()


def failed_rule(
    rule: Rule, peer: Side, destination: Side, flow: tuple[Protocol, int], view: PolicyView
) -> Failed | None:
    """Why a rule does not speak about a flow; None where it does. The nearest of several peers or ports is told."""
    if rule.peers is not None:
        misses = [failed_peer(each, peer, view) for each in rule.peers]
        if None not in misses:
            return nearest(misses, Failed(Clause.NOT_A_POD, "somebody", "nobody is named", rule.path))
    if rule.ports is not None:
        misses = [failed_port(each, destination, flow) for each in rule.ports]
        if None not in misses:
            return nearest(misses, Failed(Clause.PORT, "a port", "none is named", rule.path))
    return None


def nearest(misses: list[Failed | None], default: Failed) -> Failed:
    return max((miss for miss in misses if miss is not None), key=lambda m: NEARNESS[m.clause], default=default)


def failed_peer(peer: Peer, side: Side, view: PolicyView) -> Failed | None:
    match peer:
        case PodPeer():
            return failed_pods(peer, side.pod, view)
        case BlockPeer():
            return _failed_blocks(peer, side)
        case NodePeer():
            if not side.is_node:
                return Failed(Clause.NODE, "a node", "no node", peer.path)
            missed = _missed(peer.nodes, view.node_labels(side.node or ""))
            return None if missed is None else Failed(Clause.NODE, str(missed), side.node or "", peer.path)
        case DomainPeer():
            return Failed(Clause.DOMAIN, ", ".join(peer.names), "names are not modelled", peer.path)


def failed_pods(peer: PodPeer, pod: Pod | None, view: PolicyView) -> Failed | None:
    if pod is None:
        return Failed(Clause.NOT_A_POD, "a pod", "an address", peer.path)
    namespace = pod.namespace or ""
    if peer.namespace is not None and peer.namespace != namespace:
        return Failed(Clause.NAMESPACE, f"namespace {peer.namespace}", f"namespace {namespace}", peer.path)
    labels = view.namespace_labels(namespace)
    missed = _missed(peer.namespaces, labels)
    if missed is not None:
        has = f"{missed.key}={labels[missed.key]}" if missed.key in labels else f"no label {missed.key}"
        return Failed(Clause.NAMESPACE, str(missed), f"namespace {namespace} with {has}", peer.path)
    missed = _missed(peer.pods, pod.labels)
    if missed is not None:
        has = f"{missed.key}={pod.labels[missed.key]}" if missed.key in pod.labels else f"no label {missed.key}"
        return Failed(Clause.LABEL, str(missed), has, peer.path)
    return None


def _missed(selector: Selector, labels: Labels) -> Requirement | None:
    return next((each for each in selector.requirements if not each.met_by(labels)), None)


def in_block(block: Block, side: Side) -> bool:
    """Whether one of the addresses that are known is inside; where everybody is, no address has to be known."""
    if block.everybody and side.pod is not None:
        return not side.pod.ips or any(ip.version == block.cidr.version for ip in side.pod.ips)
    return any(
        ip.version == block.cidr.version and ip in block.cidr and not any(ip in hole for hole in block.excepts)
        for ip in side.addresses
    )


def _failed_blocks(peer: BlockPeer, side: Side) -> Failed | None:
    if any(in_block(block, side) for block in peer.blocks):
        return None
    wanted = ", ".join(str(block.cidr) for block in peer.blocks)
    found = ", ".join(map(str, side.addresses)) or "an address that nobody wrote"
    for block in peer.blocks:
        hole = next((h for h in block.excepts for ip in side.addresses if ip.version == h.version and ip in h), None)
        if hole is not None:
            return Failed(Clause.EXCEPT, f"{block.cidr} except {hole}", found, peer.path)
    return Failed(Clause.ADDRESS, wanted, found, peer.path)


def failed_port(port: PortMatch, destination: Side, flow: tuple[Protocol, int]) -> Failed | None:
    """Named ports are looked up in the destination pod, whatever the direction."""
    protocol, number = flow
    if port.protocol is not None and port.protocol is not protocol:
        return Failed(Clause.PROTOCOL, str(port), protocol.value, port.path)
    if port.name is None:
        inside = port.low <= number <= port.high
        return None if inside else Failed(Clause.PORT, str(port), f"{number}/{protocol.value}", port.path)
    numbers = named_ports(destination.pod, port.name)
    if (protocol, number) in numbers:
        return None
    found = ", ".join(f"{n}/{p.value}" for p, n in numbers) or "no port of this name"
    return Failed(Clause.PORT_NAME, str(port), found, port.path)


def named_ports(pod: Pod | None, name: str) -> tuple[tuple[Protocol, int], ...]:
    """Which container ports have a name."""
    if pod is None:
        return ()
    return tuple((p.protocol, p.number) for c in pod.containers for p in c.ports if p.name == name)
