"""Where a pod may run: what its spec asks of a node, and what a node says to that.

pkg/scheduler/framework/plugins: nodename, nodeaffinity, tainttoleration, nodeunschedulable, nodeports, interpodaffinity
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from simulator.cluster.fields import part
from simulator.cluster.model import Node, Taint
from simulator.cluster.selectors import Requirement, Selector, equal, requirements_of, selector_of
from simulator.packet.headers import Protocol

KEEPS_OUT = ("NoSchedule", "NoExecute")
UNSCHEDULABLE = Taint("node.kubernetes.io/unschedulable", "", "NoSchedule")
NOT_READY = Taint("node.kubernetes.io/not-ready", "", "NoSchedule")
HostPort = tuple[Protocol, int, str]
"""Protocol, number, address ("" for all addresses)."""


class Toleration(msgspec.Struct, frozen=True):
    key: str
    operator: str
    value: str
    effect: str

    def tolerates(self, taint: Taint) -> bool:
        """staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go"""
        if self.effect and self.effect != taint.effect:
            return False
        if self.key and self.key != taint.key:
            return False
        if not self.key and self.operator != "Exists":
            return False
        return self.operator == "Exists" or self.value == taint.value


class NodeTerm(msgspec.Struct, frozen=True):
    """One nodeSelectorTerm: labels and fields of the node."""

    labels: Selector
    fields: Selector

    def matches(self, node: Node) -> bool:
        if not self.labels.requirements and not self.fields.requirements:
            return False
        return self.labels.matches(node.labels) and self.fields.matches({"metadata.name": node.name})

    def __str__(self) -> str:
        return ", ".join(str(r) for r in (*self.labels.requirements, *self.fields.requirements)) or "nothing"


class PodTerm(msgspec.Struct, frozen=True):
    """One podAffinityTerm. `namespaces` None: all; () with no `namespace_selector`: the pod's own."""

    selector: Selector
    topology_key: str
    namespaces: tuple[str, ...] | None = ()
    namespace_selector: Selector | None = None


class NodeNeeds(msgspec.Struct, frozen=True):
    """What a pod asks of the node itself, whoever else runs there."""

    selector: Selector = Selector()
    affinity: tuple[NodeTerm, ...] | None = None
    tolerations: tuple[Toleration, ...] = ()


class Placement(msgspec.Struct, frozen=True):
    """Everything that decides where a pod may run."""

    needs: NodeNeeds = NodeNeeds()
    host_ports: tuple[HostPort, ...] = ()
    near: tuple[PodTerm, ...] = ()
    apart: tuple[PodTerm, ...] = ()


ANYWHERE = Placement()

# The DaemonSet controller adds these to its pods. pkg/controller/daemon/util/daemonset_util.go
DAEMON_TOLERATIONS = (
    Toleration(NOT_READY.key, "Exists", "", ""),
    Toleration(UNSCHEDULABLE.key, "Exists", "", ""),
)


def for_daemon(placement: Placement) -> Placement:
    needs = placement.needs
    tolerations = (*needs.tolerations, *DAEMON_TOLERATIONS)
    return msgspec.structs.replace(placement, needs=msgspec.structs.replace(needs, tolerations=tolerations))


def placement_of(spec: Mapping[str, Any], host_ports: tuple[HostPort, ...]) -> Placement:
    affinity = part(spec, "affinity")
    if not (host_ports or affinity or "nodeSelector" in spec or "tolerations" in spec):
        return ANYWHERE
    tolerations = tuple(
        Toleration(t.get("key") or "", t.get("operator") or "Equal", t.get("value") or "", t.get("effect") or "")
        for t in spec.get("tolerations") or ()
    )
    needs = NodeNeeds(equal(spec.get("nodeSelector") or {}), _node_terms(affinity), tolerations)
    return Placement(
        needs, host_ports, tuple(_pod_terms(affinity, "podAffinity")), tuple(_pod_terms(affinity, "podAntiAffinity"))
    )


REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def _node_terms(affinity: Mapping[str, Any]) -> tuple[NodeTerm, ...] | None:
    required = _mapping(_mapping(affinity, "nodeAffinity"), REQUIRED)
    if not required:
        return None
    return tuple(
        NodeTerm(
            Selector(requirements_of(term.get("matchExpressions"))), Selector(requirements_of(term.get("matchFields")))
        )
        for term in _mappings(required.get("nodeSelectorTerms"))
    )


def _pod_terms(affinity: Mapping[str, Any], kind: str) -> Iterator[PodTerm]:
    for term in _mappings(_mapping(affinity, kind).get(REQUIRED)):
        selector = term.get("labelSelector")
        namespaces = term.get("namespaces")
        among = term.get("namespaceSelector")
        yield PodTerm(
            selector_of(selector) if isinstance(selector, dict) else _NOBODY,
            str(term.get("topologyKey") or ""),
            None if among == {} else tuple(str(n) for n in namespaces) if isinstance(namespaces, list) else (),
            selector_of(among) if isinstance(among, dict) and among else None,
        )


_NOBODY = Selector((Requirement("", "In"),))


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def taints_of(node: Node) -> tuple[Taint, ...]:
    """Those written, and those that the node controller keeps on a node that is cordoned or not ready."""
    added = ((node.unschedulable, UNSCHEDULABLE), (not node.ready, NOT_READY))
    return (*node.taints, *(taint for there, taint in added if there and taint not in node.taints))


def why_not(node: Node, needs: NodeNeeds) -> str | None:
    """What keeps a pod away from a node, in words; None where nothing does."""
    for requirement in needs.selector.requirements:
        if not requirement.met_by(node.labels):
            there = node.labels.get(requirement.key)
            has = f"{requirement.key}={there}" if there is not None else f"no label {requirement.key}"
            return f"it has {has}, the pod's nodeSelector wants {requirement}"
    if needs.affinity is not None and not any(term.matches(node) for term in needs.affinity):
        wanted = " or ".join(str(term) for term in needs.affinity) or "nothing that could match"
        return f"the pod's nodeAffinity wants {wanted}"
    for taint in taints_of(node):
        if taint.effect in KEEPS_OUT and not any(t.tolerates(taint) for t in needs.tolerations):
            value = f"={taint.value}" if taint.value else ""
            return f"it has the taint {taint.key}{value}:{taint.effect}, which the pod does not tolerate"
    return None


def same_port(one: HostPort, other: HostPort) -> bool:
    """Whether two pods on one node would be in each other's way."""
    return one[:2] == other[:2] and (not one[2] or not other[2] or one[2] == other[2])
