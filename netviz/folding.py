"""The part of a large graph that the page draws, with counts of all that is folded away.

A small cluster is sent whole. Of a large one the page gets every machine, the pods of those that are drawn in full as
far as their plates have room, and whatever it asks for by id or address: what a trace touches, what somebody unfolds
or has found. A filter narrows both.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import msgspec

from netviz.find.entries import has_label
from netviz.find.question import Filter
from netviz.graph import Device, Folded, Graph, Host, Pod, Service
from simulator.cluster.fields import natural

WHOLE = 400
"""So many pods are sent without a question."""
ON_PLATE = 12
"""A plate shows so many pods of its machine at first, at most."""
IN_FULL = 4
"""So many machines are drawn in full at first, at most."""
ON_SHELF = 18
PODS_OF = "island:pods@"
SHELF = "island:services"
MOST_WANTED = 2_000


class View(msgspec.Struct, frozen=True):
    """`wanted` are ids and addresses that no filter hides; `unfolded` what somebody opened."""

    wanted: tuple[str, ...] = ()
    unfolded: tuple[str, ...] = ()
    only: Filter = Filter()

    @property
    def mark(self) -> str:
        """Another one for every other view."""
        return sha256(msgspec.json.encode(self)).hexdigest()[:16]


def view_of(values: Callable[[str], list[str]]) -> View:
    """A view from the values of an address: wanted=, unfolded=, namespace=, node=, kind=, label=, each repeatable."""
    return View(tuple(values("wanted")), tuple(values("unfolded")), filter_of(values))


def filter_of(values: Callable[[str], list[str]]) -> Filter:
    return Filter(*(tuple(value.lower() for value in values(name)) for name in ("namespace", "node", "kind", "label")))


def folded(graph: Graph, view: View) -> Graph:
    """The graph as far as it is drawn."""
    wanted = set(view.wanted[:MOST_WANTED])
    passing = [pod for pod in graph.pods if _passes(pod, view.only)]
    there = {pod.id for pod in passing}
    services = [one for one in graph.services if _service_passes(one, view.only, there)]
    if len(graph.pods) <= WHOLE and view.only == Filter():
        return graph
    open_hosts = _open_hosts(graph, {pod.node for pod in passing}, wanted, view)
    pods = _pods(graph, passing, open_hosts, wanted, view)
    return msgspec.structs.replace(
        graph,
        hosts=tuple(_without_veths(host) for host in graph.hosts),
        pods=tuple(pods),
        services=tuple(_services(graph.services, services, wanted, view)),
        folded=_counts(graph, passing, services),
    )


def _passes(pod: Pod, only: Filter) -> bool:
    node = (pod.node or "").removeprefix("node:").lower()
    return (
        (not only.namespaces or pod.namespace.lower() in only.namespaces)
        and (not only.nodes or node in only.nodes)
        and (not only.kinds or "pod" in only.kinds or _kind_of_owner(pod) in only.kinds)
        and all(has_label(pod.labels, label) for label in only.labels)
    )


def _kind_of_owner(pod: Pod) -> str:
    return (pod.owner or "").partition(" ")[0].lower()


def _service_passes(service: Service, only: Filter, pods: set[str]) -> bool:
    """A Service has no node and no labels that count here: it passes with a pod behind it that does."""
    by_pods = only.nodes or only.labels or (only.kinds and "service" not in only.kinds)
    behind = not by_pods or any(pod in pods for pod in service.endpoints)
    return behind and (not only.namespaces or service.namespace.lower() in only.namespaces)


def _open_hosts(graph: Graph, peopled: set[str | None], wanted: set[str], view: View) -> set[str]:
    """The machines whose pods are needed: unfolded ones, those of wanted pods, and the first that have any."""
    workers = [host.id for host in graph.hosts if host.kind == "node"]
    nodes = workers + [host.id for host in graph.hosts if host.kind == "control-plane" and not host.assumed]
    chosen = [host for host in nodes if host in peopled] or nodes
    named = {pod.node for pod in graph.pods if pod.node and _is_wanted(pod, wanted)}
    return {*chosen[:IN_FULL], *named, *wanted, *view.unfolded}


def _is_wanted(pod: Pod, wanted: set[str]) -> bool:
    return pod.id in wanted or any(address in wanted for address in pod.addresses if not pod.host_network)


def _pods(graph: Graph, passing: Iterable[Pod], hosts: set[str], wanted: set[str], view: View) -> list[Pod]:
    room = {host: len(graph.pods) if f"{PODS_OF}{host}" in view.unfolded else ON_PLATE for host in hosts}
    chosen = {pod.id for pod in graph.pods if _is_wanted(pod, wanted)}
    for pod in sorted(passing, key=lambda pod: (pod.host_network, pod.namespace)):
        if pod.node and room.get(pod.node, 0) > 0:
            room[pod.node] -= 1
            chosen.add(pod.id)
    return [pod for pod in graph.pods if pod.id in chosen]


def _services(everything: Iterable[Service], passing: Sequence[Service], wanted: set[str], view: View) -> list[Service]:
    """The shelf's, and those that have a wanted address."""
    shelf = sorted(passing, key=lambda one: (natural(one.namespace), natural(one.name)))
    chosen = {one.id for one in (shelf if SHELF in view.unfolded else shelf[:ON_SHELF])}
    return [one for one in everything if one.id in chosen or _has_wanted(one, wanted)]


def _has_wanted(service: Service, wanted: set[str]) -> bool:
    addresses = (*service.cluster_ips, *service.external_ips, *service.load_balancer_ips)
    return service.id in wanted or any(address in wanted for address in addresses)


def _without_veths(host: Host) -> Host:
    """A veth stands below its pod, and is drawn from that."""
    devices: tuple[Device, ...] = tuple(device for device in host.devices if device.kind != "veth")
    return msgspec.structs.replace(host, devices=devices)


def _counts(graph: Graph, passing: Iterable[Pod], services: Sequence[Service]) -> Folded:
    on = {host.id: 0 for host in graph.hosts}
    nowhere = 0
    for pod in passing:
        if pod.node in on:
            on[pod.node] += 1
        else:
            nowhere += 1
    return Folded({host: count for host, count in on.items() if count}, nowhere, len(services))
