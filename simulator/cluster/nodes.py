"""The nodes: those of the upload, completed, or as many workers as the pods need."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING

import msgspec

from simulator.cluster.addresses import node_cidrs
from simulator.cluster.fields import Reader, natural, part
from simulator.cluster.model import Labels, Node, Source, Taint
from simulator.cluster.problems import Problems, listed
from simulator.cluster.profile import Profile
from simulator.cluster.written_at import written_address, written_range
from simulator.manifests.manifest import Manifest, Path
from simulator.packet.headers import IPAddress, IPNetwork

if TYPE_CHECKING:
    from simulator.cluster.observed import Observed

PODS_PER_NODE = 110
"""kubelet --max-pods"""
FEWEST = 2
FIRST_ADDRESS = 11
FEWEST_ADDRESSES = 4
"""The network's, the gateway's, a pod's, and the last one."""
SECOND_FAMILY = ip_network("fd00:56::/64")
"""Where assumed nodes have their IPv6 addresses, if the underlay has none."""
CONTROL_PLANE_LABELS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
OUTSIDE = ("router", "internet")
"""Names of machines that are always there and are no nodes."""
CONTROL_PLANE = "cp"
_WORKER = re.compile(r"node-([a-z]{1,2})")


class Nodes(msgspec.Struct, frozen=True):
    """The nodes by name, how many pods each takes, and its CPU in thousandths (0: not said)."""

    nodes: Mapping[str, Node]
    capacity: Mapping[str, int]
    cpu: Mapping[str, int]


class NodePool:
    """Addresses and pod ranges that no node has yet."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._taken: set[IPAddress] = {profile.router_address, profile.control_plane_address}
        self._used: list[IPNetwork] = []
        self._ranges = [node_cidrs(cidr) for cidr in profile.cluster_cidrs]
        self._numbers = self._hosts()

    def take(self, addresses: Iterable[IPAddress], cidrs: Iterable[IPNetwork]) -> None:
        """What a node has already."""
        self._taken.update(addresses)
        self._used.extend(cidrs)

    def _hosts(self) -> Iterator[int]:
        size = min(self._profile.underlay.num_addresses, 1 << 12)
        yield from range(FIRST_ADDRESS, size - 1)
        yield from range(2, min(FIRST_ADDRESS, size - 1))

    def addresses(self) -> tuple[IPAddress, ...]:
        """An address on the underlay (.11, .12, ...), and one in the pods' second family; () where none is left."""
        for number in self._numbers:
            address = self._profile.underlay[number]
            if address in self._taken:
                continue
            self._taken.add(address)
            families = {cidr.version for cidr in self._profile.cluster_cidrs}
            if 6 in families and address.version == 4:
                return (address, SECOND_FAMILY[int(f"{number:d}", 16)])
            return (address,)
        return ()

    def cidrs(self) -> tuple[IPNetwork, ...]:
        """The next pod range of every family; () where one is spent."""
        found = []
        for ranges in self._ranges:
            free = next((cidr for cidr in ranges if not self._clashes(cidr)), None)
            if free is None:
                return ()
            found.append(free)
        return tuple(found)

    def _clashes(self, cidr: IPNetwork) -> bool:
        return any(used.version == cidr.version and used.overlaps(cidr) for used in self._used)


def written_nodes(manifests: Iterable[Manifest], profile: Profile, problems: Problems) -> Nodes:
    """Node objects, with addresses and pod ranges for those that have none."""
    pool = NodePool(profile)
    half: list[tuple[Manifest, tuple[IPAddress, ...], tuple[IPNetwork, ...]]] = []
    for manifest in sorted(manifests, key=lambda m: natural(m.name)):
        if _reserved(manifest, profile, problems):
            continue
        reader = Reader(manifest, problems)
        addresses, cidrs = _addresses(reader), _cidrs(reader)
        pool.take(addresses, cidrs)
        half.append((manifest, addresses, cidrs))
    nodes, capacity, cpu = {}, {}, {}
    lacking: list[Lack] = []
    for manifest, addresses, cidrs in half:
        given = addresses or pool.addresses()
        ranges = cidrs or pool.cidrs()
        if not given or not ranges:
            _spent(profile, manifest.name, bool(given), problems, manifest)
        if not given:
            continue
        nodes[manifest.name] = _node(manifest, given, ranges, assumed=not (addresses and cidrs))
        if not addresses:
            lacking.append((manifest, "node-without-address", "no InternalIP", given, ("status", "addresses")))
        if not cidrs and ranges:
            lacking.append((manifest, "node-without-pod-cidr", "no pod range", ranges, ("spec",)))
        room = part(manifest.body, "status", "allocatable") or part(manifest.body, "status", "capacity")
        capacity[manifest.name] = _whole(room.get("pods"), PODS_PER_NODE)
        cpu[manifest.name] = _thousandths(room.get("cpu"))
    _tell_lacking(lacking, problems)
    _twice(nodes, problems)
    return Nodes(nodes, capacity, cpu)


