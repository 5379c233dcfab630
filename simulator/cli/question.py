"""What is asked on the command line: one flow from its words, or many from a file."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.analysis.ask import Asked, FlowError, ask, world_of
from simulator.cli.failure import Failure
from simulator.trace.model import Flow

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster


class Numbered(msgspec.Struct, frozen=True):
    """A flow of a file and its id there."""

    id: str
    flow: Flow


def asked(cluster: "Cluster", args: argparse.Namespace, by_dns: bool = False) -> "tuple[Asked, Cluster]":
    """The flow of --from, --to, --protocol and --via, and the cluster that it is asked in: with a DNS server and the
    proxies at its edge, if it needs them."""
    from simulator.cluster.addons import with_addons

    world = with_addons(cluster) if by_dns and cluster.profile.addons != "none" else cluster
    cluster, world = _broken(cluster, world, args.faults)
    try:
        by_dns = by_dns and cluster.profile.addons != "none"
        found = ask(world, args.source, args.target, args.protocol, by_dns)
    except FlowError as error:
        raise Failure(f"{error.message} ({error.code})", error.hint) from None
    found = msgspec.structs.replace(found, flow=msgspec.structs.replace(found.flow, size=check_size(args.size)))
    world = world_of(cluster, world, found.flow)
    if args.via is None:
        return found, world
    flow = msgspec.structs.replace(found.flow, via=check_via(cluster, args.via), balancer=None)
    return Asked(flow, tuple(a for a in found.assumptions if a.key not in ("via", "balancer"))), world


def _broken(cluster: "Cluster", world: "Cluster", texts: Sequence[str]) -> "tuple[Cluster, Cluster]":
    """Both with the faults of --fault."""
    if not texts:
        return cluster, world
    from simulator.cluster.breaking import broken
    from simulator.cluster.faults import FaultError, parse_faults

    try:
        faults = parse_faults(texts)
        return broken(cluster, faults, world), broken(world, faults)
    except FaultError as error:
        raise Failure(f"--fault {error.message}", error.hint) from None


def in_broken(cluster: "Cluster", texts: Sequence[str]) -> "Cluster":
    """The cluster with the faults of --fault."""
    return _broken(cluster, cluster, texts)[0]


MAX_SIZE = 65_000


def check_size(size: int) -> int:
    if 0 <= size <= MAX_SIZE:
        return size
    raise Failure(f"--size {size}: it is a number of bytes from 0 to {MAX_SIZE}.")


def check_via(cluster: "Cluster", name: str) -> str:
    if name in cluster.nodes:
        return name
    from simulator.analysis.flow_error import did_you_mean

    raise Failure(f'There is no node "{name}" to go by.', did_you_mean(name, cluster.nodes, "nodes"))


def flows_of(cluster: "Cluster", path: str) -> list[Numbered]:
    """The flows of a file: {"flows": [{"id", "src", "dst", "port", "proto", "via"?, "http"?, "pin"?, "size"?}]}."""
    flows = _decode(path).get("flows")
    if not isinstance(flows, list):
        raise Failure(
            f'{path}: no list "flows".', 'Write {"flows": [{"id": "01", "src": ..., "dst": ..., "port": ...}]}.'
        )
    found = []
    for index, entry in enumerate(flows):
        if not isinstance(entry, dict):
            raise Failure(f"{path}: flows[{index}] is no object.")
        found.append(_numbered(cluster, path, index, entry))
    return found


def _decode(path: str) -> dict[str, Any]:
    from simulator.cli.inputs import read

    try:
        content = msgspec.json.decode(read(path))
    except msgspec.DecodeError as error:
        raise Failure(f"{path}: this is not JSON: {error}.") from None
    if not isinstance(content, dict):
        raise Failure(f"{path}: an object is wanted here.")
    return content


def _numbered(cluster: "Cluster", path: str, index: int, entry: dict[str, Any]) -> Numbered:
    name = str(entry.get("id", index + 1))
    place = f"{path}: flow {name}"
    missing = [key for key in ("src", "dst") if not isinstance(entry.get(key), str)]
    if missing:
        raise Failure(f"{place}: {' and '.join(missing)} missing.", 'A flow has "src", "dst", "port" and "proto".')
    protocol = str(entry.get("proto", "TCP"))
    ping = protocol.upper().startswith("ICMP")
    port = None if ping else entry.get("port")
    try:
        flow = ask(cluster, entry["src"], _target(entry["dst"], port), protocol).flow
    except FlowError as error:
        raise Failure(f"{place}: {error.message} ({error.code})", error.hint) from None
    via = entry.get("via")
    return Numbered(
        name,
        msgspec.structs.replace(
            flow,
            via=check_via(cluster, via) if isinstance(via, str) else None,
            balancer=None,
            size=check_size(entry["size"]) if isinstance(entry.get("size"), int) else 0,
            http_path=_text(entry.get("http")) or flow.http_path,
            pin=tuple(p for p in _list(entry.get("pin"), place) if p),
        ),
    )


def _target(host: str, port: object) -> str:
    if port is None or "://" in host:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _list(value: object, place: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(v, str | None) for v in value):
        return value
    raise Failure(f'{place}: "pin" is a list of pods, as in ["default/web-1"].')
