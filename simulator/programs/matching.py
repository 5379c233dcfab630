"""Matching of hosts, paths, headers and query parameters: pure functions; what fails says why.

Gateway API: apis/v1/httproute_types.go; Ingress: staging/src/k8s.io/api/networking/v1/types.go (HTTPIngressPath).
"""

import re
from functools import lru_cache

from simulator.programs.http import Field, Request
from simulator.programs.routes import Match, PathKind, PathMatch, ValueMatch

LONGEST_PATTERN = 1024
"""A longer regular expression is not tried."""


def host_matches(pattern: str, host: str, one_label: bool = False) -> bool:
    """Whether a name is meant by a pattern: "" by everything, "*.example.com" by what ends so.

    A wildcard stands for any number of labels in Gateway API (`one_label` False), for one in Ingress; never for none.
    """
    if not pattern or pattern == "*":
        return True
    pattern, host = pattern.lower(), host.lower()
    if not pattern.startswith("*."):
        return pattern == host
    ending = pattern[1:]
    label = host.removesuffix(ending)
    return label != host and bool(label) and not (one_label and "." in label)


def host_rank(pattern: str) -> tuple[int, int]:
    """Sorts the more specific host first: exact, then the longest wildcard, then everything."""
    if not pattern or pattern == "*":
        return (2, 0)
    return (1 if pattern.startswith("*") else 0, -len(pattern))


def path_matches(match: PathMatch, path: str) -> bool:
    """Case counts, except where a pattern says that it does not."""
    match match.kind:
        case PathKind.EXACT:
            return path == match.value
        case PathKind.TEXT:
            return path.startswith(match.value)
        case PathKind.PREFIX:
            return has_prefix(path, match.value)
        case PathKind.REGEX:
            pattern = compiled(match.value, match.ignore_case)
            return pattern is not None and (pattern.fullmatch if match.whole else pattern.match)(path) is not None
    return False


def has_prefix(path: str, prefix: str) -> bool:
    """Element by element, split at /. A slash at the prefix's end means nothing: /foo/ is /foo."""
    prefix = prefix.rstrip("/")
    return path == prefix or path.startswith(f"{prefix}/")


@lru_cache(maxsize=4096)
def compiled(pattern: str, ignore_case: bool = False) -> re.Pattern[str] | None:
    """A regular expression, or None where it is none."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        return re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError):
        return None


def failed(match: Match, request: Request) -> str | None:
    """Why a rule does not match, in words; None where it does. The path is looked at first."""
    if match.path is not None and not path_matches(match.path, request.path):
        return f"the path {request.path} is not {_path_text(match.path)}"
    if match.method is not None and match.method != request.method:
        return f"the method {request.method} is not {match.method}"
    for wanted in match.headers:
        there = _header(request, wanted.name)
        if there is None or not value_matches(wanted, there):
            return f"the header {wanted.name} {_found(there)}, not {_value_text(wanted)}"
    params = request.params()
    for wanted in match.query:
        there = first_value(params, wanted.name)
        if there is None or not value_matches(wanted, there):
            return f"the query parameter {wanted.name} {_found(there)}, not {_value_text(wanted)}"
    return None


def _header(request: Request, name: str) -> str | None:
    return request.authority if name.lower() in ("host", ":authority") else request.headers.get(name)


def first_value(params: tuple[Field, ...], name: str) -> str | None:
    """The first of several is looked at, as most proxies do; names of parameters are compared with case."""
    return next((value for key, value in params if key == name), None)


def value_matches(wanted: ValueMatch, value: str) -> bool:
    if not wanted.regex:
        return value == wanted.value
    pattern = compiled(wanted.value)
    return pattern is not None and pattern.fullmatch(value) is not None


def _path_text(match: PathMatch) -> str:
    match match.kind:
        case PathKind.EXACT:
            return f"exactly {match.value}"
        case PathKind.REGEX:
            return f"matched by {match.value}"
        case _:
            return f"{match.value} or below it"


def _found(value: str | None) -> str:
    return "is missing" if value is None else f'is "{value}"'


def _value_text(wanted: ValueMatch) -> str:
    return f"matched by {wanted.value}" if wanted.regex else f'"{wanted.value}"'
