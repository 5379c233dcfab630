"""What policies see of a cluster: pods with labels, their namespaces, the nodes, and addresses.

Whether hostNetwork pods are policed is left to the implementation (kubernetes.io, network-policies: "NetworkPolicy and
hostNetwork pods"); the setting policy.hostNetworkPods chooses. Unpoliced, their traffic is their node's.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from simulator.cluster.fields import parse_address, part
from simulator.cluster.model import Labels, Pod
from simulator.cluster.policies.model import Policy
from simulator.packet.headers import IPAddress

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

NONE: Labels = {}


class Side(msgspec.Struct, frozen=True):
    """One of the two ends of a connection.

    `pod`: whom policies may select; None for a node's own traffic and for everybody outside.
    `node`: where the pod runs, or the node that this is.
    """

    pod: Pod | None = None
    addresses: tuple[IPAddress, ...] = ()
    node: str | None = None

    @property
    def is_node(self) -> bool:
        return self.pod is None and self.node is not None


class PolicyView:
    """The policies, and what is needed to see whom they mean. `policed`: as if they held for hostNetwork pods."""

    def __init__(self, cluster: "Cluster", policed: bool = False) -> None:
        self.policies: tuple[Policy, ...] = cluster.policies
        self.policed_host_network = policed or cluster.profile.host_network_pods == "policed"
        self._namespaces = {name: namespace.labels for name, namespace in cluster.namespaces.items()}
        self._nodes = cluster.nodes
        self._by_namespace: dict[str, tuple[Policy, ...]] = {}
        self._node_of = {ip: node.name for node in cluster.nodes.values() for ip in node.addresses}

    def policies_in(self, namespace: str) -> tuple[Policy, ...]:
        """Those that may select pods of a namespace: its own, and those of the cluster."""
        found = self._by_namespace.get(namespace)
        if found is None:
            found = tuple(policy for policy in self.policies if policy.namespace in (None, namespace))
            self._by_namespace[namespace] = found
        return found

    def namespace_labels(self, name: str) -> Labels:
        return self._namespaces.get(name, NONE)

    @property
    def namespaces(self) -> Mapping[str, Labels]:
        return self._namespaces

    def node_labels(self, name: str) -> Labels:
        node = self._nodes.get(name)
        return node.labels if node is not None else NONE

    def is_policed(self, pod: Pod) -> bool:
        return self.policed_host_network or not pod.host_network

    def of_pod(self, pod: Pod) -> Side:
        """A pod; a hostNetwork pod that is not policed is its node."""
        addresses = written_addresses(pod)
        if pod.host_network:
            addresses = addresses or self._written_of(pod.node)
        return Side(pod if self.is_policed(pod) else None, addresses, pod.node)

    def of_address(self, address: IPAddress) -> Side:
        """Somebody who is no pod: a node, or whoever has this address outside."""
        return Side(None, (address,), self._node_of.get(address))

    def _written_of(self, node: str | None) -> tuple[IPAddress, ...]:
        found = self._nodes.get(node or "")
        return found.addresses if found is not None and not found.assumed else ()


def written_addresses(pod: Pod) -> tuple[IPAddress, ...]:
    """The addresses that the upload gives a pod.

    A pod that has none there got its own from the profile's range, which says nothing of the real one: blocks of
    addresses do not match it.
    """
    if pod.source is None or pod.source.prefix:
        return ()
    status = part(pod.source.manifest.body, "status")
    written = set(_texts(status))
    return tuple(ip for ip in pod.ips if str(ip) in written) or _parsed(written)


def _texts(status: Mapping[str, object]) -> Iterable[str]:
    items = status.get("podIPs")
    found = [item["ip"] for item in items if item.get("ip")] if isinstance(items, list) else []
    single = status.get("podIP")
    return found or ([single] if isinstance(single, str) else [])


def _parsed(texts: Iterable[str]) -> tuple[IPAddress, ...]:
    """A pod that has ended keeps the address in its status, though nobody is there."""
    found = []
    for text in sorted(texts):
        try:
            found.append(parse_address(text))
        except ValueError:
            continue  # told where the pod gets its addresses
    return tuple(found)
