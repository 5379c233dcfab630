"""The program behind a backend's socket, as far as manifests tell: it answers 200 and says what it was asked."""

import re

import msgspec

from simulator.programs.http import Field, Headers, Request, Response

ECHO_BASIC = "gateway-api/conformance/echo-basic"
"""The echo server of the Gateway API project waits as long as ?delay= says. conformance/echo-basic/echo-basic.go"""
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Served(msgspec.Struct, frozen=True):
    """An answer, and the seconds that it takes."""

    response: Response
    seconds: float = 0.0


def serve(request: Request, program: str = "", headers: tuple[Field, ...] = ()) -> Served:
    """What comes back; `headers` are those that the program is said to set."""
    grpc = 0 if request.scheme.startswith("grpc") else None
    delay = 0.0
    if ECHO_BASIC in program:
        delay = next((seconds(value) or 0.0 for name, value in request.params() if name == "delay"), 0.0)
    return Served(Response(200, Headers(headers), grpc), delay)


def seconds(text: str) -> float | None:
    """A Gateway API duration, "1h30m": GEP-2257. None where it is none."""
    found = _DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in found)
