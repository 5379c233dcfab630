"""What is wrong with policies that the API server takes without a word: they mean nobody, or more than was meant."""

from collections.abc import Iterable, Iterator, Mapping

from simulator.cluster.model import Namespace, Pod
from simulator.cluster.nearest import Nearest
from simulator.cluster.policies.match import named_ports
from simulator.cluster.policies.model import BlockPeer, Direction, PodPeer, Policy, PortMatch, Rule, Tier
from simulator.cluster.problems import Problems, listed
from simulator.cluster.profile import Assumption, Profile
from simulator.cluster.selectors import LabelIndex, Selector
from simulator.manifests.manifest import Manifest
from simulator.packet.headers import Protocol

DNS = 53
BR_NETFILTER = "net.bridge.bridge-nf-call-iptables"


def check_policies(
    policies: tuple[Policy, ...],
    pods: LabelIndex[Pod],
    namespaces: Mapping[str, Namespace],
    profile: Profile,
    problems: Problems,
) -> None:
    """Every policy that somebody wrote."""
    check = PolicyCheck(pods, namespaces, profile, problems)
    for policy in policies:
        if policy.source is not None:
            check.check(policy, policy.source.manifest)
    check.tell_without_dns()
    first = next((policy for policy in policies if policy.source is not None), None)
    if first is not None and first.source is not None:
        _tell_enforcement(profile, first.source.manifest, problems)


def enforced(policies: Iterable[Policy], given: Mapping[str, str]) -> tuple[Assumption, ...]:
    """Who enforces policies is not in the manifests: told where there are any."""
    if "policy" in given or not any(True for _ in policies):
        return ()
    told = "Policies are enforced on each pod's node, as by plugins that filter in FORWARD; deny is DROP."
    return (Assumption("policy", "generic", told),)


def _tell_enforcement(profile: Profile, first: Manifest, problems: Problems) -> None:
    """Where policies have no effect at all, or not between all pods. Told once, at the first policy."""
    if profile.policy == "none":
        problems.warning(
            "policy-not-enforced", "No policy has any effect: the network plugin is said to ignore them.",
            "Leave out --set policy=none, or choose a plugin that enforces policies.", first,
        )  # fmt: skip
    elif profile.cni == "bridge" and profile.sysctl.get(BR_NETFILTER) == "0":
        problems.warning(
            "policy-needs-br-netfilter",
            f"Between two pods of one node policies have no effect: with {BR_NETFILTER}=0 their packets cross a "
            "bridge without meeting iptables.", f"Set it to 1, or leave out --set sysctl.{BR_NETFILTER}=0.", first,
        )  # fmt: skip


