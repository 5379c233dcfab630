"""The `status` of everything of Gateway API, as its controller would write it: for `netviz objects`."""

from typing import Any

from simulator.cluster.http.gateway_model import CORE, GATEWAY_GROUP, BackendTLSPolicy, Gateway, ListenerSet, Route
from simulator.cluster.http.status_model import Condition, Served, Status
from simulator.cluster.http.tls_policy import conflicts, invalid
from simulator.cluster.http.web import Web

Json = dict[str, Any]
SERVICE = (CORE, "Service")


def status_fields(web: Web) -> dict[str, Json]:
    """By the object's ref ("HTTPRoute default/shop"). A route without a parent that is there has none."""
    if web.empty:
        return {}
    owners: list[Gateway | ListenerSet] = [*web.gateways.values(), *web.listener_sets.values()]
    found = {owner.ref: _owner(web.status, owner) for owner in owners}
    found |= {one.ref: {"conditions": [_plain("Accepted", True, "Accepted")]} for one in web.gateway_classes.values()}
    for policy in web.tls_policies:
        ancestors = _ancestors(web, policy)
        if ancestors:
            found[policy.ref] = {"ancestors": ancestors}
    for route in web.routes:
        parents = _parents(web, route)
        if parents:
            found[route.ref] = {"parents": parents}
    return found


def _owner(status: Status, owner: Gateway | ListenerSet) -> Json:
    served = status.of(owner)
    listeners = [_listener(status, one) for one in served]
    told = [c for c in status.conditions if c.object is owner and c.section is None]
    refused = any(not c.status for c in told)
    valid = all(one.conflict is None and one.spoken for one in served)
    working = any(one.programmed for one in served)
    reason = "Accepted" if served and valid else "ListenersNotValid"
    accepted = told or [Condition(owner, "Accepted", bool(served), reason)]
    programmed = Condition(owner, "Programmed", working and not refused, "Programmed" if working else "Invalid")
    return {"conditions": [_condition(c) for c in (*accepted, programmed)], "listeners": listeners}


def _listener(status: Status, one: Served) -> Json:
    name = one.listener.name
    mine = [c for c in status.conditions if c.object is one.owner and c.section == name]
    return {
        "name": name,
        "attachedRoutes": len(one.attached),
        "supportedKinds": [{"group": GATEWAY_GROUP, "kind": kind} for kind in one.kinds],
        "conditions": [_condition(c) for c in mine],
    }


def _parents(web: Web, route: Route) -> list[Json]:
    """One entry for each parent that is there, in the order of parentRefs."""
    told = [c for c in web.status.conditions if c.object is route]
    found = []
    for number, parent in enumerate(route.parents):
        mine = [_condition(c) for c in told if c.number == number]
        if mine:
            to = parent.to
            ref: Json = {"group": to.group, "kind": to.kind, "namespace": to.namespace, "name": to.name}
            ref |= {"sectionName": parent.section} if parent.section else {}
            ref |= {"port": parent.port} if parent.port else {}
            found.append({"parentRef": ref, "controllerName": _controller(web, to.kind, f"{to.namespace}/{to.name}"),
                          "conditions": mine})  # fmt: skip
    return found


def _ancestors(web: Web, policy: BackendTLSPolicy) -> list[Json]:
    """One entry for each Gateway whose routes lead to a target. apis/v1/policy_types.go (PolicyStatus)"""
    targets = {f"{policy.namespace}/{name}" for group, kind, name, _ in policy.targets if (group, kind) == SERVICE}
    told = _policy_conditions(web, policy)
    found = []
    for key, served in web.status.served.items():
        if any(targets & _services(attached.route) for one in served for attached in one.attached):
            gateway = web.gateways[key]
            ref: Json = {
                "group": GATEWAY_GROUP,
                "kind": "Gateway",
                "namespace": gateway.namespace,
                "name": gateway.name,
            }
            found.append({"ancestorRef": ref, "controllerName": _controller(web, "Gateway", key), "conditions": told})
    return found


def _services(route: Route) -> set[str]:
    every = (backend.to for rule in route.rules for backend in rule.backends)
    return {f"{to.namespace}/{to.name}" for to in every if (to.group, to.kind) == SERVICE}


def _policy_conditions(web: Web, policy: BackendTLSPolicy) -> list[Json]:
    wrong = invalid(web, policy)
    lost = [at for loser, _, at in conflicts(web) if loser is policy]
    if wrong is not None:
        resolved = _plain("ResolvedRefs", False, wrong.reason, wrong.message)
        return [_plain("Accepted", False, "NoValidCACertificate", wrong.message), resolved]
    resolved = _plain("ResolvedRefs", True, "ResolvedRefs")
    if policy.targets and len(lost) == len(policy.targets):
        return [_plain("Accepted", False, "Conflicted", "an older policy has its targets"), resolved]
    return [_plain("Accepted", True, "Accepted"), resolved]


def _controller(web: Web, kind: str, key: str) -> str:
    """The name of whoever writes the status: that of the Gateway's class, as far as it is known."""
    if kind == "ListenerSet":
        parent = web.listener_sets[key].parent
        key = f"{parent.namespace}/{parent.name}"
    gateway = web.gateways.get(key)
    known = web.gateway_classes.get(gateway.class_name) if gateway else None
    return known.controller if known else "netviz.dev/assumed"


def _condition(condition: Condition) -> Json:
    return _plain(condition.type, condition.status, condition.reason, condition.message)


def _plain(type_: str, status: bool, reason: str, message: str = "") -> Json:
    return {"type": type_, "status": str(status), "reason": reason} | ({"message": message} if message else {})
