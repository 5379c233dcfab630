"""The shapes of the fields that the cluster reads: what has another type is told, and left out.

Not the whole API: only what later stages look at, so that they can trust what they find.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.diagnostics import Level, Problem
from simulator.manifests.manifest import Manifest, Path, field_text

Shape = Any
"""A type's word, {field: shape}, or [shape] for a list of it."""

INT, STR, BOOL, INT_OR_STR, STRINGS, ANY = (
    "a whole number",
    "text",
    "true or false",
    "a number or text",
    "text by key",
    "any",
)

PORT: Shape = {
    "name": STR, "containerPort": INT, "hostPort": INT, "hostIP": STR, "protocol": STR,
}  # fmt: skip
PROBE: Shape = {
    "httpGet": {"port": INT_OR_STR, "path": STR}, "tcpSocket": {"port": INT_OR_STR}, "grpc": {"port": INT},
    "exec": ANY, "initialDelaySeconds": INT, "periodSeconds": INT, "timeoutSeconds": INT, "failureThreshold": INT,
    "successThreshold": INT, "terminationGracePeriodSeconds": INT,
}  # fmt: skip
CONTAINER: Shape = {
    "name": STR, "image": STR, "ports": [PORT], "livenessProbe": PROBE, "readinessProbe": PROBE, "startupProbe": PROBE,
    "restartPolicy": STR, "command": ANY, "args": ANY, "env": ANY, "envFrom": ANY, "resources": ANY, "volumeMounts": ANY,
    "imagePullPolicy": STR, "securityContext": ANY, "workingDir": ANY, "lifecycle": ANY, "tty": ANY, "stdin": ANY,
    "stdinOnce": ANY, "volumeDevices": ANY, "terminationMessagePath": ANY, "terminationMessagePolicy": ANY,
    "resizePolicy": ANY, "restartPolicyRules": ANY,
}  # fmt: skip
EXPRESSION: Shape = {"key": STR, "operator": STR, "values": [STR]}
SELECTOR: Shape = {"matchLabels": STRINGS, "matchExpressions": [EXPRESSION]}
POD: Shape = {
    "containers": [CONTAINER], "initContainers": [CONTAINER], "nodeName": STR, "nodeSelector": STRINGS,
    "hostNetwork": BOOL, "hostname": STR, "subdomain": STR, "dnsPolicy": STR, "restartPolicy": STR,
    "tolerations": [{"key": STR, "operator": STR, "value": STR, "effect": STR, "tolerationSeconds": INT}],
    "affinity": {"nodeAffinity": ANY, "podAffinity": ANY, "podAntiAffinity": ANY},
    "readinessGates": [{"conditionType": STR}],
} | dict.fromkeys((
    "activeDeadlineSeconds", "automountServiceAccountToken", "dnsConfig", "enableServiceLinks", "ephemeralContainers",
    "hostAliases", "hostIPC", "hostPID", "hostUsers", "hostnameOverride", "imagePullSecrets", "os", "overhead",
    "preemptionPolicy", "priority", "priorityClassName", "resourceClaims", "resources", "runtimeClassName",
    "schedulerName", "schedulingGates", "securityContext", "serviceAccount", "serviceAccountName", "setHostnameAsFQDN",
    "shareProcessNamespace", "terminationGracePeriodSeconds", "topologySpreadConstraints", "volumes", "workloadRef",
), ANY)  # fmt: skip
TEMPLATE: Shape = {"metadata": {"labels": STRINGS, "annotations": STRINGS, "namespace": STR, "name": STR}, "spec": POD}
WORKLOAD: Shape = {"replicas": INT, "selector": SELECTOR, "template": TEMPLATE} | dict.fromkeys((
    "minReadySeconds", "paused", "progressDeadlineSeconds", "revisionHistoryLimit", "rollbackTo", "strategy",
    "updateStrategy", "templateGeneration", "ordinals", "persistentVolumeClaimRetentionPolicy", "podManagementPolicy",
    "volumeClaimTemplates", "serviceName",
), ANY)  # fmt: skip
STATEFUL_SET: Shape = WORKLOAD | {"serviceName": STR}
IP_BLOCK: Shape = {"cidr": STR, "except": [STR]}
POLICY_PEER: Shape = {"podSelector": SELECTOR, "namespaceSelector": SELECTOR, "ipBlock": IP_BLOCK}
POLICY_PORT: Shape = {"protocol": STR, "port": INT_OR_STR, "endPort": INT}
INGRESS_RULE: Shape = {"from": [POLICY_PEER], "ports": [POLICY_PORT]}
EGRESS_RULE: Shape = {"to": [POLICY_PEER], "ports": [POLICY_PORT]}
NETWORK_POLICY: Shape = {
    "podSelector": SELECTOR, "policyTypes": [STR], "ingress": [INGRESS_RULE], "egress": [EGRESS_RULE],
}  # fmt: skip
CLUSTER_POLICY_PEER: Shape = {
    "namespaces": SELECTOR, "pods": {"namespaceSelector": SELECTOR, "podSelector": SELECTOR}, "nodes": SELECTOR,
    "networks": [STR], "domainNames": [STR],
}  # fmt: skip
DESTINATION_PORT: Shape = {"destinationPort": {"number": INT, "range": {"start": INT, "end": INT}}}
CLUSTER_POLICY_RULE: Shape = {
    "name": STR, "action": STR, "from": [CLUSTER_POLICY_PEER], "to": [CLUSTER_POLICY_PEER],
    "ports": [{"portNumber": {"protocol": STR, "port": INT}, "namedPort": STR,
               "portRange": {"protocol": STR, "start": INT, "end": INT}}],
    "protocols": [{"tcp": DESTINATION_PORT, "udp": DESTINATION_PORT, "sctp": DESTINATION_PORT,
                   "destinationNamedPort": STR}],
}  # fmt: skip
CLUSTER_POLICY: Shape = {
    "tier": STR, "priority": INT, "subject": {k: CLUSTER_POLICY_PEER[k] for k in ("namespaces", "pods")},
    "ingress": [CLUSTER_POLICY_RULE], "egress": [CLUSTER_POLICY_RULE],
}  # fmt: skip
BACKEND: Shape = {
    "service": {"name": STR, "port": {"name": STR, "number": INT}}, "resource": ANY,
    "serviceName": STR, "servicePort": INT_OR_STR,
}  # fmt: skip
INGRESS: Shape = {
    "ingressClassName": STR, "defaultBackend": BACKEND, "backend": BACKEND, "tls": [{"hosts": [STR], "secretName": STR}],
    "rules": [{"host": STR, "http": {"paths": [{"path": STR, "pathType": STR, "backend": BACKEND}]}}],
}  # fmt: skip
SERVICE_PORT: Shape = {
    "name": STR, "port": INT, "targetPort": INT_OR_STR, "nodePort": INT, "protocol": STR, "appProtocol": STR,
}  # fmt: skip
SERVICE: Shape = {
    "type": STR, "selector": STRINGS, "ports": [SERVICE_PORT], "clusterIP": STR, "clusterIPs": [STR], "externalIPs": [STR],
    "externalName": STR, "sessionAffinity": STR, "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": INT}},
    "externalTrafficPolicy": STR, "internalTrafficPolicy": STR, "healthCheckNodePort": INT,
    "publishNotReadyAddresses": BOOL, "ipFamilies": [STR], "ipFamilyPolicy": STR, "loadBalancerIP": STR,
    "loadBalancerSourceRanges": [STR], "trafficDistribution": STR, "allocateLoadBalancerNodePorts": BOOL,
    "loadBalancerClass": STR,
}  # fmt: skip
ENDPOINT: Shape = {
    "addresses": [STR], "conditions": {"ready": BOOL, "serving": BOOL, "terminating": BOOL}, "nodeName": STR,
    "zone": STR, "hostname": STR, "hints": {"forZones": [{"name": STR}], "forNodes": [{"name": STR}]},
    "targetRef": {"kind": STR, "name": STR, "namespace": STR},
}  # fmt: skip
SUBSET_ADDRESS: Shape = {
    "ip": STR,
    "hostname": STR,
    "nodeName": STR,
    "targetRef": {"kind": STR, "name": STR, "namespace": STR},
}
SUBSET: Shape = {
    "addresses": [SUBSET_ADDRESS], "notReadyAddresses": [SUBSET_ADDRESS],
    "ports": [{"name": STR, "port": INT, "protocol": STR, "appProtocol": STR}],
}  # fmt: skip
POD_STATUS: Shape = {
    "phase": STR, "podIP": STR, "podIPs": [{"ip": STR}], "hostIP": STR, "conditions": [{"type": STR, "status": STR}],
}  # fmt: skip

