"""How far a step may be trusted: `verified` is earned by scenarios of the suite that were equal to a real kernel's.

`fidelity_table.py` says what they held, by set-up: it is generated from them (`make fidelity`), so nobody writes a
badge by hand. A step is known by what it did (its text's id) on which kind of device, at which hook and with which
cause; by its packet's protocol; and by the rules that it met, each by its chain, its matches and its target.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from simulator.cluster.profile import Profile
from simulator.compilers.kube_proxy import names, nft_names
from simulator.linux import iptables
from simulator.linux.netns import Netns
from simulator.packet.packet import Packet
from simulator.steps import Badge, RuleRef, Step, StepKind

CHAINS_OF_ONE = (
    names.CLUSTER_POLICY, names.LOCAL_POLICY, names.EXTERNAL, names.FIREWALL, names.ENDPOINT, "CNI-DN-",
    nft_names.CLUSTER_POLICY, nft_names.LOCAL_POLICY, nft_names.EXTERNAL, nft_names.FIREWALL, nft_names.ENDPOINT,
)  # fmt: skip
"""What the chains of a single service port, endpoint or pod begin with; what follows is a name or a hash."""
FAMILY_OF_NAME = {"ip": 4, "ip6": 6}


class Setup(msgspec.Struct, frozen=True):
    """What a scenario is recorded or replayed in; `br_netfilter` is the sysctl of the IP version."""

    cni: str
    overlay: str
    proxy: str
    br_netfilter: bool
    ip_version: int

    def words(self) -> str:
        overlay = {"host-gw": "host routes", "vxlan": "VXLAN"}.get(self.overlay, self.overlay)
        plugin = "" if self.cni == "bridge" else f"plugin {self.cni}, "
        version = "" if self.ip_version == 4 else ", IPv6"
        return f"{plugin}{overlay} in {self.proxy} mode{'' if self.br_netfilter else ', br_netfilter off'}{version}"


class Source(msgspec.Struct, frozen=True):
    """Where truth comes from: `what` was run ("kernel 6.18, kube-proxy 1.36.2"), and what its flows are called.

    `flows` are the set-ups with the flows that were equal; `held` has what a step is known by, and in how many flows of
    each set-up it was held, in the same order.
    """

    what: str
    flows_are: str
    flows: Sequence[tuple[Setup, int]]
    held: Mapping[str, Sequence[int]]

    def least(self, setup: Setup, kinds: Sequence[str]) -> int:
        """In how many flows of a set-up each of these was, at least."""
        place = next((i for i, (known, _) in enumerate(self.flows) if known == setup), None)
        return 0 if place is None else min(self.held[kind][place] if kind in self.held else 0 for kind in kinds)


Trust = tuple[Badge, str | None]
"""A badge, and where it is `verified` the evidence for it."""
MODELLED: Trust = (Badge.MODELLED, None)


def setup_of(profile: Profile, packet: Packet) -> Setup:
    """A tunnel's packet belongs to the IP version of the one inside; without a bridge br_netfilter does nothing."""
    version = (packet.vxlan.inner if packet.vxlan else packet).ip.version
    key = "net.bridge.bridge-nf-call-iptables" if version == 4 else "net.bridge.bridge-nf-call-ip6tables"
    br_netfilter = profile.cni != "bridge" or profile.sysctl.get(key) == "1"
    return Setup(profile.cni, profile.overlay, profile.proxy, br_netfilter, version)


def known_by(step: Step, netns: Netns) -> Iterator[str]:
    """Everything that has to be held for this step to be."""
    device = netns.devices.get(step.device) if step.device else None
    words = ["step", step.text.id]
    words += [device.kind.value] if device else []
    words += [step.hook.value] if step.hook else []
    words += [step.cause.value] if step.cause else []
    yield " ".join(words)
    packet = step.packet.vxlan.inner if step.packet.vxlan else step.packet
    yield f"packet {packet.ip.protocol.value}"
    for ref in (*step.path, *([step.matched] if step.matched and step.matched not in step.path else [])):
        yield f"rule {_rule_kind(ref, netns)}"


def _rule_kind(ref: RuleRef, netns: Netns) -> str:
    """A rule by its table, its chain without what names one Service or pod, its matches and its target."""
    chain = next((prefix + "*" for prefix in CHAINS_OF_ONE if ref.chain.startswith(prefix)), ref.chain)
    return f"{ref.table.partition(' ')[2]} {chain}: {' '.join(_parts(ref, netns))}"


def _parts(ref: RuleRef, netns: Netns) -> Iterator[str]:
    """Kinds of matches and targets, or of statements, as `simulator/linux` names them."""
    family, _, name = ref.table.partition(" ")
    table = netns.nftables.get((FAMILY_OF_NAME[family], name))
    if table is not None:
        statements = table.chains[ref.chain].rules[ref.number - 1].statements
        yield from (type(statement).__name__ for statement in statements)
        return
    rule = netns.tables[FAMILY_OF_NAME[family]].tables[name].chains[ref.chain].rules[ref.number - 1]
    yield from (type(match).__name__ for match in rule.matches if not isinstance(match, iptables.Comment))
    yield type(rule.target).__name__ if rule.target else "-"


def trust_of(profile: Profile) -> Callable[[Step, Netns], Trust]:
    """How far a step in a cluster with this profile may be trusted, where nothing about it was assumed."""
    found: dict[tuple[object, ...], Trust] = {}

    def trust(step: Step, netns: Netns) -> Trust:
        if step.kind is StepKind.PROXY:  # no kernel decides there
            return Badge.MODELLED, None
        packet = step.packet.vxlan.inner if step.packet.vxlan else step.packet
        rules = tuple((rule.table, rule.chain, rule.number) for rule in step.path)
        place = (netns.name, step.device, step.hook, step.text.id, step.cause, step.matched, rules)
        key = (*place, packet.ip.version, packet.ip.protocol)
        if key not in found:
            found[key] = trusted(setup_of(profile, step.packet), tuple(known_by(step, netns)))
        return found[key]

    return trust


def trusted(setup: Setup, kinds: tuple[str, ...]) -> Trust:
    """Verified where the flows of one source held all of it; the evidence counts those that did."""
    from simulator.compilers.fidelity_table import SOURCES

    for source in SOURCES:
        count = source.least(setup, kinds)
        if count:
            flows = source.flows_are if count != 1 else source.flows_are.removesuffix("s")
            return Badge.VERIFIED, f"{source.what}: {count} {flows} with {setup.words()}"
    return MODELLED
