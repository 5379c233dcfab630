"""The policies of a cluster, whatever their kind: subjects, rules, peers and ports.

NetworkPolicy (networking.k8s.io/v1), AdminNetworkPolicy and BaselineAdminNetworkPolicy
(policy.networking.k8s.io/v1alpha1) and ClusterNetworkPolicy (v1alpha2) are one noun here: they differ in tier, in
actions and in what a peer may be.
"""

from enum import Enum

import msgspec

from simulator.cluster.model import Sourced
from simulator.cluster.selectors import Selector
from simulator.manifests.manifest import Path
from simulator.packet.headers import IPNetwork, Protocol


class Direction(Enum):
    """Seen from the pod that a policy selects."""

    INGRESS = "ingress"
    EGRESS = "egress"


class Action(Enum):
    """`ALLOW` is Accept in a ClusterNetworkPolicy; `PASS` leaves the tier."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105


class Tier(Enum):
    """In this order. network-policy-api: ClusterNetworkPolicySpec.Tier"""

    ADMIN = "Admin"
    NETWORK_POLICY = "NetworkPolicy"
    BASELINE = "Baseline"


TIERS = tuple(Tier)
EVERYTHING = Selector()


class PodPeer(msgspec.Struct, frozen=True):
    """Pods by labels, in one namespace, or in those whose labels `namespaces` selects."""

    pods: Selector = EVERYTHING
    namespaces: Selector = EVERYTHING
    namespace: str | None = None
    path: Path = ()


class Block(msgspec.Struct, frozen=True):
    """A range of addresses, and those inside it that are not meant.

    `everybody`: every address of its family, so pods are in it whatever addresses they have.
    """

    cidr: IPNetwork
    excepts: tuple[IPNetwork, ...] = ()
    everybody: bool = False


class BlockPeer(msgspec.Struct, frozen=True):
    """ipBlock of a NetworkPolicy, or networks of the others."""

    blocks: tuple[Block, ...]
    path: Path = ()


class NodePeer(msgspec.Struct, frozen=True):
    """Nodes by labels: their addresses."""

    nodes: Selector
    path: Path = ()


class DomainPeer(msgspec.Struct, frozen=True):
    """Names outside the cluster. Who has such a name is not known here: they match nobody, and a problem says so."""

    names: tuple[str, ...]
    path: Path = ()


Peer = PodPeer | BlockPeer | NodePeer | DomainPeer


class PortMatch(msgspec.Struct, frozen=True):
    """Ports from `low` to `high` of a protocol; or, with `name`, the destination's container ports of that name.

    `protocol` None: any (a namedPort of an AdminNetworkPolicy).
    """

    protocol: Protocol | None
    low: int = 1
    high: int = 65535
    name: str | None = None
    path: Path = ()

    def __str__(self) -> str:
        protocol = self.protocol.value if self.protocol else "any protocol"
        if self.name is not None:
            return f"{self.name}/{protocol}"
        if (self.low, self.high) == (1, 65535):
            return protocol
        return f"{self.low}/{protocol}" if self.low == self.high else f"{self.low}-{self.high}/{protocol}"


class Rule(msgspec.Struct, frozen=True):
    """`peers` None: whoever it is. `ports` None: every port of every protocol. `index` is its place in the list."""

    action: Action
    peers: tuple[Peer, ...] | None
    ports: tuple[PortMatch, ...] | None
    index: int
    path: Path
    name: str = ""


class Policy(Sourced, frozen=True, kw_only=True):
    """`ingress` and `egress` are None where the policy does not speak about the direction."""

    kind: str
    tier: Tier
    subject: PodPeer
    ingress: tuple[Rule, ...] | None
    egress: tuple[Rule, ...] | None
    priority: int = 0

    @property
    def ref(self) -> str:
        """As a user knows it: "NetworkPolicy default/deny-all"."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    def rules(self, direction: Direction) -> tuple[Rule, ...] | None:
        return self.ingress if direction is Direction.INGRESS else self.egress
