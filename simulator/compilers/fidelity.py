"""How far a step may be trusted: which set-ups are held against a real kernel by the suite (docs/fidelity.md)."""

from collections.abc import Callable

from simulator.cluster.profile import Profile
from simulator.steps import Badge, Step, StepKind

VERIFIED_KINDS = frozenset(
    {
        StepKind.SOCKET,
        StepKind.ROUTE,
        StepKind.NEIGHBOR,
        StepKind.TRANSMIT,
        StepKind.RECEIVE,
        StepKind.BRIDGE,
        StepKind.CONNTRACK,
        StepKind.NETFILTER,
        StepKind.NAT,
        StepKind.FORWARD,
        StepKind.ICMP,
        StepKind.RESET,
        StepKind.DELIVER,
        StepKind.DROP,
    }
)
VERIFIED_SETUPS = frozenset({("bridge", "host-gw", "iptables", 4)})
"""(cni, overlay, proxy, IP version) for which every recorded frame and rule is compared."""


def badge_of(profile: Profile) -> Callable[[Step], Badge]:
    """The badge of a step in a cluster with this profile, where nothing about it was assumed."""

    def badge(step: Step) -> Badge:
        setup = (profile.cni, profile.overlay, profile.proxy, step.packet.ip.version)
        known = setup in VERIFIED_SETUPS and step.kind in VERIFIED_KINDS
        return Badge.VERIFIED if known else Badge.MODELLED

    return badge
