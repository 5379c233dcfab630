"""Every EndpointSlice of the cluster: the upload's, those that the controllers make, and where the two differ."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from msgspec.structs import replace

from simulator.cluster.endpoint_slices import CONTROLLER, MANAGED_BY, SERVICE_NAME, has_slices, slices_for
from simulator.cluster.hints import Zones
from simulator.cluster.model import Endpoint, EndpointPort, EndpointSlice, Node, Pod, Service
from simulator.cluster.problems import Problems, listed
from simulator.cluster.profile import Profile
from simulator.cluster.selectors import LabelIndex
from simulator.cluster.services import DEFAULT, KUBERNETES
from simulator.cluster.written_slices import MIRRORING, is_mirrored, mirror, read_slice
from simulator.manifests.limits import SETTINGS as LIMITS
from simulator.manifests.manifest import Manifest
from simulator.packet.headers import IPAddress, Protocol

API_SERVER = f"{DEFAULT}/{KUBERNETES}"
API_SERVER_PORT = 6443


def all_slices(
    kinds: Mapping[str, list[Manifest]],
    services: Mapping[str, Service],
    pods: LabelIndex[Pod],
    nodes: Mapping[str, Node],
    zones: Zones,
    profile: Profile,
    most: int,
    problems: Problems,
) -> list[EndpointSlice]:
    """By Service, those without a known one last; once `most` endpoints are made, no others are."""
    written: dict[str, list[EndpointSlice]] = {}
    for manifest in sorted(kinds["EndpointSlice"], key=lambda m: (m.namespace or "", m.name)):
        piece = read_slice(manifest, problems)
        written.setdefault(f"{piece.namespace}/{piece.service}", []).append(piece)
    old = {f"{m.namespace}/{m.name}": m for m in kinds["Endpoints"] if is_mirrored(m)}
    names = {(piece.namespace, piece.name) for pieces in written.values() for piece in pieces}
    found: list[EndpointSlice] = []
    left = most
    for key, service in services.items():
        mine, endpoints = written.pop(key, []), old.pop(key, None)
        mirrored = mirror(endpoints, problems) if endpoints is not None else []
        computed = _computed(key, service, pods, nodes, zones, profile) if left > 0 else []
        made = sum(len(piece.endpoints) for piece in computed)
        if 0 < left <= made:
            _too_many(service, most, problems)
        left -= made
        found += [_named(piece, names) for piece in _chosen(service, mine, mirrored, computed, problems)]
    for key, pieces in written.items():
        _without_service(key, pieces, problems)
        found += pieces
    for key, manifest in old.items():
        problems.info("endpoints-without-service", f"There is no Service {key}, so nobody uses these Endpoints.",
                      "Add the Service, with the same name and namespace.", manifest)  # fmt: skip
    return found


def _computed(
    key: str, service: Service, pods: LabelIndex[Pod], nodes: Mapping[str, Node], zones: Zones, profile: Profile
) -> list[EndpointSlice]:
    """What the controllers of a real cluster would make."""
    if has_slices(service):
        return slices_for(service, pods.having(service.namespace or DEFAULT, service.selector or {}), nodes, zones)
    return [_api_server(profile)] if key == API_SERVER else []


def _api_server(profile: Profile) -> EndpointSlice:
    """pkg/controlplane/reconcilers/endpointsadapter.go"""
    address = profile.control_plane_address
    return EndpointSlice(
        name=KUBERNETES, namespace=DEFAULT, labels={SERVICE_NAME: KUBERNETES}, service=KUBERNETES,
        address_type=f"IPv{address.version}", ports=(EndpointPort("https", Protocol.TCP, API_SERVER_PORT),),
        endpoints=(Endpoint((address,), ready=True),),
    )  # fmt: skip


def _chosen(
    service: Service,
    written: list[EndpointSlice],
    mirrored: list[EndpointSlice],
    computed: list[EndpointSlice],
    problems: Problems,
) -> list[EndpointSlice]:
    """A dump's own slices, or its Endpoints, take the place of computed ones; what somebody added by hand is beside."""
    dumped = [piece for piece in written if piece.labels.get(MANAGED_BY) in (CONTROLLER, MIRRORING)]
    if dumped or (written and service.key == API_SERVER):
        if has_slices(service):
            _compare(service, dumped, computed, problems)
        return written
    if mirrored:
        if has_slices(service):
            _compare(service, mirrored, computed, problems)
        return written + mirrored
    if written and computed:
        _compare(service, written, computed, problems)
    return written + computed


def _named(piece: EndpointSlice, names: set[tuple[str | None, str]]) -> EndpointSlice:
    """A made-up name must not be one that the upload has."""
    if piece.source is not None:
        return piece
    name = piece.name
    if (piece.namespace, name) in names:
        name = next(f"{name}-{n}" for n in count(2) if (piece.namespace, f"{name}-{n}") not in names)
    names.add((piece.namespace, name))
    return piece if name == piece.name else replace(piece, name=name)


def _too_many(service: Service, most: int, problems: Problems) -> None:
    if service.source is not None:
        message = f"The Services have more than {most} endpoints by now; those that come later have none."
        hint = f"Let fewer Services select so many pods, or raise {LIMITS['endpoints']}."
        problems.error("too-many-endpoints", message, hint, service.source.manifest)


Fact = tuple[IPAddress, frozenset[EndpointPort]]
"""An address and the ports that it has behind a Service."""


def _facts(pieces: Iterable[EndpointSlice]) -> Iterator[tuple[Fact, bool]]:
    """What slices say, and whether it is ready."""
    for piece in pieces:
        ports = frozenset(piece.ports)
        for endpoint in piece.endpoints:
            for address in endpoint.addresses:
                yield (address, ports), endpoint.ready is not False


def _shown(fact: Fact) -> str:
    ports = ", ".join(sorted(f"{p.name}:{p.port}".lstrip(":") + f"/{p.protocol.value}" for p in fact[1]))
    return f"{fact[0]} ({ports or 'no ports'})"


def _compare(service: Service, written: list[EndpointSlice], computed: list[EndpointSlice], problems: Problems) -> None:
    """Say where the upload's slices are not what the controller would make of the upload's Pods."""
    there, expected = dict(_facts(written)), dict(_facts(computed))
    if there == expected:
        return
    more = [_shown(fact) for fact in there if fact not in expected]
    less = [_shown(fact) for fact in expected if fact not in there]
    changed = [fact for fact in there if fact in expected and there[fact] != expected[fact]]
    other = [f"{_shown(fact)} is {'ready' if there[fact] else 'not ready'}" for fact in changed]
    told = [
        f"{what}: {listed(names)}"
        for what, names in (("only in the upload", more), ("missing there", less), ("otherwise", other))
        if names
    ]
    manifest = next((piece.source.manifest for piece in written if piece.source), None) or (
        service.source.manifest if service.source else None
    )
    if manifest is not None:
        problems.warning(
            "slices-disagree", f"The EndpointSlices of {service.ref} are not what its selector and the Pods give "
            f"({'; '.join(told)}). The upload's are used.",
            "Export Pods and EndpointSlices at the same moment, or leave the EndpointSlices out.", manifest,
        )  # fmt: skip


def _without_service(key: str, pieces: list[EndpointSlice], problems: Problems) -> None:
    for piece in pieces:
        if piece.service is not None and piece.source is not None:
            problems.info("slice-service-unknown", f"There is no Service {key}, so nobody uses this EndpointSlice.",
                          f"Add the Service, or correct the label {SERVICE_NAME}.", piece.source.manifest,
                          ("metadata", "labels", SERVICE_NAME))  # fmt: skip
