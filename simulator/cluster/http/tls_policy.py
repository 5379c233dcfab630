"""BackendTLSPolicy: which Service ports a gateway speaks TLS to, and whether it can trust what it finds there.

sigs.k8s.io/gateway-api/apis/v1/backendtlspolicy_types.go
"""

from collections.abc import Iterator

from simulator.cluster.http.gateway_model import CORE, BackendTLSPolicy
from simulator.cluster.http.references import Wrong
from simulator.cluster.http.web import Web
from simulator.cluster.model import Service, ServicePort

CA_KEY = "ca.crt"


def policy_for(web: Web, service: Service, port: ServicePort) -> BackendTLSPolicy | None:
    """The policy of a port: one for the port before one for the whole Service; then the oldest, then by name."""
    for section in (port.name or None, None):
        for policy in _sorted(web, service):
            if (CORE, "Service", service.name, section) in policy.targets:
                return policy
    return None


def conflicts(web: Web) -> Iterator[tuple[BackendTLSPolicy, BackendTLSPolicy, int]]:
    """A policy that loses a target, the one that has it, and the target's place."""
    owner: dict[tuple[str | None, tuple[str, str, str, str | None]], BackendTLSPolicy] = {}
    for policy in sorted(web.tls_policies, key=lambda p: (p.created, p.name)):
        for at, target in enumerate(policy.targets):
            first = owner.setdefault((policy.namespace, target), policy)
            if first is not policy:
                yield policy, first, at


def _sorted(web: Web, service: Service) -> list[BackendTLSPolicy]:
    mine = [one for one in web.tls_policies if one.namespace == service.namespace]
    return sorted(mine, key=lambda one: (one.created, one.name))


def invalid(web: Web, policy: BackendTLSPolicy) -> Wrong | None:
    """What keeps a gateway from checking the backend's certificate."""
    for ref in policy.ca:
        if (ref.group, ref.kind) != (CORE, "ConfigMap"):
            return Wrong("InvalidKind", f"{ref.kind} {ref.name} is no ConfigMap", "Refer to a ConfigMap with ca.crt.")
        there = web.present.get(("ConfigMap", f"{policy.namespace}/{ref.name}"))
        if there is None:
            return Wrong("InvalidCACertificateRef", f"there is no ConfigMap {policy.namespace}/{ref.name}",
                         "Add it, with the certificate under ca.crt.")  # fmt: skip
        if CA_KEY not in there.keys:
            return Wrong("InvalidCACertificateRef", f"the ConfigMap {policy.namespace}/{ref.name} has no {CA_KEY}",
                         f"Put the certificate of the authority under {CA_KEY}.")  # fmt: skip
    if not policy.ca and not policy.system_ca:
        return Wrong("Invalid", "it names no certificate to check the backend by",
                     "Write caCertificateRefs, or wellKnownCACertificates: System.")  # fmt: skip
    return None
