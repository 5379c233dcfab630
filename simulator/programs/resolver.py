"""The resolver in a program's C library: a name becomes questions, one round after the other.

glibc: resolv/res_query.c:__res_context_search(); musl: src/network/lookup_name.c:name_from_dns_search()
"""

from collections.abc import Generator, Iterator, Sequence
from enum import Enum

import msgspec

from simulator.packet.headers import IPAddress
from simulator.programs.dns import ADDRESS_TYPES, Answer, Question, Rcode


class Libc(Enum):
    GLIBC = "glibc"
    MUSL = "musl"


class Failure(Enum):
    """What getaddrinfo() says when it has no address."""

    UNKNOWN = "EAI_NONAME"  # Name or service not known
    NO_ADDRESS = "EAI_NODATA"  # the name is there, without an address
    TEMPORARY = "EAI_AGAIN"  # nobody answered, or the server could not


class Resolved(msgspec.Struct, frozen=True):
    """`tried` are the full names in the order in which they were asked; `name` is the one that was found."""

    tried: tuple[str, ...]
    name: str | None = None
    addresses: tuple[IPAddress, ...] = ()
    failure: Failure | None = None


Asking = Generator[tuple[Question, ...], Sequence[Answer | None], Resolved]
"""Yields the questions of one round, which go out side by side; is sent their answers, None where none came."""


def candidates(name: str, search: Sequence[str], ndots: int, libc: Libc) -> Iterator[str]:
    """The full names to try, in order.

    With a dot at the end, only that name. With at least ndots dots glibc tries the name as it is first and musl tries
    nothing else; with fewer, both go through the search list first.
    """
    bare = name.rstrip(".")
    if name.endswith("."):
        yield bare
        return
    many_dots = bare.count(".") >= ndots
    if libc is Libc.MUSL:
        yield from (f"{bare}.{domain}" for domain in search if not many_dots)
        yield bare
        return
    if many_dots:
        yield bare
    yield from (f"{bare}.{domain}" for domain in search)
    if not many_dots:
        yield bare


def resolve(name: str, search: Sequence[str], ndots: int, libc: Libc) -> Asking:
    """getaddrinfo() for a name: A and AAAA of each candidate side by side, until one has an address."""
    tried: list[str] = []
    known_name, unable = False, False
    for candidate in candidates(name.lower(), search, ndots, libc):
        tried.append(candidate)
        answers = yield tuple(Question(candidate, type_) for type_ in ADDRESS_TYPES)
        found = tuple(address for answer in answers if answer is not None for address in answer.addresses)
        if found:
            return Resolved(tuple(tried), candidate, found)
        if all(answer is None for answer in answers):
            return Resolved(tuple(tried), failure=Failure.TEMPORARY)
        failed = any(answer is not None and answer.rcode is Rcode.SERVFAIL for answer in answers)
        empty = any(answer is not None and answer.rcode is Rcode.NOERROR for answer in answers)
        if libc is Libc.MUSL and (failed or empty):
            return Resolved(tuple(tried), failure=Failure.TEMPORARY if failed else Failure.NO_ADDRESS)
        known_name, unable = known_name or empty, unable or failed
    failure = Failure.NO_ADDRESS if known_name else Failure.TEMPORARY if unable else Failure.UNKNOWN
    return Resolved(tuple(tried), failure=failure)
