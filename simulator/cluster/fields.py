"""Reading fields of manifests: numbers in range, protocols, addresses. What is wrong becomes a problem."""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest, Path, field_text
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

PROTOCOLS = {"TCP": Protocol.TCP, "UDP": Protocol.UDP, "SCTP": Protocol.SCTP}
HIGHEST_PORT = 65535
EMPTY: Mapping[str, Any] = {}
_OCTET = "(0|[1-9][0-9]{0,2})"
_IPV4 = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}")
_DIGITS = re.compile(r"(\d+)")


@lru_cache(maxsize=1 << 16)
def parse_address(text: str) -> IPAddress:
    """ip_address(), which is slow, for the common case. Raises ValueError."""
    match = _IPV4.fullmatch(text)
    if match is not None:
        a, b, c, d = map(int, match.groups())
        if a < 256 and b < 256 and c < 256 and d < 256:
            return IPv4Address(a << 24 | b << 16 | c << 8 | d)
    return ip_address(text)


def part(body: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """A mapping inside a manifest, empty where it was not written."""
    for key in keys:
        found = body.get(key)
        if not isinstance(found, dict):
            return EMPTY
        body = found
    return body


def natural(name: str) -> tuple[str | int, ...]:
    """A key that sorts web-2 before web-10."""
    return tuple(int(piece) if index % 2 else piece for index, piece in enumerate(_DIGITS.split(name)))


class Reader:
    """Reads one manifest."""

    __slots__ = ("manifest", "problems")

    def __init__(self, manifest: Manifest, problems: Problems) -> None:
        self.manifest = manifest
        self.problems = problems

    def port(self, value: int, path: Path) -> int | None:
        """A port number, or None where it is none."""
        if 1 <= value <= HIGHEST_PORT:
            return value
        self.problems.error("invalid-port", f"{field_text(path)} is {value}, which is no port number.",
                            f"Write a number from 1 to {HIGHEST_PORT}.", self.manifest, path)  # fmt: skip
        return None

    def protocol(self, item: Mapping[str, Any], path: Path) -> Protocol:
        """TCP where nothing is written."""
        text = item.get("protocol") or "TCP"
        found = PROTOCOLS.get(text)
        if found is not None:
            return found
        meant = PROTOCOLS.get(text.upper(), Protocol.TCP)
        self.problems.error("invalid-protocol", f'There is no protocol "{text}" for a port; {meant.value} is taken.',
                            f"Write {', '.join(PROTOCOLS)}, in capitals.", self.manifest,
                            (*path, "protocol"))  # fmt: skip
        return meant

    def address(self, text: str, path: Path) -> IPAddress | None:
        try:
            return parse_address(text)
        except ValueError:
            self._no_address(text, path, "10.96.0.20")
            return None

    def network(self, text: str, path: Path) -> IPNetwork | None:
        try:
            return ip_network(text, strict=False)
        except ValueError:
            self._no_address(text, path, "10.244.1.0/24")
            return None

    def choice(self, value: str | None, words: tuple[str, ...], path: Path) -> str:
        """One of some words; the first where nothing, or something else, is written."""
        if value is None or value in words:
            return value or words[0]
        same = next((word for word in words if word.lower() == value.lower()), None)
        taken = same or words[0]
        self.problems.error("invalid-value", f'{field_text(path)} can\'t be "{value}"; {taken} is taken.',
                            f"Write {', '.join(words[:-1])} or {words[-1]}.", self.manifest, path)  # fmt: skip
        return taken

    def _no_address(self, text: str, path: Path, example: str) -> None:
        what = "range of addresses" if "/" in example else "address"
        hint = f"Write one like {example}."
        if re.search(r"(^|\.)0\d", text):
            hint = "Leave out the leading zeros: some programs read them as octal numbers."
        self.problems.error("invalid-address", f'{field_text(path)} is "{text}", which is no {what}; it is left out.',
                            hint, self.manifest, path)  # fmt: skip
