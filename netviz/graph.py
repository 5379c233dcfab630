"""The graph of a cluster as JSON: what the picture is drawn from. Ids are those that steps name in `elements`."""

from typing import Literal

import msgspec

from simulator.analysis.diff.flows import Question
from simulator.linux.network import Assumption
from simulator.origin import Origin

GRAPH_VERSION = 1

_ABBREVIATIONS = {"cidrs": "CIDRs", "ips": "IPs"}


def kubernetes_case(name: str) -> str:
    """The JSON name of a field, in the spelling of the Kubernetes API: pod_cidrs is podCIDRs."""
    first, *rest = name.split("_")
    return first + "".join(_ABBREVIATIONS.get(word, word.capitalize()) for word in rest)


class Segment(msgspec.Struct, frozen=True):
    """A wire between hosts."""

    id: str
    network: str


class Device(msgspec.Struct, frozen=True, omit_defaults=True):
    """A network device of a host; `segment` is the wire that a physical one is plugged into."""

    id: str
    name: str
    kind: Literal["physical", "bridge", "veth", "vxlan", "loopback"]
    segment: str | None = None
    addresses: tuple[str, ...] = ()


class Host(msgspec.Struct, frozen=True, rename=kubernetes_case):
    """A machine with a kernel. `assumed`: no manifest speaks of it, the profile put it there."""

    id: str
    kind: Literal["node", "control-plane", "router", "internet"]
    name: str
    addresses: tuple[str, ...]
    pod_cidrs: tuple[str, ...]
    zone: str | None
    assumed: bool
    ready: bool
    devices: tuple[Device, ...]


class ContainerPort(msgspec.Struct, frozen=True):
    """A port that a container declares."""

    number: int
    protocol: str
    name: str | None


class Container(msgspec.Struct, frozen=True):
    """A container of a pod."""

    name: str
    image: str
    ports: tuple[ContainerPort, ...]


class ProbeQuestion(msgspec.Struct, frozen=True, rename={"source": "from"}):
    """A probe as a question: the kubelet asks from its node."""

    source: str
    to: str
    protocol: str


def probe_question(asked: Question) -> ProbeQuestion:
    return ProbeQuestion(asked.source, asked.target, asked.protocol)


class Pod(msgspec.Struct, frozen=True, rename=kubernetes_case):
    """A pod; `node` is None where it fits nowhere. `assumed`: in no manifest. `probes`: what the kubelet asks."""

    id: str
    name: str
    namespace: str
    node: str | None
    addresses: tuple[str, ...]
    host_network: bool
    ready: bool
    terminating: bool
    phase: str
    owner: str | None
    labels: dict[str, str]
    containers: tuple[Container, ...]
    services: tuple[str, ...]
    origin: Origin | None
    probes: tuple[ProbeQuestion, ...] = ()
    assumed: bool = False


class ServicePort(msgspec.Struct, frozen=True, rename=kubernetes_case):
    """A port of a Service."""

    name: str
    port: int
    protocol: str
    target_port: str
    node_port: int | None


class Service(msgspec.Struct, frozen=True, rename=kubernetes_case):
    """A Service; `endpoints` are the ids of its pods, `ready` counts those that get traffic, `others` are endpoints
    that are no pods, as the API server's.

    `assumed`: an add-on that no manifest speaks of.
    """

    id: str
    name: str
    namespace: str
    type: str
    cluster_ips: tuple[str, ...]
    headless: bool
    external_name: str | None
    external_ips: tuple[str, ...]
    load_balancer_ips: tuple[str, ...]
    ports: tuple[ServicePort, ...]
    endpoints: tuple[str, ...]
    ready: int
    origin: Origin | None
    others: int = 0
    assumed: bool = False


class File(msgspec.Struct, frozen=True):
    """An uploaded file by its label."""

    path: str
    lines: int


class Counts(msgspec.Struct, frozen=True):
    """How much there is, for a heading."""

    pods: int
    services: int
    nodes: int
    problems: int


class SettingInForce(msgspec.Struct, frozen=True):
    """A setting of the cluster profile as it is; `chosen` where it is other than the default, whoever said so."""

    key: str
    value: str
    default: str
    chosen: bool


class Folded(msgspec.Struct, frozen=True):
    """What there is beyond the pods and Services of a graph that is not whole, as counts of all: `pods` by machine."""

    pods: dict[str, int]
    unscheduled: int
    services: int


class Graph(msgspec.Struct, frozen=True):
    """Everything that the picture needs; where it is drawn is the browser's business.

    `folded` is None where every pod and Service is there.
    """

    snapshot: str
    segments: tuple[Segment, ...]
    hosts: tuple[Host, ...]
    pods: tuple[Pod, ...]
    services: tuple[Service, ...]
    namespaces: tuple[str, ...]
    files: tuple[File, ...]
    assumptions: tuple[Assumption, ...]
    settings: tuple[SettingInForce, ...]
    counts: Counts
    folded: Folded | None = None
    version: int = GRAPH_VERSION