Lack = tuple[Manifest, str, str, tuple[object, ...], Path]
"""A Node object, the problem's id, what it does not say, what is taken instead, and where it would stand."""


def _tell_lacking(lacking: Iterable[Lack], problems: Problems) -> None:
    """One problem for all nodes that do not say one thing."""
    by_id: dict[str, list[Lack]] = {}
    for one in lacking:
        by_id.setdefault(one[1], []).append(one)
    for id_, (first, *others) in by_id.items():
        manifest, _, what, taken, path = first
        more = f" The same holds for {len(others)} more nodes." if others else ""
        problems.info(
            id_, f"The node {manifest.name} has {what}; {', '.join(str(one) for one in taken)} is taken.{more}",
            f"Write it in {'status.addresses' if path[0] == 'status' else 'spec.podCIDR'} if packets should go where "
            "they really do.", manifest, path,
        )  # fmt: skip


def assumed_nodes(named: Mapping[str, "Observed"], need: int, profile: Profile, problems: Problems) -> Nodes:
    """Workers for a cluster of which the upload says nothing: the `named` ones, on which Pods say they are, and as
    many more as are needed."""
    own = sorted((name for name in named if _number_of(name) is None), key=natural)
    least = max((number for name in named if (number := _number_of(name)) is not None), default=0)
    if not own:
        least = max(least, profile.nodes or FEWEST)
    workers = max(least, max(need, profile.nodes) - len(own))
    pool = NodePool(profile)
    for known in named.values():
        pool.take(known.addresses, known.pod_cidrs)
    nodes: dict[str, Node] = {}
    for name in [*own, *(worker_name(number) for number in range(1, workers + 1))]:
        seen = named.get(name)
        given = (seen.addresses if seen else ()) or pool.addresses()
        ranges = (seen.pod_cidrs if seen else ()) or (pool.cidrs() if given else ())
        if not given or not ranges:
            _spent(profile, name, bool(given), problems, None)
            break
        nodes[name] = Node(name=name, labels=_labels({}, name), addresses=given, pod_cidrs=ranges, assumed=True)
    return Nodes(nodes, dict.fromkeys(nodes, PODS_PER_NODE), dict.fromkeys(nodes, 0))


