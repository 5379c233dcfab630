"""EndpointSlices and Endpoints of the upload.

Endpoints of a Service without selector become slices, as the endpointslicemirroring controller does it
(pkg/controller/endpointslicemirroring/reconciler.go, utils.go).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.cluster.endpoint_slices import CONTROLLER, MANAGED_BY, SERVICE_NAME
from simulator.cluster.fields import Reader, part
from simulator.cluster.model import Endpoint, EndpointPort, EndpointSlice, Source
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest, Path
from simulator.origin import Origins
from simulator.packet.headers import IPAddress

MIRRORING = "endpointslicemirroring-controller.k8s.io"
SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
ADDRESS_TYPES = {"IPv4": 4, "IPv6": 6}
CONTROLLERS = (CONTROLLER, MIRRORING)


def read_slice(manifest: Manifest, problems: Problems) -> EndpointSlice:
    """An EndpointSlice as written."""
    reader = Reader(manifest, problems)
    body, metadata = manifest.body, part(manifest.body, "metadata")
    labels = metadata.get("labels") or {}
    kind = str(body.get("addressType") or _guessed(body))
    _check_slice(reader, kind, labels.get(SERVICE_NAME))
    return EndpointSlice(
        name=manifest.name, namespace=manifest.namespace or "default", source=Source(manifest), labels=labels,
        annotations=metadata.get("annotations") or {}, service=labels.get(SERVICE_NAME) or None,
        address_type=kind, ports=tuple(_ports(reader, body.get("ports") or (), ("ports",))),
        endpoints=tuple(_endpoints(reader, kind)), written=True,
    )  # fmt: skip


def _check_slice(reader: Reader, kind: str, service: str | None) -> None:
    problems, manifest = reader.problems, reader.manifest
    if service is None:
        problems.warning("slice-without-service", "This EndpointSlice belongs to no Service, so nobody uses it.",
                         f'Give it the label {SERVICE_NAME}: "NAME".', manifest, ("metadata", "labels"))  # fmt: skip
    if kind not in ADDRESS_TYPES:
        problems.warning("slice-address-type", f'kube-proxy does not use endpoints of the address type "{kind}".',
                         "Write addressType: IPv4 or IPv6.", manifest, ("addressType",))  # fmt: skip


def _guessed(body: Mapping[str, Any]) -> str:
    texts = [text for e in body.get("endpoints") or () for text in e.get("addresses") or ()]
    return "IPv6" if any(":" in text for text in texts) else "IPv4"


def _ports(reader: Reader, items: Sequence[Mapping[str, Any]], path: Path) -> Iterator[EndpointPort]:
    for index, item in enumerate(items):
        number = item.get("port")
        if number is not None and reader.port(number, (*path, index, "port")) is None:
            continue
        yield EndpointPort(
            item.get("name") or "", reader.protocol(item, (*path, index)), number, item.get("appProtocol")
        )


def _endpoints(reader: Reader, kind: str) -> Iterator[Endpoint]:
    family = ADDRESS_TYPES.get(kind)
    for index, item in enumerate(reader.manifest.body.get("endpoints") or ()):
        path: Path = ("endpoints", index)
        addresses = tuple(_addresses(reader, item, path, family)) if family else ()
        if not addresses:
            continue
        conditions, hints = item.get("conditions") or {}, item.get("hints") or {}
        yield Endpoint(
            addresses, conditions.get("ready"), conditions.get("serving"), conditions.get("terminating"),
            item.get("nodeName"), item.get("zone"), _names(hints.get("forZones")), _names(hints.get("forNodes")),
            item.get("hostname"), _target(item), (reader.manifest.origin(path),),
        )  # fmt: skip


def _addresses(reader: Reader, item: Mapping[str, Any], path: Path, family: int) -> Iterator[IPAddress]:
    for index, text in enumerate(item.get("addresses") or ()):
        here = (*path, "addresses", index)
        address = reader.address(text, here)
        if address is not None and address.version == family:
            yield address
        elif address is not None:
            message = f"{text} is no IPv{family} address, as the slice's addressType has it; it is left out."
            hint = "Put addresses of the other family into a slice of their own."
            reader.problems.error("slice-address-type", message, hint, reader.manifest, here)


def _names(items: Sequence[Mapping[str, Any]] | None) -> tuple[str, ...]:
    return tuple(item["name"] for item in items or () if item.get("name"))


def _target(item: Mapping[str, Any]) -> str | None:
    target = item.get("targetRef")
    if not target or not target.get("name"):
        return None
    kind, namespace = target.get("kind") or "Pod", target.get("namespace")
    return f"{kind} {namespace}/{target['name']}" if namespace else f"{kind} {target['name']}"


def is_mirrored(manifest: Manifest) -> bool:
    """Whether the mirroring controller looks at an Endpoints object at all."""
    metadata = part(manifest.body, "metadata")
    return part(metadata, "labels").get(SKIP_MIRROR) != "true" and LEADER not in part(metadata, "annotations")


def mirror(manifest: Manifest, problems: Problems) -> list[EndpointSlice]:
    """The slices of an Endpoints object: one for each subset and IP family."""
    reader = Reader(manifest, problems)
    labels = part(manifest.body, "metadata").get("labels") or {}
    found: list[EndpointSlice] = []
    for index, subset in enumerate(manifest.body.get("subsets") or ()):
        path: Path = ("subsets", index)
        ports = tuple(_ports(reader, subset.get("ports") or (), (*path, "ports")))
        endpoints = [
            endpoint
            for field, ready in (("addresses", True), ("notReadyAddresses", False))
            for endpoint in _subset(reader, subset.get(field) or (), (*path, field), ready)
        ]
        for family in (4, 6):
            own = tuple(e for e in endpoints if e.addresses[0].version == family)
            if own:
                found.append(
                    EndpointSlice(
                        name=f"{manifest.name}-{len(found) + 1}", namespace=manifest.namespace or "default",
                        labels={**labels, SERVICE_NAME: manifest.name, MANAGED_BY: MIRRORING}, service=manifest.name,
                        address_type=f"IPv{family}", ports=ports, endpoints=own, written=True,
                    )
                )  # fmt: skip
    return found


def _subset(reader: Reader, items: Sequence[Mapping[str, Any]], path: Path, ready: bool) -> Iterator[Endpoint]:
    for index, item in enumerate(items):
        here = (*path, index)
        address = reader.address(item.get("ip") or "", (*here, "ip"))
        if address is not None:
            origins: Origins = (reader.manifest.origin(here),)
            yield Endpoint((address,), ready, node=item.get("nodeName"), hostname=item.get("hostname"),
                           target=_target(item), origins=origins)  # fmt: skip
