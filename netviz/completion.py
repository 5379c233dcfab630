"""What the editor completes: kinds with their fields, as the loader reads them (simulator/manifests/schema.py)."""

from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from simulator.manifests import schema


class KindFields(msgspec.Struct, frozen=True):
    """A kind: the apiVersion to write, and which of the shapes its fields have."""

    kind: str
    api_version: str
    shape: int


class ManifestSchema(msgspec.Struct, frozen=True):
    """Kinds, and shapes by number: of each field what stands in it. A number is a shape, [number] a list of it.

    `words` are the closed lists of words by field: Kubernetes takes no other.
    """

    kinds: tuple[KindFields, ...]
    shapes: tuple[dict[str, str | int | tuple[int | str, ...]], ...]
    words: dict[str, tuple[str, ...]]


API_VERSIONS = {
    "Deployment": "apps/v1", "ReplicaSet": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1",
    "Job": "batch/v1", "CronJob": "batch/v1", "EndpointSlice": "discovery.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1", "Ingress": "networking.k8s.io/v1",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2", "ClusterProfile": "netviz.dev/v1",
}  # fmt: skip
"""All others are v1."""
WORDS = {
    "protocol": ("TCP", "UDP", "SCTP"),
    "type": ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
    "externalTrafficPolicy": ("Cluster", "Local"),
    "internalTrafficPolicy": ("Cluster", "Local"),
    "sessionAffinity": ("None", "ClientIP"),
    "ipFamilyPolicy": ("SingleStack", "PreferDualStack", "RequireDualStack"),
    "ipFamilies": ("IPv4", "IPv6"),
    "trafficDistribution": ("PreferClose", "PreferSameZone", "PreferSameNode"),
    "policyTypes": ("Ingress", "Egress"),
    "pathType": ("Prefix", "Exact", "ImplementationSpecific"),
    "operator": ("In", "NotIn", "Exists", "DoesNotExist"),
    "action": ("Accept", "Deny", "Pass"),
    "restartPolicy": ("Always", "OnFailure", "Never"),
    "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
    "effect": ("NoSchedule", "PreferNoSchedule", "NoExecute"),
    "hostNetwork": ("true", "false"),
    "publishNotReadyAddresses": ("true", "false"),
}
METADATA = schema.METADATA | {"name": schema.STR, "namespace": schema.STR}


class _Shapes:
    """Numbers for shapes; the same mapping is the same shape."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._known: dict[int, int] = {}

    def number(self, shape: dict[str, Any]) -> int:
        known = self._known.get(id(shape))
        if known is not None:
            return known
        self._known[id(shape)] = number = len(self.found)
        self.found.append({})
        self.found[number] = {field: self._inside(value) for field, value in shape.items()}
        return number

    def _inside(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.number(value)
        return (self._inside(value[0]),) if isinstance(value, list) else value


@cache
def body() -> bytes:
    """The schema as JSON, made once."""
    shapes = _Shapes()
    whole = {kind: {"metadata": METADATA} | shape for kind, shape in schema.BY_KIND.items()}
    kinds = tuple(KindFields(kind, API_VERSIONS.get(kind, "v1"), shapes.number(shape)) for kind, shape in whole.items())
    return msgspec.json.encode(ManifestSchema(kinds, tuple(shapes.found), WORDS))


@cache
def mark() -> str:
    """Whoever has what bears this mark has it all."""
    return sha256(body()).hexdigest()[:32]
