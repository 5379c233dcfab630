"""The `status` of Gateways, ListenerSets and routes, as their controller would write it: for `netviz objects`."""

from typing import Any

from simulator.cluster.http.gateway_model import GATEWAY_GROUP, Gateway, ListenerSet, Route
from simulator.cluster.http.status import Condition, Served, Status
from simulator.cluster.http.web import Web

Json = dict[str, Any]


def status_fields(web: Web) -> dict[str, Json]:
    """By the object's ref ("HTTPRoute default/shop"). A route without a parent that is there has none."""
    if web.empty:
        return {}
    owners: list[Gateway | ListenerSet] = [*web.gateways.values(), *web.listener_sets.values()]
    found = {owner.ref: _owner(web.status, owner) for owner in owners}
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
    valid = all(one.conflict is None for one in served)
    working = any(one.programmed for one in served)
    accepted = told or [Condition(owner, "Accepted", bool(served), "Accepted" if valid else "ListenersNotValid")]
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


def _controller(web: Web, kind: str, key: str) -> str:
    """The name of whoever writes the status: that of the Gateway's class, as far as it is known."""
    if kind == "ListenerSet":
        parent = web.listener_sets[key].parent
        key = f"{parent.namespace}/{parent.name}"
    gateway = web.gateways.get(key)
    known = web.gateway_classes.get(gateway.class_name) if gateway else None
    return known.controller if known else "netviz.dev/assumed"


def _condition(condition: Condition) -> Json:
    made: Json = {"type": condition.type, "status": str(condition.status), "reason": condition.reason}
    return made | ({"message": condition.message} if condition.message else {})