class PolicyCheck:
    """Looks at one policy after the other."""

    def __init__(
        self, pods: LabelIndex[Pod], namespaces: Mapping[str, Namespace], profile: Profile, problems: Problems
    ) -> None:
        self._pods = pods
        self._namespaces = namespaces
        self._profile = profile
        self._problems = problems
        self._nearest = Nearest(pods, "Without a namespaceSelector, a policy means pods of its own namespace only.")
        self._asks_dns: dict[tuple[str, ...], bool] = {}
        self._isolating: dict[str, list[Policy]] = {}

    def check(self, policy: Policy, manifest: Manifest) -> None:
        selected = list(self.meant(policy.subject))
        if not selected:
            self._selects_nothing(policy, manifest)
        elif self._profile.host_network_pods == "unpoliced" and all(pod.host_network for pod in selected):
            self._problems.warning(
                "policy-host-network",
                f"All pods that this policy selects use their node's network ({_names(selected)}), so it has no effect "
                "with most network plugins.",
                "Say what yours does with --set policy.hostNetworkPods=policed.", manifest, policy.subject.path,
            )  # fmt: skip
        self._in_traces([pod for pod in selected if pod.host_network], manifest, policy)
        for direction in Direction:
            for rule in policy.rules(direction) or ():
                self._rule(policy, rule, direction, selected, manifest)
        if policy.tier is Tier.NETWORK_POLICY and policy.egress is not None:
            for pod in selected:
                self._isolating.setdefault(pod.key, []).append(policy)

    def _in_traces(self, hosts: list[Pod], manifest: Manifest, policy: Policy) -> None:
        """On other nodes nothing tells a hostNetwork pod from its node."""
        if hosts and self._profile.host_network_pods == "policed" and self._profile.policy == "generic":
            self._problems.info(
                "policy-host-network",
                f"Policies are said to hold for hostNetwork pods ({_names(hosts)}). On other nodes they are known by "
                "their address alone, which is their node's.", "See docs/fidelity.md.", manifest, policy.subject.path,
            )  # fmt: skip

    def meant(self, peer: PodPeer) -> Iterator[Pod]:
        """The pods that a peer means."""
        there = [peer.namespace] if peer.namespace is not None else self._in(peer.namespaces)
        pair = peer.pods.pair
        for namespace in there:
            for pod in self._pods.having(namespace, dict([pair]) if pair else {}):
                if peer.pods.matches(pod.labels):
                    yield pod

    def _in(self, selector: Selector) -> list[str]:
        return [name for name, namespace in self._namespaces.items() if selector.matches(namespace.labels)]

    def _selects_nothing(self, policy: Policy, manifest: Manifest) -> None:
        where = f" in the namespace {policy.namespace}" if policy.namespace else ""
        self._problems.warning(
            "policy-selects-nothing",
            f"No pod{where} is selected ({policy.subject.pods}), so this policy has no effect.",
            self._hint(policy.subject, policy.namespace), manifest, policy.subject.path,
        )  # fmt: skip

    def _hint(self, peer: PodPeer, namespace: str | None) -> str:
        labels = {r.key: r.values[0] for r in peer.pods.requirements if r.operator == "In" and len(r.values) == 1}
        if namespace is None or len(labels) != len(peer.pods.requirements) or not labels:
            return "Correct the selector, or upload the pods that it means, too."
        return self._nearest.hint(namespace, labels)

    def _rule(self, policy: Policy, rule: Rule, direction: Direction, selected: list[Pod], manifest: Manifest) -> None:
        for peer in rule.peers or ():
            if isinstance(peer, PodPeer) and next(self.meant(peer), None) is None:
                self._problems.info(
                    "policy-peer-selects-nothing", f"No pod is meant by this peer ({_told(peer)}).",
                    self._hint(peer, peer.namespace), manifest, peer.path,
                )  # fmt: skip
            elif isinstance(peer, BlockPeer) and direction is Direction.EGRESS:
                self._cluster_ips(peer, manifest)
        for port in rule.ports or ():
            if port.name is not None:
                self._port_name(port, rule, direction, selected, manifest)

    def _cluster_ips(self, peer: BlockPeer, manifest: Manifest) -> None:
        """Egress is looked at after kube-proxy has replaced the Service's address with a pod's."""
        for block in peer.blocks:
            for cidr in self._profile.service_cidrs:
                if block.cidr.version == cidr.version and block.cidr.subnet_of(cidr):  # type: ignore[arg-type]
                    self._problems.warning(
                        "policy-block-of-services",
                        f"{block.cidr} holds cluster IPs of Services, but policies see a packet after kube-proxy put "
                        "a pod's address in: this block matches nothing.",
                        "Select the pods behind the Service, with the port that they listen on.", manifest, peer.path,
                    )  # fmt: skip

    def _port_name(
        self, port: PortMatch, rule: Rule, direction: Direction, selected: list[Pod], manifest: Manifest
    ) -> None:
        """Names are looked up in the destination: the selected pods for ingress, the peers for egress."""
        there = selected
        if direction is Direction.EGRESS:
            peers = [peer for peer in rule.peers or (PodPeer(),) if isinstance(peer, PodPeer)]
            there = [pod for peer in peers for pod in self.meant(peer)]
        name = port.name or ""
        if not there or any(port.protocol in (None, p) for pod in there for p, _ in named_ports(pod, name)):
            return
        known = dict.fromkeys(p.name for pod in there for c in pod.containers for p in c.ports if p.name)
        others = f"They name these ports: {listed(known)}." if known else "They name no ports; write the number."
        self._problems.warning(
            "policy-port-name", f'No pod that this is about ({_names(there)}) has a port "{port}".', others, manifest,
            port.path,
        )  # fmt: skip

    def tell_without_dns(self) -> None:
        """Pods that may send something, but not ask for an address. Told once for each policy that lets them."""
        told: dict[str, tuple[Policy, list[str]]] = {}
        for key, isolating in self._isolating.items():
            letting = next((policy for policy in isolating if policy.egress), None)
            refs = tuple(policy.ref for policy in isolating)
            if refs not in self._asks_dns:
                self._asks_dns[refs] = _allows(isolating, Protocol.UDP)
            if letting is not None and not self._asks_dns[refs]:
                told.setdefault(letting.ref, (letting, []))[1].append(key)
        for policy, keys in told.values():
            assert policy.source is not None
            self._problems.warning(
                "policy-forgets-dns",
                f"{listed(keys)} may send what these rules say, but not ask a DNS server (UDP port 53): no name can be "
                "resolved.", "Add an egress rule for the ports 53/UDP and 53/TCP.", policy.source.manifest,
                ("spec", "egress"),
            )  # fmt: skip


def _allows(policies: Iterable[Policy], protocol: Protocol) -> bool:
    """Whether any of them lets somebody be asked at port 53."""
    return any(
        rule.ports is None or any(_is_dns(port, protocol) for port in rule.ports)
        for policy in policies
        for rule in policy.egress or ()
    )


def _is_dns(port: PortMatch, protocol: Protocol) -> bool:
    if port.protocol not in (None, protocol):
        return False
    return port.name is not None or port.low <= DNS <= port.high


def _told(peer: PodPeer) -> str:
    where = f"in {peer.namespace}" if peer.namespace is not None else f"in namespaces with {peer.namespaces}"
    return f"{peer.pods}, {where}"


def _names(pods: Iterable[Pod]) -> str:
    return listed(pod.key for pod in pods)
