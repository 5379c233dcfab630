"""Reading networking.k8s.io/v1 NetworkPolicies.

Defaults: pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy(); what is refused:
pkg/apis/networking/validation/validation.go ValidateNetworkPolicySpec().
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import EMPTY, Reader, part
from simulator.cluster.model import Source
from simulator.cluster.policies.blocks import read_block
from simulator.cluster.policies.labels import read_selector
from simulator.cluster.policies.model import (
    Action,
    BlockPeer,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)  # fmt: skip
from simulator.manifests.manifest import Path, field_text

TYPES = ("Ingress", "Egress")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9]|-(?!-))*(?<!-)")
PEER_FIELDS = ("podSelector", "namespaceSelector", "ipBlock")


def read_network_policy(reader: Reader) -> Policy:
    """One NetworkPolicy. What is wrong with it is told."""
    manifest = reader.manifest
    spec, metadata = part(manifest.body, "spec"), part(manifest.body, "metadata")
    namespace = manifest.namespace or "default"
    ingress = tuple(_rules(reader, spec, "ingress", "from", namespace))
    egress = tuple(_rules(reader, spec, "egress", "to", namespace))
    types = _types(reader, spec)
    selector = read_selector(reader, spec.get("podSelector") or EMPTY, ("spec", "podSelector"))
    for kind, field in (("Ingress", "ingress"), ("Egress", "egress")):
        if kind not in types and spec.get(field):
            reader.problems.warning(
                "policy-rules-ignored", f"policyTypes does not name {kind}, so these rules have no effect.",
                f"Add {kind} to policyTypes, or remove {field}.", manifest, ("spec", field),
            )  # fmt: skip
    return Policy(
        name=manifest.name, namespace=namespace, labels=metadata.get("labels") or {}, source=Source(manifest),
        kind=manifest.kind, tier=Tier.NETWORK_POLICY,
        subject=PodPeer(pods=selector, namespace=namespace, path=("spec", "podSelector")),
        ingress=ingress if "Ingress" in types else None, egress=egress if "Egress" in types else None,
    )  # fmt: skip


def _types(reader: Reader, spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Ingress always, Egress where it has rules, unless it is written."""
    written = spec.get("policyTypes") or ()
    if len(written) > len(TYPES):
        reader.problems.error("invalid-policy", "policyTypes names more than there are.",
                              "Write Ingress, Egress or both.",
                              reader.manifest, ("spec", "policyTypes"))  # fmt: skip
    for index, word in enumerate(written):
        if word not in TYPES:
            reader.problems.error("invalid-policy", f'policyTypes can\'t name "{word}".',
                                  "Write Ingress, Egress or both.", reader.manifest,
                                  ("spec", "policyTypes", index))  # fmt: skip
    if written:
        return tuple(written)
    return TYPES if spec.get("egress") else TYPES[:1]


def _rules(reader: Reader, spec: Mapping[str, Any], field: str, side: str, namespace: str) -> Iterator[Rule]:
    for index, body in enumerate(spec.get(field) or ()):
        path = ("spec", field, index)
        peers = tuple(_peers(reader, body.get(side) or (), (*path, side), namespace)) or None
        ports = tuple(_ports(reader, body.get("ports") or (), (*path, "ports"))) or None
        yield Rule(Action.ALLOW, peers, ports, index, path)


def _peers(reader: Reader, bodies: Any, path: Path, namespace: str) -> Iterator[Peer]:
    for index, body in enumerate(bodies):
        here = (*path, index)
        if not any(field in body for field in PEER_FIELDS):
            reader.problems.error(
                "invalid-peer", f"{field_text(here)} selects nobody: it has none of {', '.join(PEER_FIELDS)}.",
                "Add one; podSelector: {} means every pod of this namespace.", reader.manifest, here,
            )  # fmt: skip
        elif "ipBlock" in body and len(body) > 1:
            reader.problems.error("invalid-peer", f"{field_text(here)} has ipBlock and a selector.",
                                  "Make two list items of them: the one or the other.", reader.manifest,
                                  here)  # fmt: skip
        if "ipBlock" in body:
            block = read_block(reader, body["ipBlock"], (*here, "ipBlock"))
            yield BlockPeer((block,) if block is not None else (), here)
        else:
            yield _pod_peer(reader, body, here, namespace)


def _pod_peer(reader: Reader, body: Mapping[str, Any], path: Path, namespace: str) -> PodPeer:
    """podSelector alone stays in the policy's namespace; with namespaceSelector both have to match."""
    pods = read_selector(reader, body.get("podSelector") or EMPTY, (*path, "podSelector"))
    if "namespaceSelector" not in body:
        return PodPeer(pods=pods, namespace=namespace, path=path)
    namespaces = read_selector(reader, body["namespaceSelector"], (*path, "namespaceSelector"))
    return PodPeer(pods=pods, namespaces=namespaces, path=path)


def _ports(reader: Reader, bodies: Any, path: Path) -> Iterator[PortMatch]:
    for index, body in enumerate(bodies):
        here = (*path, index)
        protocol = reader.protocol(body, here)
        port, end = body.get("port"), body.get("endPort")
        if end is not None and not isinstance(port, int):
            reader.problems.error(
                "invalid-port", "endPort needs a port with a number: the range starts there.",
                "Write port: with a number, or leave endPort out.", reader.manifest, (*here, "endPort"),
            )  # fmt: skip
        if port is None:
            yield PortMatch(protocol, path=here)
        elif isinstance(port, str):
            check_port_name(reader, port, (*here, "port"))
            yield PortMatch(protocol, name=port, path=here)
        else:
            low = reader.port(port, (*here, "port")) or 1
            yield PortMatch(protocol, low, read_end(reader, low, end, (*here, "endPort")), path=here)


def read_end(reader: Reader, low: int, end: int | None, path: Path) -> int:
    """The last port of a range; the first where none is written."""
    if end is None:
        return low
    high = reader.port(end, path)
    if high is not None and high < low:
        reader.problems.error("invalid-port", f"The range ends at {high}, before it starts at {low}.",
                              "Write the smaller number first.", reader.manifest, path)  # fmt: skip
    return max(low, high or low)


def check_port_name(reader: Reader, name: str, path: Path) -> None:
    """apimachinery/pkg/util/validation: IsValidPortName()"""
    if len(name) > 15 or not _PORT_NAME.fullmatch(name):
        reader.problems.error(
            "invalid-port", f'"{name}" can\'t be the name of a port.',
            "At most 15 lower-case letters, digits and -, with at least one letter; a number stands without quotes.",
            reader.manifest, path,
        )  # fmt: skip
