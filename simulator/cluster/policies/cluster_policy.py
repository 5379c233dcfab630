"""Reading AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2).

kubernetes-sigs/network-policy-api: apis/v1alpha1/*_types.go, apis/v1alpha2/clusternetworkpolicy_types.go; their
validation rules are in the comments there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import EMPTY, PROTOCOLS, Reader, part
from simulator.cluster.model import Source
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
from simulator.cluster.policies.network_policy import check_port_name, read_cidr, read_end
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
PORTS = ("portNumber", "namedPort", "portRange")
PROTOCOL_FIELDS = ("tcp", "udp", "sctp", "destinationNamedPort")


def read_cluster_policy(reader: Reader) -> Policy:
    """A policy that belongs to no namespace. What is wrong with it is told."""
    return ClusterPolicyReader(reader).read()


class ClusterPolicyReader:
    """Reads one manifest."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kind = reader.manifest.kind

    def read(self) -> Policy:
        manifest = self._reader.manifest
        spec, metadata = part(manifest.body, "spec"), part(manifest.body, "metadata")
        return Policy(
            name=manifest.name, labels=metadata.get("labels") or {}, source=Source(manifest), kind=self._kind,
            tier=self._tier(spec), priority=self._priority(spec), subject=self._subject(spec.get("subject") or EMPTY),
            ingress=tuple(self._rules(spec, Direction.INGRESS)) or None,
            egress=tuple(self._rules(spec, Direction.EGRESS)) or None,
        )  # fmt: skip

    def _error(self, message: str, hint: str, path: Path, id_: str = "invalid-policy") -> None:
        self._reader.problems.error(id_, message, hint, self._reader.manifest, path)

    def _tier(self, spec: Mapping[str, Any]) -> Tier:
        if self._kind != CLUSTER:
            return Tier.BASELINE if self._kind == BASELINE else Tier.ADMIN
        word = spec.get("tier")
        if word not in (Tier.ADMIN.value, Tier.BASELINE.value):
            self._error(f'There is no tier "{word}".' if word else "This policy names no tier.",
                        "Write tier: Admin or tier: Baseline.", ("spec", "tier"))  # fmt: skip
        return Tier.BASELINE if word == Tier.BASELINE.value else Tier.ADMIN

    def _priority(self, spec: Mapping[str, Any]) -> int:
        if self._kind == BASELINE:
            if self._reader.manifest.name != "default":
                self._error("A BaselineAdminNetworkPolicy has to be called default: there is one in a cluster.",
                            "Rename it, or write a ClusterNetworkPolicy with tier: Baseline.",
                            ("metadata", "name"))  # fmt: skip
            return 0
        priority = spec.get("priority")
        if priority is None or not 0 <= priority <= HIGHEST_PRIORITY:
            said = "This policy has no priority." if priority is None else f"The priority can't be {priority}."
            self._error(said, f"Write a number from 0, which comes first, to {HIGHEST_PRIORITY}.", ("spec", "priority"))
            return 0
        return int(priority)

    def _subject(self, body: Mapping[str, Any]) -> PodPeer:
        path: Path = ("spec", "subject")
        if not self._one_of(body, ("namespaces", "pods"), path, "invalid-policy"):
            return PodPeer(path=path)
        return self._pods(body, path)

    def _pods(self, body: Mapping[str, Any], path: Path) -> PodPeer:
        """`namespaces`: every pod in them; `pods`: by the labels of both."""
        if "namespaces" in body:
            return PodPeer(namespaces=self._selector(body, path, "namespaces"), path=path)
        both, here = part(body, "pods"), (*path, "pods")
        return PodPeer(
            pods=self._selector(both, here, "podSelector"),
            namespaces=self._selector(both, here, "namespaceSelector"), path=path,
        )  # fmt: skip

    def _selector(self, body: Mapping[str, Any], path: Path, field: str) -> Any:
        return read_selector(self._reader, body.get(field) or EMPTY, (*path, field))

    def _one_of(self, body: Mapping[str, Any], fields: tuple[str, ...], path: Path, id_: str) -> bool:
        """Whether exactly one of the fields is there, and no other."""
        if len(body) == 1 and next(iter(body)) in fields:
            return True
        found = ", ".join(str(key) for key in body) or "nothing"
        self._error(f"{field_text(path)} has to have one of {', '.join(fields)}, and has {found}.",
                    "Write exactly one; two list items mean the one or the other.", path, id_)  # fmt: skip
        return False

    def _rules(self, spec: Mapping[str, Any], direction: Direction) -> Iterator[Rule]:
        side = "from" if direction is Direction.INGRESS else "to"
        self._at_most(spec.get(direction.value) or (), ("spec", direction.value))
        for index, body in enumerate(spec.get(direction.value) or ()):
            path: Path = ("spec", direction.value, index)
            action = ACTIONS[self._kind].get(body.get("action") or "")
            if action is None:
                said = f'can\'t do "{body["action"]}"' if body.get("action") else "has no action"
                self._error(f"This rule {said}.", f"Write action: {' or '.join(ACTIONS[self._kind])}.",
                            (*path, "action"))  # fmt: skip
            if not body.get(side):
                self._error(f"{field_text(path)} names nobody: {side} is needed.",
                            f"Add {side}:, as in {side}: [{{namespaces: {{}}}}] for every pod.", path)  # fmt: skip
            self._at_most(body.get(side) or (), (*path, side))
            peers = tuple(self._peers(body.get(side) or (), (*path, side), direction))
            field, read = ("protocols", self._protocol) if self._kind == CLUSTER else ("ports", self._port)
            ports = tuple(
                port for i, item in enumerate(body.get(field) or ()) for port in read(item, (*path, field, i))
            )
            yield Rule(action or Action.DENY, peers, ports or None, index, path, str(body.get("name") or ""))

    def _at_most(self, items: Any, path: Path) -> None:
        """+kubebuilder:validation:MaxItems"""
        most = MOST_ITEMS[self._kind]
        if len(items) > most:
            self._error(f"{field_text(path)} has {len(items)} items; {most} is the most.",
                        "Put some of them into another policy.", path)  # fmt: skip

    def _peers(self, bodies: Any, path: Path, direction: Direction) -> Iterator[Peer]:
        fields = INGRESS_PEERS if direction is Direction.INGRESS else EGRESS_PEERS
        for index, body in enumerate(bodies):
            here = (*path, index)
            if not self._one_of(body, fields, here, "invalid-peer"):
                continue
            if "nodes" in body:
                yield NodePeer(self._selector(body, here, "nodes"), here)
            elif "networks" in body:
                if not body["networks"]:
                    self._error(f"{field_text(here)} names no network.", "Add ranges, as in 10.0.0.0/8.", here,
                                "invalid-peer")  # fmt: skip
                cidrs = (read_cidr(self._reader, t, (*here, "networks", i)) for i, t in enumerate(body["networks"]))
                yield BlockPeer(tuple(Block(cidr) for cidr in cidrs if cidr is not None), here)
            elif "domainNames" in body:
                yield self._domains(body["domainNames"], here)
            else:
                yield self._pods(body, here)

    def _domains(self, names: list[str], path: Path) -> DomainPeer:
        self._reader.problems.warning(
            "policy-domain-names", "domainNames are out of what is modelled: this peer matches nobody here.",
            "Name the addresses with networks to see what they allow.", self._reader.manifest, path,
        )  # fmt: skip
        return DomainPeer(tuple(names), path)

    def _port(self, body: Mapping[str, Any], path: Path) -> Iterator[PortMatch]:
        """AdminNetworkPolicyPort"""
        if not self._one_of(body, PORTS, path, "invalid-port"):
            return
        if "namedPort" in body:
            check_port_name(self._reader, body["namedPort"], (*path, "namedPort"))
            yield PortMatch(None, name=body["namedPort"], path=path)
            return
        field = next(iter(body))
        inner, here = part(body, field), (*path, field)
        protocol = self._reader.protocol(inner, here)
        first, last = ("port", "port") if field == "portNumber" else ("start", "end")
        if not all(isinstance(inner.get(word), int) for word in (first, last)):
            self._error(f"{field_text(here)} lacks a number.", f"Write {first}: and {last}:.", here, "invalid-port")
            return
        low = self._reader.port(inner[first], (*here, first)) or 1
        yield PortMatch(protocol, low, read_end(self._reader, low, inner[last], (*here, last)), path=path)

    def _protocol(self, body: Mapping[str, Any], path: Path) -> Iterator[PortMatch]:
        """ClusterNetworkPolicyProtocol"""
        if not self._one_of(body, PROTOCOL_FIELDS, path, "invalid-port"):
            return
        field = next(iter(body))
        if field == "destinationNamedPort":
            check_port_name(self._reader, body[field], (*path, field))
            yield PortMatch(None, name=body[field], path=path)
            return
        protocol, here = PROTOCOLS[field.upper()], (*path, field, "destinationPort")
        port = part(body, field, "destinationPort")
        if not port:
            yield PortMatch(protocol, path=path)
        elif self._one_of(port, ("number", "range"), here, "invalid-port"):
            ends = part(port, "range") or {"start": port.get("number"), "end": port.get("number")}
            if not all(isinstance(ends.get(word), int) for word in ("start", "end")):
                self._error(f"{field_text(here)} lacks a number.", "Write start: and end:.", here, "invalid-port")
                return
            low = self._reader.port(ends["start"], here) or 1
            yield PortMatch(protocol, low, read_end(self._reader, low, ends["end"], here), path=path)