METADATA: Shape = {
    "labels": STRINGS, "annotations": STRINGS,
    "ownerReferences": [{"kind": STR, "name": STR, "apiVersion": STR, "controller": BOOL}],
}  # fmt: skip
BY_KIND: dict[str, Shape] = {
    "Pod": {"spec": POD, "status": POD_STATUS},
    "Deployment": {"spec": WORKLOAD},
    "ReplicaSet": {"spec": WORKLOAD},
    "ReplicationController": {"spec": {"replicas": INT, "selector": STRINGS, "template": TEMPLATE}},
    "StatefulSet": {"spec": STATEFUL_SET},
    "DaemonSet": {"spec": WORKLOAD},
    "Job": {"spec": {"parallelism": INT, "completions": INT, "template": TEMPLATE}},
    "CronJob": {"spec": {"jobTemplate": {"spec": {"parallelism": INT, "template": TEMPLATE}}}},
    "Service": {"spec": SERVICE, "status": {"loadBalancer": {"ingress": [{"ip": STR, "hostname": STR, "ipMode": STR}]}}},
    "EndpointSlice": {
        "addressType": STR, "endpoints": [ENDPOINT],
        "ports": [{"name": STR, "port": INT, "protocol": STR, "appProtocol": STR}],
    },
    "Endpoints": {"subsets": [SUBSET]},
    "Node": {
        "spec": {"podCIDR": STR, "podCIDRs": [STR], "unschedulable": BOOL,
                 "taints": [{"key": STR, "value": STR, "effect": STR}]},
        "status": {"addresses": [{"type": STR, "address": STR}], "conditions": [{"type": STR, "status": STR}]},
    },
    "Namespace": {},
    "NetworkPolicy": {"spec": NETWORK_POLICY},
    "AdminNetworkPolicy": {"spec": CLUSTER_POLICY},
    "BaselineAdminNetworkPolicy": {"spec": CLUSTER_POLICY},
    "ClusterNetworkPolicy": {"spec": CLUSTER_POLICY},
    "Ingress": {"spec": INGRESS},
    "ConfigMap": {"data": STRINGS, "binaryData": STRINGS},
    "Secret": {"type": STR, "data": STRINGS, "stringData": STRINGS},
    "ClusterProfile": {"spec": ANY},
}  # fmt: skip

