"""Ranges of addresses in policies, as the API server of Kubernetes 1.36 takes them.

staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go: IsValidCIDRForLegacyField(), GetWarningsForCIDR() (KEP-4858);
pkg/apis/networking/validation/validation.go: ValidateIPBlock()
"""

from collections.abc import Mapping
from ipaddress import IPv6Network, ip_interface, ip_network
from typing import Any

from simulator.cluster.fields import Reader
from simulator.cluster.policies.model import Block
from simulator.manifests.manifest import Path, field_text
from simulator.packet.headers import IPNetwork


def read_block(reader: Reader, body: Mapping[str, Any], path: Path) -> Block | None:
    """An ipBlock. Every exception has to be inside it, and smaller."""
    if not body.get("cidr"):
        reader.problems.error("invalid-address", f"{field_text(path)} has no cidr.", "Add one, as in cidr: 10.0.0.0/8.",
                              reader.manifest, path)  # fmt: skip
        return None
    cidr = read_cidr(reader, body["cidr"], (*path, "cidr"))
    excepts = []
    for index, text in enumerate(body.get("except") or ()):
        here = (*path, "except", index)
        hole = read_cidr(reader, text, here)
        if hole is None or cidr is None:
            continue
        inside = hole.version == cidr.version and hole.subnet_of(cidr)  # type: ignore[arg-type]
        if not inside or hole == cidr:
            reader.problems.error("invalid-address", f"{hole} is not a part of {cidr}, so it can't be taken out of it.",
                                  "Name a smaller range inside cidr.", reader.manifest, here)  # fmt: skip
        excepts.append(hole)
    return None if cidr is None else Block(cidr, tuple(excepts))


def read_cidr(reader: Reader, text: str, path: Path) -> IPNetwork | None:
    """The range, without what stands behind its length; None where it is none."""
    found = _parsed(text)
    if found is None:
        reader.problems.error("invalid-address", f'"{text}" is no range of addresses.', "Write one like 10.0.0.0/8.",
                              reader.manifest, path)  # fmt: skip
    elif isinstance(found, IPv6Network) and found.network_address.ipv4_mapped is not None:
        reader.problems.error("invalid-address", f'"{text}" is IPv4 written as IPv6, which no packet in a cluster has.',
                              "Write it as IPv4.", reader.manifest, path)  # fmt: skip
        return None
    elif ip_interface(text).ip != found.network_address:
        one = ip_interface(text).ip
        reader.problems.warning(
            "ambiguous-range", f"{text} is taken for all of {found}: what stands behind its first {found.prefixlen} "
            "bits does not count.",
            f"Write {found}, or {one}/{one.max_prefixlen} for that address alone.", reader.manifest, path,
        )  # fmt: skip
    return found


def _parsed(text: str) -> IPNetwork | None:
    """net/netip.ParsePrefix(): the length is a number, and an address has no zone."""
    length = text.rpartition("/")[2]
    if "%" in text or "/" not in text or not (length.isascii() and length.isdecimal() and str(int(length)) == length):
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
