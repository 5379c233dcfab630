"""The JSON of traces, steps and problems: msgspec's, with addresses as strings and enums by value."""

from typing import Any

import msgspec

from simulator.packet.headers import IPAddress, IPNetwork


def to_json(value: object) -> bytes:
    """JSON, compact, in the order of the fields."""
    return _ENCODER.encode(value)


def to_builtins(value: object) -> Any:
    """The same as dicts, lists, strings and numbers."""
    return msgspec.to_builtins(value, enc_hook=_words)


def indented(value: object) -> str:
    """JSON to be read by people."""
    return msgspec.json.format(to_json(value), indent=2).decode()


def _words(value: object) -> str:
    if isinstance(value, IPAddress | IPNetwork):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_words)
