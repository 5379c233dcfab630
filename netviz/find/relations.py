"""How things stand to each other: who may reach whom, by which way, who shares a wire, and what alone connects whom."""

from collections.abc import Iterable, Iterator

import msgspec

from netviz.find.entries import Entry
from netviz.find.index import Index, group
from netviz.find.model import Found, FoundAnswer, FoundFlow, FoundGroup
from netviz.find.question import Beside, Depends, Reach, Way
from netviz.matrix import CellKind, Matrix, MatrixWorkload, PortRange
from netviz.work import Refused

TALKERS = ("workload", "pod")
MOST_WAYS = 6
INTERNET = "internet"


def nobody(name: str) -> FoundAnswer:
    return FoundAnswer((), f"Nobody here is called {name}.")


def reach(index: Index, question: Reach, most: int, most_kinds: int) -> FoundAnswer:
    """Who may open connections to somebody, or to whom he may: what policies allow, as the matrix has it."""
    try:
        table = index.matrix(most_kinds)
    except Refused as refused:
        return FoundAnswer((), f"{refused.message} {refused.hint}")
    meant = _workloads(index, table, question.name)
    if not meant:
        return nobody(question.name)
    groups = tuple(_peers(table, number, question, most) for number in meant[:3])
    remark = "" if table.policies and table.enforced else "No policy is in force: everybody reaches everybody."
    return FoundAnswer(groups, remark)


def _workloads(index: Index, table: Matrix, name: str) -> list[int]:
    """Rows of the matrix: workloads of that name, of a pod of that name, or behind a Service of that name."""
    namespace, _, own = name.lower().rpartition("/")

    def rows(names: set[tuple[str, str]]) -> list[int]:
        return [at for at, one in enumerate(table.workloads) if (one.namespace.lower(), one.name.lower()) in names]

    same = {(w.namespace.lower(), own) for w in table.workloads if namespace in ("", w.namespace.lower())}
    pods = [entry.what.id for entry in index.named(name, ("pod",))]
    behind = [pod for service in index.named(name, ("service",)) for pod in _endpoints(index, service)]
    owners = {_owner(index, pod) for pod in (*behind, *pods) if pod}
    return rows(same) or rows(owners)


def _endpoints(index: Index, service: Entry) -> Iterable[str]:
    return next((one.endpoints for one in index.graph.services if one.id == service.what.id), ())


def _owner(index: Index, element: str) -> tuple[str, str]:
    pod = index.pods.get(element)
    if pod is None:
        return "", ""
    name = pod.owner.rpartition(" ")[2] if pod.owner else pod.name
    return pod.namespace.lower(), name.lower()


def _peers(table: Matrix, number: int, question: Reach, most: int) -> FoundGroup:
    one = table.workloads[number]
    title = f"{one.namespace}/{one.name}"
    found = []
    for other, peer in enumerate(table.workloads):
        source, target = (other, number) if question.to else (number, other)
        kind = table.kinds[table.cells[table.workloads[source].alike][table.workloads[target].alike]]
        if kind.open != "none" and not (other == number and one.single):
            found.append(_peer(peer, kind, _flow(table.workloads[source], table.workloads[target], kind)))
    found += _outside(table, one, question)
    return group(f"Who may reach {title}" if question.to else f"Whom {title} may reach", found, most)


def _peer(peer: MatrixWorkload, kind: CellKind, asks: FoundFlow | None) -> Found:
    pod = f"pod:{peer.source}" if peer.source else None
    return Found("workload", f"{peer.namespace}/{peer.name}", f"{peer.kind} · {kind.words}", pod, asks=asks)


def _flow(source: MatrixWorkload, target: MatrixWorkload, kind: CellKind) -> FoundFlow | None:
    """A question that shows it: a port that is open and that somebody declares, else any open one."""
    host = target.peer if source is target else target.host
    if source.source is None or host is None:
        return None
    port = _port(target.ports, kind)
    return FoundFlow(source.source, f"{host}:{port.low}", port.protocol)


def _port(declared: tuple[PortRange, ...], kind: CellKind) -> PortRange:
    def is_open(port: PortRange) -> bool:
        return kind.open == "all" or any(
            r.protocol == port.protocol and r.low <= port.low <= r.high for r in kind.ports
        )

    usual = PortRange("TCP", 80, 80) if kind.open == "all" or not kind.ports else kind.ports[0]
    return next((port for port in declared if is_open(port)), usual)


def _outside(table: Matrix, one: MatrixWorkload, question: Reach) -> Iterator[Found]:
    kind = table.kinds[one.inward if question.to else one.outward]
    if kind.open == "none":
        return
    door = next(iter(one.doors), None)
    asks = FoundFlow(INTERNET, door.to, door.protocol) if door else None
    if not question.to:
        asks = FoundFlow(one.source, table.outside.to, table.outside.protocol) if one.source else None
    detail = kind.words if asks else f"{kind.words} · no Service leads there"
    yield Found("node", "outside the cluster", detail, f"host:{INTERNET}", asks=asks)


