"""Writing the chains of a node: for each of its pods that a policy selects, one for each direction."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Pod
from simulator.cluster.policies.decide import selecting
from simulator.cluster.policies.model import TIERS, Direction, Policy, Tier
from simulator.cluster.policies.view import PolicyView
from simulator.compilers.network_policy import names
from simulator.compilers.network_policy.host_pods import HostPods
from simulator.compilers.network_policy.peers import Addresses
from simulator.compilers.network_policy.rules import DECIDED, PolicyChains, policy_chain
from simulator.linux.iptables import (
    Chain,
    Comment,
    CtStateMatch,
    Destination,
    Drop,
    Jump,
    MarkMatch,
    Match,
    Return,
    Rule,
    SetXMark,
    Source,
    Table,
    Tables,
)  # fmt: skip
from simulator.packet.headers import IPAddress

CLEAR = Rule((Comment("nothing is decided yet"),), SetXMark(0, names.BOTH))
FORGET = Rule((Comment("decided"),), SetXMark(0, names.BOTH))
NEXT_TIER = Rule((Comment("next tier"),), SetXMark(0, names.PASSED))
UNDER_WAY = Rule((CtStateMatch(("RELATED", "ESTABLISHED")), Comment("replies, and what was let through")), Return())


def write_policies(cluster: Cluster, pods: list[Pod], tables: Tables) -> None:
    """Add the chains for the pods of a node to its filter table; without a policy for any of them, nothing."""
    if cluster.profile.policy != "generic" or not cluster.policies:
        return
    chains = NodeChains(cluster, pods, tables.tables["filter"].chains, tables.family)
    if chains.any:
        tables.tables["filter"] = Table("filter", chains)


class NodeChains(Mapping[str, Chain]):
    """The chains of a filter table, with those for the pods of one node, which are made when a packet comes there."""

    def __init__(self, cluster: Cluster, pods: list[Pod], others: Mapping[str, Chain], family: int) -> None:
        self._view = PolicyView(cluster)
        self._addresses = Addresses(cluster, self._view, family)
        self._others = others
        self._selected: dict[tuple[str, Direction], PolicyChains] = {}
        self._by_name: dict[str, PolicyChains] = {}
        self._made: dict[str, Chain] = {}
        networked = [pod for pod in pods if not pod.host_network]
        entries = [
            rule for way in (Direction.EGRESS, Direction.INGRESS) for pod in networked for rule in self._pod(pod, way)
        ]
        self._hang("FORWARD", names.FORWARD, entries)
        policed = [pod for pod in pods if pod.host_network and self._view.is_policed(pod)]
        hosts = HostPods(policed, networked, cluster.profile.listen, self._addresses, self._chain_of)
        self._hang("OUTPUT", names.OUTPUT, list(hosts.output()))
        self._hang("INPUT", names.INPUT, list(hosts.input()))
        self.any = bool(self._made)

    def _hang(self, base: str, name: str, entries: list[Rule]) -> None:
        """A chain of our own at the head of a base chain; without entries, none."""
        if entries:
            self._add(name, (UNDER_WAY, *entries, FORGET))
            there = self._others[base]
            entry = Rule((Comment("network policies"),), Jump(name))
            self._made[base] = Chain(base, (entry, *there.rules), there.policy)

    def __getitem__(self, name: str) -> Chain:
        if name not in self._made and name in self._by_name:
            self._make(self._by_name[name])
        return self._made[name] if name in self._made else self._others[name]

    def __iter__(self) -> Iterator[str]:
        for policy in self._selected.values():
            self._make(policy)
        return iter(dict.fromkeys((*self._others, *self._made)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _make(self, policy: PolicyChains) -> None:
        for name, rules in policy.chains():
            self._add(name, rules)

    def _add(self, name: str, rules: tuple[Rule, ...]) -> None:
        self._made[name] = Chain(name, rules)

    def _pod(self, pod: Pod, direction: Direction) -> Iterator[Rule]:
        """The rules that lead to a pod's chain, which is added."""
        name = self._chain_of(pod, direction)
        sends = direction is Direction.EGRESS
        for ip in self._addresses.of_family(pod.ips) if name is not None else ():
            assert name is not None
            one: Match = Source(ip_network(ip)) if sends else Destination(ip_network(ip))
            comment = Comment(f"{'from' if sends else 'to'} {pod.key}"[:255])
            yield Rule((one, comment), Jump(name), pod.origin("metadata", "labels"))

    def _chain_of(self, pod: Pod, direction: Direction) -> str | None:
        """The name of a pod's chain, which is added; None where no policy selects the pod."""
        ips = self._addresses.of_family(pod.ips)
        policies = selecting(self._view, self._view.of_pod(pod), direction) if ips else []
        if not policies:
            return None
        sends = direction is Direction.EGRESS
        name = names.chain(names.FROM_POD if sends else names.TO_POD, pod.key)
        if name not in self._made:
            for policy in policies:
                self._select(policy, direction, pod)
            self._add(name, tuple(_pod_chain(pod, ips, policies, direction)))
        return name

    def _select(self, policy: Policy, direction: Direction, pod: Pod) -> None:
        key = policy.ref, direction
        if key not in self._selected:
            found = self._selected[key] = PolicyChains(policy, direction, [], self._addresses)
            self._by_name |= dict.fromkeys(found.names(), found)
        self._selected[key].pods.append(pod)


def _pod_chain(pod: Pod, ips: list[IPAddress], policies: list[Policy], direction: Direction) -> Iterator[Rule]:
    """Tier by tier, in the order in which the policies count."""
    for ip in () if pod.host_network else ips:
        own = ip_network(ip)
        yield Rule((Source(own), Destination(own), Comment("a pod always reaches itself")), Return(), pod.origin())
    yield CLEAR
    for tier in TIERS:
        here = [policy for policy in policies if policy.tier is tier]
        for number, policy in enumerate(here):
            undecided = (MarkMatch(0, names.PASSED),) if number and tier is not Tier.NETWORK_POLICY else ()
            origins = policy.origin(*policy.subject.path)
            jump = Jump(policy_chain(policy, direction))
            yield Rule((*undecided, Comment(policy.ref[:255])), jump, origins)
            yield DECIDED[0]
        if tier is Tier.NETWORK_POLICY and here:
            yield _isolated(here, direction)
            return
        if tier is Tier.ADMIN and here:
            yield NEXT_TIER


def _isolated(policies: list[Policy], direction: Direction) -> Rule:
    """What no rule has let through is dropped, because these policies select the pod."""
    named = ", ".join(f"{policy.namespace}/{policy.name}" for policy in policies)
    origins = tuple(origin for policy in policies for origin in policy.origin(*policy.subject.path))
    return Rule((Comment(f"isolated for {direction.value} by NetworkPolicy {named}"[:255]),), Drop(), origins)