def worker_name(number: int) -> str:
    """node-a is the first, node-z the 26th, node-aa the 27th."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return f"node-{letters}"


def _number_of(name: str) -> int | None:
    match = _WORKER.fullmatch(name)
    if match is None:
        return None
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number


def _labels(labels: Labels, name: str) -> Labels:
    """kubelet labels its own node."""
    own = {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    return {**own, **labels}


def _reserved(manifest: Manifest, profile: Profile, problems: Problems) -> bool:
    """Other machines have these names in the picture."""
    name = manifest.name
    elsewhere = str(profile.control_plane_address) not in (a for a, _ in _internal(manifest))
    if name not in OUTSIDE and not (name == CONTROL_PLANE and elsewhere):
        return False
    hint = "Give the node another name."
    address = next((a for a, _ in _internal(manifest)), None)
    if name == CONTROL_PLANE and address:
        hint = f"Give it another name, or say that it is the control plane: --set controlPlane={address}."
    message = f'"{name}" is the name of a machine that is always there, so this node is left out.'
    problems.error("reserved-name", message, hint, manifest, ("metadata", "name"))
    return True


def _internal(manifest: Manifest) -> Iterator[tuple[str, Path]]:
    for i, item in enumerate(part(manifest.body, "status").get("addresses") or ()):
        if item.get("type") == "InternalIP" and item.get("address"):
            yield item["address"], ("status", "addresses", i, "address")


def _addresses(reader: Reader) -> tuple[IPAddress, ...]:
    """The first InternalIP of each family."""
    found: dict[int, IPAddress] = {}
    for text, path in _internal(reader.manifest):
        address = reader.address(text, path)
        if address is not None:
            found.setdefault(address.version, address)
    return tuple(found.values())


def _cidrs(reader: Reader) -> tuple[IPNetwork, ...]:
    spec = part(reader.manifest.body, "spec")
    texts: Sequence[str] = spec.get("podCIDRs") or ([spec["podCIDR"]] if spec.get("podCIDR") else [])
    field = "podCIDRs" if spec.get("podCIDRs") else "podCIDR"
    found: dict[int, IPNetwork] = {}
    for i, text in enumerate(texts):
        path: Path = ("spec", field, i) if field == "podCIDRs" else ("spec", field)
        cidr = reader.network(text, path)
        if cidr is not None and cidr.num_addresses < FEWEST_ADDRESSES:
            message = f"The pod range {cidr} has no room for a gateway and a pod; another one is taken."
            reader.problems.error("pod-cidr-too-small", message, "Give the node a /24.", reader.manifest, path)
        elif cidr is not None:
            found.setdefault(cidr.version, cidr)
    return tuple(found.values())


def _node(manifest: Manifest, addresses: tuple[IPAddress, ...], cidrs: tuple[IPNetwork, ...], assumed: bool) -> Node:
    spec, metadata = part(manifest.body, "spec"), part(manifest.body, "metadata")
    conditions = part(manifest.body, "status").get("conditions") or ()
    ready = next((c.get("status") == "True" for c in conditions if c.get("type") == "Ready"), True)
    labels = metadata.get("labels") or {}
    taints = tuple(
        Taint(t.get("key") or "", t.get("value") or "", t.get("effect") or "") for t in spec.get("taints") or ()
    )
    return Node(
        name=manifest.name, labels=_labels(labels, manifest.name), annotations=metadata.get("annotations") or {},
        source=Source(manifest), addresses=addresses, pod_cidrs=cidrs, taints=taints,
        unschedulable=bool(spec.get("unschedulable")), ready=ready,
        control_plane=any(label in labels for label in CONTROL_PLANE_LABELS), assumed=assumed,
    )  # fmt: skip


def _spent(profile: Profile, name: str, has_address: bool, problems: Problems, manifest: Manifest | None) -> None:
    from simulator.diagnostics import Level

    if has_address:
        ranges = listed(str(cidr) for cidr in profile.cluster_cidrs)
        message = f"The cluster's pod range {ranges} is spent: no part of it is left for the pods of {name}."
        hint = "Give it a larger range: --set clusterCIDR=10.128.0.0/9."
    else:
        message = f"The machines' network {profile.underlay} is spent: no address is left for {name}."
        hint = "Give it a larger range: --set underlay=172.16.0.0/16, or write Node objects with addresses."
    problems.add(Level.ERROR, "cidr-spent" if has_address else "underlay-spent", message, hint, manifest)


def _twice(nodes: Mapping[str, Node], problems: Problems) -> None:
    """Two nodes with one address, or with pod ranges that overlap."""
    addresses: dict[IPAddress, str] = {}
    ranges: dict[IPNetwork, str] = {}
    for node in nodes.values():
        for address in node.addresses:
            other = addresses.setdefault(address, node.name)
            if other != node.name and node.source:
                message = f"The nodes {other} and {node.name} have one address, {address}."
                problems.error("duplicate-node-address", message, "Give each its own.", node.source.manifest,
                               written_address(node, address))  # fmt: skip
        for cidr in node.pod_cidrs:
            other = ranges.setdefault(cidr, node.name)
            if other != node.name and node.source:
                problems.error("duplicate-pod-cidr", f"The nodes {other} and {node.name} have one pod range, {cidr}: "
                               "packets for its pods go to one of them.", "Give each node its own range.",
                               node.source.manifest, written_range(node, cidr))  # fmt: skip


def _whole(text: object, default: int) -> int:
    return int(str(text)) if text is not None and str(text).isdecimal() else default


def _thousandths(text: object) -> int:
    """A quantity of CPU: 4, "4", 1.5, "3920m". apimachinery/pkg/api/resource"""
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)(m?)", str(text))
    if match is None:
        return 0
    return int(float(match[1]) * (1 if match[2] else 1000))