def ways(index: Index, question: Way, most: int) -> FoundAnswer:
    """The question to ask, with the shortest way along cables: where the packet would go if nothing turned it."""
    sources = [INTERNET_FOUND] if question.source == INTERNET else _speakers(index, question.source)
    host, colon, port = question.target.rpartition(":")
    targets = list(_targets(index, host if colon else question.target, port if colon else ""))
    if not sources or not targets:
        return nobody(question.target if sources else question.source)
    found = [_way(index, source, target) for source in sources[:2] for target in targets[: MOST_WAYS // 2]]
    return FoundAnswer((group("Send a packet", found, most),))


INTERNET_FOUND = Found("node", INTERNET, id=f"host:{INTERNET}", source=INTERNET)


def _speakers(index: Index, name: str) -> list[Found]:
    named = index.named(name, (*TALKERS, "node"))
    return [entry.what for entry in named if entry.what.source]


def _targets(index: Index, name: str, port: str) -> Iterator[Found]:
    """Services before workloads before pods, as one asks for names; a port that was typed comes first."""
    seen: set[str] = set()
    for entry in sorted(index.named(name, ("service", *TALKERS)), key=lambda e: ("service", *TALKERS).index(e.kind)):
        what = entry.what
        if entry.kind == "workload":
            what = index.thing(what.id) or what if what.id else what
        if what.target and what.target not in seen:
            seen.add(what.target)
            target = f"{what.target.rpartition(':')[0]}:{port}" if port else what.target
            yield msgspec.structs.replace(what, target=target, title=entry.what.title)
    if not seen and port:
        yield Found("flow", name, target=f"{name}:{port}")


def _way(index: Index, source: Found, target: Found) -> Found:
    end = _first_pod(index, target) or target.id
    path = index.topology.path(source.id, end) if source.id and end else []
    machines = [index.thing(each) for each in path if each.startswith(("node:", "host:")) and "/" not in each]
    names = " · ".join(machine.title for machine in machines if machine)
    asks = FoundFlow(source.source or "", target.target or "")
    title = f"{source.title} → {asks.target}"
    return Found("flow", title, f"through {names}" if names else "", target.id, asks=asks, path=tuple(path))


def _first_pod(index: Index, target: Found) -> str | None:
    if target.kind != "service":
        return None
    return next((one.endpoints[0] for one in index.graph.services if one.id == target.id and one.endpoints), None)


def beside(index: Index, question: Beside, most: int) -> FoundAnswer:
    """Who hears the same Ethernet frames."""
    meant = index.named(question.name, ("pod", "node"))
    if not meant or meant[0].what.id is None:
        return nobody(question.name)
    what = meant[0].what
    hosts, pods = index.topology.on_segment_with(what.id or "")
    found = [thing for thing in map(index.thing, (*hosts, *(pod.id for pod in pods))) if thing]
    remark = "" if found else f"{what.title} has a cable of its own to its machine: nobody else hears its frames."
    return FoundAnswer((group(f"On one segment with {what.title}", found, most),) if found else (), remark)


def depends(index: Index, question: Depends) -> FoundAnswer:
    """The cables that somebody can't do without."""
    meant = index.named(question.name, ("pod", "node"))
    if not meant or meant[0].what.id is None:
        return nobody(question.name)
    what = meant[0].what
    names = index.topology.alone_connects(what.id or "")
    found = tuple(_link(index, name) for name in names)
    title = f"These alone connect {what.title}"
    return FoundAnswer(
        (FoundGroup(title, len(found), found),) if found else (), "" if found else "It is outside itself."
    )


def _link(index: Index, name: str) -> Found:
    known = index.thing(name) if "/" in name and not name.startswith("pod:") else None
    if known:
        return msgspec.structs.replace(known, detail=f"{known.detail} · nothing else leads there")
    if name.startswith("pod:"):
        return Found("device", f"eth0 of {name[4:].removesuffix('/eth0')}", "its own cable", name.removesuffix("/eth0"))
    return Found("device", name.removeprefix("segment:"), "the wire of the machines")


def bottlenecks(index: Index, most: int) -> FoundAnswer:
    """What cuts off most, if it breaks."""
    found = []
    for point in index.topology.bottlenecks():
        machines = "1 machine" if len(point.hosts) == 1 else f"{len(point.hosts)} machines"
        pods = "1 pod" if point.pods == 1 else f"{point.pods:,} pods"
        found.append(msgspec.structs.replace(_link(index, point.id), detail=f"alone connects {machines} with {pods}"))
    return FoundAnswer((group("If one of these breaks", found, most),))
