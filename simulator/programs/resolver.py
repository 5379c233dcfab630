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
    searched = [bare if domain == "." else f"{bare}.{domain}" for domain in search]
    if libc is Libc.MUSL:
        searched = [] if many_dots else searched
    order = [bare, *searched] if many_dots else [*searched, bare]
    yield from dict.fromkeys(order)


def resolve(name: str, search: Sequence[str], ndots: int, libc: Libc) -> Asking:
    """getaddrinfo() for a name: A and AAAA of each candidate side by side, until one has an address.

    glibc's failure is that of the name as it is, where it asked for that first; else an empty answer on the way
    counts more than a server's failure, and that more than a name that nobody has.
    """
    tried: list[str] = []
    seen: list[Failure] = []
    judge = _musl if libc is Libc.MUSL else _glibc
    for candidate in candidates(name.lower(), search, ndots, libc):
        tried.append(candidate)
        answers = yield tuple(Question(candidate, type_) for type_ in ADDRESS_TYPES)
        failure, is_last = judge(answers)
        if failure is None:
            found = tuple(address for answer in answers if answer is not None for address in answer.addresses)
            return Resolved(tuple(tried), candidate, found)
        if is_last:
            return Resolved(tuple(tried), failure=failure)
        seen.append(failure)
    as_it_is_first = libc is Libc.GLIBC and tried[0] == name.lower().rstrip(".")
    worst = (f for f in (Failure.NO_ADDRESS, Failure.TEMPORARY) if f in seen)
    return Resolved(tuple(tried), failure=seen[0] if as_it_is_first else next(worst, Failure.UNKNOWN))


def _glibc(answers: Sequence[Answer | None]) -> tuple[Failure | None, bool]:
    """Why a round brought no address, and whether that ends the walk: only silence does."""
    if any(answer is not None and answer.addresses for answer in answers):
        return None, True
    if all(answer is None for answer in answers):
        return Failure.TEMPORARY, True
    codes = {answer.rcode for answer in answers if answer is not None}
    if Rcode.NOERROR in codes:
        return Failure.NO_ADDRESS, False
    return Failure.TEMPORARY if Rcode.SERVFAIL in codes else Failure.UNKNOWN, False


def _musl(answers: Sequence[Answer | None]) -> tuple[Failure | None, bool]:
    """One question without a good answer spoils the round; only a name that nobody has lets the walk go on.

    musl 1.2.4: src/network/lookup_name.c:name_from_dns()
    """
    codes = [answer.rcode if answer is not None else None for answer in answers]
    if None in codes or Rcode.SERVFAIL in codes:
        return Failure.TEMPORARY, True
    if Rcode.NXDOMAIN in codes:
        return Failure.UNKNOWN, False
    found = any(answer is not None and answer.addresses for answer in answers)
    return None if found else Failure.NO_ADDRESS, True