_STRICT = {
    id(shape): name
    for shape, name in (
        (CONTAINER, "a container"),
        (SERVICE, "a Service"),
        (SERVICE_PORT, "a Service port"),
        (PORT, "a container port"),
        (POD, "a Pod's spec"),
        (WORKLOAD, "a workload's spec"),
        (STATEFUL_SET, "a StatefulSet's spec"),
        (SELECTOR, "a selector"),
        (EXPRESSION, "an item of matchExpressions"),
        (NETWORK_POLICY, "a NetworkPolicy"),
        (INGRESS_RULE, "a rule for ingress"),
        (EGRESS_RULE, "a rule for egress"),
        (POLICY_PEER, "a peer of a policy"),
        (POLICY_PORT, "a port of a policy"),
        (IP_BLOCK, "an ipBlock"),
        (CLUSTER_POLICY, "a policy of the cluster"),
        (CLUSTER_POLICY_RULE, "a rule of the cluster"),
        (INGRESS, "an Ingress"),
    )
}
_ALL_OR_NOTHING = frozenset(
    ("NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
)
"""Kinds that mean more when a part of them is missing: a rule without `from` admits everybody."""
_API_VERSIONS = (
    "", "apps", "batch", "discovery.k8s.io", "networking.k8s.io", "policy.networking.k8s.io", "extensions", "netviz.dev",
)  # fmt: skip


def mend(manifest: Manifest, problems: list[Problem]) -> bool:
    """Take out what has the wrong type, and say so. False where the whole object is of no use."""
    group = manifest.api_version.rpartition("/")[0]
    shape = BY_KIND.get(manifest.kind)
    if not isinstance(manifest.body, dict):
        return False
    _mapping(manifest, manifest.body["metadata"], METADATA, ("metadata",), problems)
    before = len(problems)
    if shape is not None and group in _API_VERSIONS:
        _mapping(manifest, manifest.body, shape, (), problems)
    if manifest.kind in _ALL_OR_NOTHING and any(p.id == "wrong-type" for p in problems[before:]):
        _left_out(manifest, problems)
        return False
    return True


def _left_out(manifest: Manifest, problems: list[Problem]) -> None:
    problems.append(
        Problem(
            Level.ERROR,
            "object-left-out",
            f"This {manifest.kind} is left out: what remains of it would say something else than what was meant.",
            "Mend the fields named before; Kubernetes would refuse the object as well.",
            manifest.file,
            manifest.line,
            None,
            manifest.ref,
        )
    )


def _mapping(
    manifest: Manifest, value: dict[str, Any], shape: Mapping[str, Shape], path: Path, problems: list[Problem]
) -> None:
    for key in list(value):
        wanted = shape.get(key)
        if wanted is None:
            if id(shape) in _STRICT:
                _unknown(manifest, key, shape, (*path, key), problems)
        elif value[key] is None or not _fits(manifest, value[key], wanted, (*path, key), problems):
            del value[key]


def _fits(manifest: Manifest, value: Any, shape: Shape, path: Path, problems: list[Problem]) -> bool:
    """Whether a value has a shape; what is inside it is mended on the way."""
    if isinstance(shape, dict):
        if isinstance(value, dict):
            _mapping(manifest, value, shape, path, problems)
            return True
        return _wrong(manifest, path, "a mapping", value, problems)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return _wrong(manifest, path, "a list", value, problems)
        bad = {i for i, v in enumerate(value) if not _fits(manifest, v, shape[0], (*path, i), problems)}
        if bad:
            manifest.forget(value, bad)
        return True
    if shape == STRINGS:
        return _strings(manifest, value, path, problems)
    return _SCALARS[shape](value) or _wrong(manifest, path, shape, value, problems)


_SCALARS: dict[str, Callable[[Any], bool]] = {
    ANY: lambda v: True,
    STR: lambda v: isinstance(v, str),
    BOOL: lambda v: isinstance(v, bool),
    INT: lambda v: isinstance(v, int) and not isinstance(v, bool),
    INT_OR_STR: lambda v: isinstance(v, int | str) and not isinstance(v, bool),
}


def _strings(manifest: Manifest, value: Any, path: Path, problems: list[Problem]) -> bool:
    if not isinstance(value, dict):
        return _wrong(manifest, path, "a mapping", value, problems)
    for key in list(value):
        if value[key] is None:
            value[key] = ""  # as encoding/json leaves a string that is null
        elif not isinstance(value[key], str):
            _wrong(manifest, (*path, key), STR, value[key], problems)
            del value[key]
    return True


def _wrong(manifest: Manifest, path: Path, wanted: str, value: Any, problems: list[Problem]) -> bool:
    mark = manifest.mark(path)
    bare = {None: "nothing", True: "true", False: "false"}
    shown = f'"{value}"' if isinstance(value, str) else next((bare[word] for word in bare if word is value), value)
    found = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else f"{shown}"
    hint = (
        f'Put it in quotes: "{shown}".'
        if wanted == STR and value is not None and not isinstance(value, dict | list)
        else f"Write {wanted} here."
    )
    if wanted == INT and isinstance(value, str) and value.isdigit():
        hint = f"Leave the quotes out: {value}."
    problems.append(
        Problem(
            Level.ERROR,
            "wrong-type",
            f"{field_text(path)} is {found}, but it has to be {wanted}; it is left out.",
            hint,
            manifest.file,
            mark.line,
            mark.column,
            manifest.ref,
        )
    )
    return False


def _unknown(manifest: Manifest, key: str, shape: Mapping[str, Shape], path: Path, problems: list[Problem]) -> None:
    from difflib import get_close_matches

    mark = manifest.mark(path)
    close = next((k for k in shape if k.lower() == key.lower()), None) or next(
        iter(get_close_matches(key, shape, 1)), None
    )
    hint = f'Did you mean "{close}"?' if close else "Check its spelling and its indentation."
    problems.append(
        Problem(
            Level.WARNING,
            "unknown-field",
            f'{_STRICT[id(shape)][:1].upper()}{_STRICT[id(shape)][1:]} has no field "{key}"; Kubernetes ignores it.',
            hint,
            manifest.file,
            mark.line,
            mark.column,
            manifest.ref,
        )
    )
