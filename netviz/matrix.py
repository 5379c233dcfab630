"""Who reaches whom, as the page draws it: workloads that policies treat alike share a row and a column.

Runs in the worker processes. Titles, ranges and ports come from `simulator.analysis.connectivity`.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Literal

import msgspec

from netviz.graph import ProbeQuestion, probe_question
from netviz.work import Refused
from simulator.analysis.connectivity.matrix import ranges_text
from simulator.analysis.connectivity.members import title_of
from simulator.analysis.connectivity.port_sets import ALL, NONE, PROTOCOLS, PortSet, text
from simulator.analysis.connectivity.table import Ranges, Table
from simulator.analysis.diff.flows import doors
from simulator.analysis.probes import host_of, probes_of
from simulator.cluster.policies.model import Direction

if TYPE_CHECKING:
    from simulator.analysis.connectivity.members import Workload
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod

Openness = Literal["all", "some", "none"]
Title = tuple[str, str, str]


class PortRange(msgspec.Struct, frozen=True):
    """Ports of a protocol, both ends included."""

    protocol: str
    low: int
    high: int


class CellKind(msgspec.Struct, frozen=True):
    """What a cell of the matrix may say: `words` in full, `ports` as a program reads them."""

    open: Openness
    words: str
    ports: tuple[PortRange, ...]


class Target(msgspec.Struct, frozen=True):
    """Something that can be asked: what to write into the field To, and the protocol."""

    to: str
    protocol: str


class MatrixWorkload(msgspec.Struct, frozen=True, rename={"outward": "out", "inward": "in"}):
    """A row and a column. `alike` numbers its row and column of `cells`; `outward` and `inward` are cells, too.

    `source` is what to write into the field From, `host` into the field To, before the port; both are null where no pod
    runs. `peer` is another pod of it to write into To. `ports` are those that its pods declare; `single`: there is one
    pod, and nobody to talk to in the workload. `doors` lead to it from outside; `probe` is what the kubelet asks.
    `controller` is the cell of what an Ingress controller may open there, null where the upload has no Ingress; `url`
    leads there by one.
    """

    namespace: str
    name: str
    kind: str
    alike: int
    single: bool
    source: str | None
    host: str | None
    peer: str | None
    ports: tuple[PortRange, ...]
    outward: int
    inward: int
    doors: tuple[Target, ...]
    probe: ProbeQuestion | None
    controller: int | None
    url: str | None


class Matrix(msgspec.Struct, frozen=True):
    """Who may open which connection to whom, as far as policies say; `cells` hold indexes of `kinds`.

    `enforced` is false where the cluster's network plugin ignores policies.
    """

    workloads: tuple[MatrixWorkload, ...]
    kinds: tuple[CellKind, ...]
    cells: tuple[tuple[int, ...], ...]
    policies: int
    enforced: bool
    outside: Target


def matrix(cluster: "Cluster", most: int) -> Matrix:
    """The whole table; refused where policies tell more than `most` kinds of workloads apart."""
    table = Table(cluster)
    groups: dict[tuple[int, ...], int] = {}
    group_of = [groups.setdefault(table.kinds(number), len(groups)) for number in range(len(table.workloads))]
    if len(groups) > most:
        raise too_many_kinds(len(groups), most)
    first = [group_of.index(group) for group in range(len(groups))]
    rows = (table.allowed(number) for number in first)
    alike, cells = _folded([[row[number] for number in first] for row in rows])
    kinds = Kinds()
    said = {ports: kinds.of_ports(table.port_sets.sets[ports]) for ports in dict.fromkeys(chain(*cells))}
    return Matrix(
        tuple(_workloads(cluster, table, [alike[group] for group in group_of], kinds)),
        tuple(kinds.found),
        tuple(tuple(said[ports] for ports in row) for row in cells),
        len(cluster.policies),
        cluster.profile.policy != "none",
        Target(f"{cluster.profile.internet_address}:8081", "TCP"),
    )


def _folded(cells: list[list[int]]) -> tuple[list[int], list[list[int]]]:
    """Those with the same row and the same column are one; also says which one each has become."""
    columns = list(zip(*cells, strict=True))
    numbers: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    alike = [numbers.setdefault((tuple(row), columns[at]), len(numbers)) for at, row in enumerate(cells)]
    first = [alike.index(number) for number in range(len(numbers))]
    return alike, [[cells[at][other] for other in first] for at in first]


class Kinds:
    """What cells say, each once."""

    def __init__(self) -> None:
        self.found: list[CellKind] = []
        self._numbers: dict[CellKind, int] = {}

    def of_ports(self, there: PortSet) -> int:
        opened: Openness = "all" if there == ALL else "none" if there == NONE else "some"
        return self._number(CellKind(opened, "all ports" if opened == "all" else text(there), _port_ranges(there)))

    def of_ranges(self, ranges: Ranges) -> int:
        """What is open to or from outside: all only where every address has every port."""
        if not ranges:
            return self.of_ports(NONE)
        whole = all(piece.whole and ports == ALL for piece, ports in ranges)
        listed = tuple(dict.fromkeys(each for _, ports in ranges for each in _port_ranges(ports)))
        return self._number(CellKind("all" if whole else "some", "all ports" if whole else ranges_text(ranges), listed))

    def _number(self, kind: CellKind) -> int:
        if kind not in self._numbers:
            self._numbers[kind] = len(self.found)
            self.found.append(kind)
        return self._numbers[kind]


def _port_ranges(there: PortSet) -> tuple[PortRange, ...]:
    pairs = zip(PROTOCOLS, there, strict=True)
    return tuple(PortRange(protocol.value, low, high) for protocol, listed in pairs for low, high in listed)


def _workloads(cluster: "Cluster", table: Table, alike: list[int], kinds: "Kinds") -> Iterator[MatrixWorkload]:
    pods = _pods(cluster)
    open_doors, urls = _doors(cluster), _urls(cluster)
    for number, workload in enumerate(table.workloads):
        mine = pods.get(_title(workload), [])
        first = next((pod for pod in mine if pod.ready), mine[0] if mine else None)
        yield MatrixWorkload(
            workload.namespace, workload.name, workload.kind,
            alike=alike[number], single=workload.pods < 2,
            source=first.key if first else None, host=host_of(cluster, first) if first else None,
            peer=next((host_of(cluster, pod) for pod in mine if pod is not first), None),
            ports=_declared(first) if first else (),
            outward=kinds.of_ranges(table.ranges(number, Direction.EGRESS)),
            inward=kinds.of_ranges(table.ranges(number, Direction.INGRESS)),
            doors=tuple(dict.fromkeys(door for pod in mine for door in open_doors.get(pod.key, ()))),
            probe=_probe(cluster, first) if first else None,
            controller=kinds.of_ports(table.from_controller(number)) if table.has_controller else None,
            url=next((urls[pod.key] for pod in mine if pod.key in urls), None),
        )  # fmt: skip


def _title(workload: "Workload") -> Title:
    return workload.namespace, workload.name, workload.kind


def _pods(cluster: "Cluster") -> dict[Title, list["Pod"]]:
    """The running pods of each workload."""
    found: dict[Title, list[Pod]] = {}
    for pod in cluster.pods.values():
        if pod.phase == "Running" and pod.node is not None and pod.ips:
            found.setdefault(title_of(pod), []).append(pod)
    return found


def _doors(cluster: "Cluster") -> dict[str, list[Target]]:
    """For each pod, where it can be called from outside through a Service."""
    found: dict[str, list[Target]] = {}
    for service in cluster.services.values():
        here = [Target(to, protocol) for to, protocol in doors(cluster, service)]
        for piece in cluster.slices_of(service.key) if here else ():
            for endpoint in piece.endpoints:
                if endpoint.target is not None:
                    found.setdefault(endpoint.target.removeprefix("Pod "), []).extend(here)
    return found


def _urls(cluster: "Cluster") -> dict[str, str]:
    """For each pod, the first URL of an Ingress that leads to it; a wildcard stands for www."""
    found: dict[str, str] = {}
    for ingress in cluster.web.ingresses.values():
        scheme = "https" if ingress.tls else "http"
        for rule in ingress.rules:
            for path in rule.paths:
                if rule.host and path.backend is not None:
                    url = f"{scheme}://{rule.host.replace('*', 'www')}{path.value or '/'}"
                    for piece in cluster.slices_of(f"{ingress.namespace}/{path.backend.service}"):
                        for endpoint in piece.endpoints:
                            found.setdefault((endpoint.target or "").removeprefix("Pod "), url)
    return found


def _probe(cluster: "Cluster", pod: "Pod") -> ProbeQuestion | None:
    """The first port that a probe of the pod dials."""
    return next(map(probe_question, probes_of(cluster, pod)), None)


def _declared(pod: "Pod") -> tuple[PortRange, ...]:
    declared = (PortRange(p.protocol.value, p.number, p.number) for c in pod.containers for p in c.ports)
    return tuple(dict.fromkeys(declared))


def too_many_kinds(count: int, most: int) -> Refused:
    return Refused(
        413,
        "matrix-too-big",
        f"Policies tell {count:,} kinds of workloads apart: too many to draw all pairs.",
        f"NETVIZ_MAX_MATRIX (now {most:,}) says how many may be drawn; `netviz connectivity` lists any number.",
    )
