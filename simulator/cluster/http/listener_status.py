"""What is wrong with listeners: kinds and certificates that lead nowhere, and listeners that can't be told apart.

sigs.k8s.io/gateway-api/apis/v1/gateway_types.go (ListenerConditionType and its reasons)
"""

from collections.abc import Iterator

from simulator.cluster.http import references
from simulator.cluster.http.gateway_model import (
    CORE,
    GATEWAY_GROUP,
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    Gateway,
    Listener,
    ListenerSet,
    ObjectRefTo,
)
from simulator.cluster.http.references import Wrong
from simulator.cluster.http.status_model import KINDS_OF_PROTOCOL, Condition, Served
from simulator.cluster.http.web import Web


def resolve(web: Web, served: Served) -> None:
    """Kinds and certificates of a listener."""
    listener = served.listener
    possible = KINDS_OF_PROTOCOL.get(listener.protocol, ())
    if listener.allowed.kinds is None:
        served.kinds = possible
    else:
        served.kinds = tuple(k for g, k in listener.allowed.kinds if g == GATEWAY_GROUP and k in possible)
        if len(served.kinds) < len(listener.allowed.kinds):
            wrong = [k for g, k in listener.allowed.kinds if g != GATEWAY_GROUP or k not in possible]
            served.unresolved = Wrong(
                "InvalidRouteKinds", f"a {listener.protocol} listener can't serve {', '.join(wrong)}",
                f"It can serve {', '.join(possible) or 'nothing'}.",
            )  # fmt: skip
    if listener.mode == "Terminate":
        _certificates(web, served)


def _certificates(web: Web, served: Served) -> None:
    found, wrong = [], None
    for ref in served.listener.certificates:
        said = _certificate(web, served.owner, ref)
        if said is None:
            found.append(f"{ref.namespace}/{ref.name}")
        wrong = wrong or said
    if not served.listener.certificates:
        wrong = Wrong("InvalidCertificateRef", "it has to open TLS, but names no certificate",
                      "Write tls.certificateRefs with a Secret of type kubernetes.io/tls.")  # fmt: skip
    served.certificates = tuple(found)
    if wrong is not None and not found:
        served.unresolved = wrong
    elif wrong is not None:
        served.unresolved = served.unresolved or Wrong("PartiallyInvalid", wrong.message, wrong.hint)


def _certificate(web: Web, owner: Gateway | ListenerSet, ref: ObjectRefTo) -> Wrong | None:
    kind = type(owner).__name__
    if (ref.group, ref.kind) != (CORE, "Secret"):
        return Wrong("InvalidCertificateRef", f"{ref.kind} {ref.name} is no Secret", "Refer to a Secret.")
    if not references.permitted(web.grants, GATEWAY_GROUP, kind, owner.namespace or "", ref):
        return Wrong(
            "RefNotPermitted",
            f"no ReferenceGrant in {ref.namespace} lets a {kind} of {owner.namespace} use the Secret {ref.name}",
            f"Add a ReferenceGrant in {ref.namespace}: from {kind} in {owner.namespace}, to Secret {ref.name}.",
        )
    there = web.present.get(("Secret", f"{ref.namespace}/{ref.name}"))
    if there is None:
        return Wrong("InvalidCertificateRef", f"there is no Secret {ref.namespace}/{ref.name}",
                     "Add the Secret, or correct the name: kubectl create secret tls")  # fmt: skip
    if not {"tls.crt", "tls.key"} <= there.keys:
        return Wrong("InvalidCertificateRef", f"the Secret {ref.namespace}/{ref.name} lacks tls.crt or tls.key",
                     "A TLS Secret has both: kubectl create secret tls")  # fmt: skip
    return None


def find_conflicts(many: list[Served]) -> None:
    """Listeners of one port that can't be told apart: within an object all lose, of two objects the later one's."""
    for index, one in enumerate(many):
        for other in many[:index]:
            reason = _clash(other.listener, one.listener)
            lost = other.conflict is not None and isinstance(other.owner, ListenerSet) and other.owner is not one.owner
            if reason is None or lost:
                continue
            one.conflict = one.conflict or reason
            if other.owner is one.owner:
                other.conflict = other.conflict or reason


def _clash(one: Listener, other: Listener) -> str | None:
    if one.port != other.port or (one.protocol == UDP) != (other.protocol == UDP):
        return None
    families = {HTTP: 1, HTTPS: 2, TLS: 2, TCP: 3, UDP: 4}
    if families.get(one.protocol) != families.get(other.protocol):
        return "ProtocolConflict"
    return "HostnameConflict" if one.hostname == other.hostname else None


def conditions(served: Served) -> Iterator[Condition]:
    name, at = served.listener.name, served.listener.path
    wrong = served.unresolved

    def condition(type_: str, status: bool, reason: str, message: str = "", hint: str = "") -> Condition:
        return Condition(served.owner, type_, status, reason, message, hint, section=name, at=at)

    if served.conflict is not None:
        text = f"the listener {name} can't be told from another one on port {served.listener.port}"
        hint = "Give it a port or a hostname of its own."
        yield condition("Conflicted", True, served.conflict, text, hint)
        yield condition("Accepted", False, served.conflict, text, hint)
    else:
        yield condition("Conflicted", False, "NoConflicts")
        if served.spoken:
            yield condition("Accepted", True, "Accepted")
        else:
            yield condition("Accepted", False, "UnsupportedProtocol",
                            f"the protocol {served.listener.protocol} of the listener {name} is an extension's",
                            f"Write one of {', '.join(KINDS_OF_PROTOCOL)}; others depend on the gateway.")  # fmt: skip
    if wrong is None or wrong.reason == "PartiallyInvalid":
        yield condition("ResolvedRefs", True, "ResolvedRefs")
    else:
        yield condition("ResolvedRefs", False, wrong.reason, wrong.message, wrong.hint)
    yield condition("Programmed", served.programmed, "Programmed" if served.programmed else "Invalid")
