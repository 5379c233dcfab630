"""Reading AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2).

kubernetes-sigs/network-policy-api: apis/v1alpha1/*_types.go, apis/v1alpha2/clusternetworkpolicy_types.go; their
validation rules are in the comments there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from simulator.cluster.fields import EMPTY, Reader, part
from simulator.cluster.model import Source
from simulator.cluster.policies.blocks import read_cidr
from simulator.cluster.policies.cluster_ports import admin_ports, cluster_ports
from simulator.cluster.policies.labels import read_selector
from simulator.cluster.policies.model import (
    Action,
    Block,
    BlockPeer,
    Direction,
    DomainPeer,
    NodePeer,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)  # fmt: skip
from simulator.cluster.policies.refusals import Refusals
from simulator.cluster.selectors import Selector
from simulator.diagnostics import Level
from simulator.manifests.manifest import Path, field_text

ADMIN, BASELINE, CLUSTER = "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"
HIGHEST_PRIORITY = 1000
ACTIONS = {
    ADMIN: {"Allow": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS},
    BASELINE: {"Allow": Action.ALLOW, "Deny": Action.DENY},
    CLUSTER: {"Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS},
}
MOST_ITEMS = {ADMIN: 100, BASELINE: 100, CLUSTER: 25}
INGRESS_PEERS, EGRESS_PEERS = ("namespaces", "pods"), ("namespaces", "pods", "nodes", "networks", "domainNames")
REQUIRED = {
    ADMIN: ("namespaceSelector", "podSelector"), BASELINE: ("namespaceSelector", "podSelector"),
    CLUSTER: ("podSelector",),
}  # fmt: skip
MOST_NETWORKS, LONGEST_NAME = 25, 100


def read_cluster_policy(reader: Reader) -> Policy:
    """A policy that belongs to no namespace. What is wrong with it is told."""
    return ClusterPolicyReader(reader).read()


class ClusterPolicyReader:
    """Reads one manifest."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._says = Refusals(reader)
        self._kind = reader.manifest.kind
        self._level = Level.ERROR if self._kind == CLUSTER else Level.WARNING
        """Of what v1alpha1 refuses in some of its releases and channels only, and v1alpha2 in all."""

    def read(self) -> Policy:
        manifest = self._reader.manifest
        spec, metadata = part(manifest.body, "spec"), part(manifest.body, "metadata")
        return Policy(
            name=manifest.name, labels=metadata.get("labels") or {}, source=Source(manifest), kind=self._kind,
            tier=self._tier(spec), priority=self._priority(spec), subject=self._subject(spec.get("subject") or EMPTY),
            ingress=tuple(self._rules(spec, Direction.INGRESS)) or None,
            egress=tuple(self._rules(spec, Direction.EGRESS)) or None,
        )  # fmt: skip

    def _tier(self, spec: Mapping[str, Any]) -> Tier:
        if self._kind != CLUSTER:
            return Tier.BASELINE if self._kind == BASELINE else Tier.ADMIN
        word = spec.get("tier")
        if word not in (Tier.ADMIN.value, Tier.BASELINE.value):
            self._says.refuse(f'There is no tier "{word}".' if word else "This policy names no tier.",
                        "Write tier: Admin or tier: Baseline.", ("spec", "tier"))  # fmt: skip
        return Tier.BASELINE if word == Tier.BASELINE.value else Tier.ADMIN

    def _priority(self, spec: Mapping[str, Any]) -> int:
        if self._kind == BASELINE:
            if self._reader.manifest.name != "default":
                self._says.refuse("A BaselineAdminNetworkPolicy has to be called default: there is one in a cluster.",
                            "Rename it, or write a ClusterNetworkPolicy with tier: Baseline.",
                            ("metadata", "name"))  # fmt: skip
            return 0
        priority = spec.get("priority")
        if priority is None or not 0 <= priority <= HIGHEST_PRIORITY:
            said = "This policy has no priority." if priority is None else f"The priority can't be {priority}."
            self._says.refuse(
                said, f"Write a number from 0, which comes first, to {HIGHEST_PRIORITY}.", ("spec", "priority")
            )
            return 0
        return int(priority)

    def _subject(self, body: Mapping[str, Any]) -> PodPeer:
        path: Path = ("spec", "subject")
        if not self._says.one_of(body, ("namespaces", "pods"), path, "invalid-policy"):
            return PodPeer(path=path)
        return self._pods(body, path)

    def _pods(self, body: Mapping[str, Any], path: Path) -> PodPeer:
        """`namespaces`: every pod in them; `pods`: by the labels of both."""
        if "namespaces" in body:
            return PodPeer(namespaces=self._selector(body, path, "namespaces"), path=path)
        both, here = part(body, "pods"), (*path, "pods")
        missing = [field for field in REQUIRED[self._kind] if field not in both]
        if missing:
            self._reader.problems.add(
                self._level, "policy-selector-missing",
                f"{field_text(here)} has no {missing[0]}, which its schema requires.",
                f"Write {missing[0]}: {{}} to mean all of them.", self._reader.manifest, here,
            )  # fmt: skip
        return PodPeer(
            pods=self._selector(both, here, "podSelector"),
            namespaces=self._selector(both, here, "namespaceSelector"), path=path,
        )  # fmt: skip

    def _selector(self, body: Mapping[str, Any], path: Path, field: str) -> Selector:
        return read_selector(self._reader, body.get(field) or EMPTY, (*path, field))

    def _rules(self, spec: Mapping[str, Any], direction: Direction) -> Iterator[Rule]:
        bodies = spec.get(direction.value) or ()
        self._says.at_most(bodies, MOST_ITEMS[self._kind], ("spec", direction.value))
        for index, body in enumerate(bodies):
            path: Path = ("spec", direction.value, index)
            name, action = str(body.get("name") or ""), self._action(body, path)
            if len(name) > LONGEST_NAME:
                self._says.refuse(f"The name of this rule has {len(name)} characters.",
                                 f"Use at most {LONGEST_NAME}.", (*path, "name"))  # fmt: skip
            peers = tuple(self._peers(body, path, direction))
            ports = (cluster_ports if self._kind == CLUSTER else admin_ports)(self._says, body, path)
            self._check_names_of_ports(peers, ports or (), path)
            yield Rule(action, peers, ports, index, path, name)

    def _action(self, body: Mapping[str, Any], path: Path) -> Action:
        found = ACTIONS[self._kind].get(body.get("action") or "")
        if found is None:
            said = f'can\'t do "{body["action"]}"' if body.get("action") else "has no action"
            self._says.refuse(f"This rule {said}.", f"Write action: {' or '.join(ACTIONS[self._kind])}.",
                             (*path, "action"))  # fmt: skip
        return found or Action.DENY

    def _check_names_of_ports(self, peers: Iterable[Peer], ports: Iterable[PortMatch], path: Path) -> None:
        """Only pods have named ports. v1alpha1 refuses them beside other peers in its experimental channel alone."""
        other = next((peer for peer in peers if not isinstance(peer, PodPeer)), None)
        named = next((port for port in ports if port.name is not None), None)
        if other is None or named is None:
            return
        self._reader.problems.add(self._level, "policy-named-port-peer",
             f'The port "{named.name}" is a name that only pods have, and {field_text(other.path)} means no pods.',
             "Make two rules: one for pods with the name, one for the others with a number.",
             self._reader.manifest, named.path)  # fmt: skip

    def _peers(self, rule: Mapping[str, Any], path: Path, direction: Direction) -> Iterator[Peer]:
        side = "from" if direction is Direction.INGRESS else "to"
        bodies: Sequence[Any] = rule.get(side) or ()
        if not bodies:
            self._says.refuse(f"{field_text(path)} names nobody: {side} is needed.",
                             f"Add {side}:, as in {side}: [{{namespaces: {{}}}}] for every pod.", path)  # fmt: skip
        self._says.at_most(bodies, MOST_ITEMS[self._kind], (*path, side))
        fields = INGRESS_PEERS if direction is Direction.INGRESS else EGRESS_PEERS
        for index, body in enumerate(bodies):
            here: Path = (*path, side, index)
            if not self._says.one_of(body, fields, here, "invalid-peer"):
                continue
            if "nodes" in body:
                yield NodePeer(self._selector(body, here, "nodes"), here)
            elif "networks" in body:
                yield self._networks(body["networks"] or (), here)
            elif "domainNames" in body:
                yield self._domains(body["domainNames"] or (), here)
            else:
                yield self._pods(body, here)

    def _networks(self, texts: Sequence[str], path: Path) -> BlockPeer:
        """Pods are checked against them, too: 0.0.0.0/0 is every IPv4 pod, as ClusterNetworkPolicyEgressPeer says."""
        here = (*path, "networks")
        self._some_once(texts, here, "names no network.", "Add ranges, as in 10.0.0.0/8.")
        cidrs = (read_cidr(self._reader, text, (*here, index)) for index, text in enumerate(texts))
        return BlockPeer(tuple(Block(c, everybody=c.prefixlen == 0) for c in cidrs if c is not None), path)

    def _some_once(self, texts: Sequence[str], here: Path, lacks: str, hint: str) -> None:
        """At least one, not too many, none twice."""
        if not texts:
            self._says.refuse(f"{field_text(here[:-1])} {lacks}", hint, here[:-1], "invalid-peer")
        self._says.at_most(texts, MOST_NETWORKS, here)
        self._says.each_once(texts, here)

    def _domains(self, names: Sequence[str], path: Path) -> DomainPeer:
        self._some_once(names, (*path, "domainNames"), "names no domain.", "Add names, as in *.example.com.")
        self._reader.problems.warning(
            "policy-domain-names", "domainNames are out of what is modelled: this peer matches nobody here.",
            "Name the addresses with networks to see what they allow.", self._reader.manifest, path,
        )  # fmt: skip
        return DomainPeer(tuple(names), path)
