"""A trace as a capture that Wireshark opens (pcapng, draft-ietf-opsawg-pcapng).

One interface for every device that a frame passed, named "namespace/device"; a frame for every time that one left or
arrived, with the step's number and words as its comment. Time is told in steps: one millisecond each.
"""

import struct

from simulator.packet.wire import frame
from simulator.steps import Step, StepKind
from simulator.trace.export.counting import numbered
from simulator.trace.model import Trace

EPOCH = 1_767_225_600
"""The first second of 2026 (UTC): when step 0 happened."""

_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_COMMENT, _NAME, _APPLICATION, _FLAGS = 1, 2, 4, 2
_ETHERNET = 1
_INBOUND, _OUTBOUND = 1, 2
_MICROSECONDS_A_STEP = 1000
_LONGEST = 0xFFFF
_FRAMES = (StepKind.TRANSMIT, StepKind.RECEIVE)


def pcapng(trace: Trace) -> bytes:
    """The whole file."""
    devices: dict[str, int] = {}
    packets = []
    for leg, numbers, quoted in numbered(trace):
        for step in leg.steps:
            if step.kind in _FRAMES:
                number = devices.setdefault(f"{step.netns}/{step.device}", len(devices))
                packets.append(_packet(step, number, frame(step.packet, numbers, quoted)))
    interfaces = [_interface(name) for name in devices]
    return b"".join((_section(trace), *interfaces, *packets))


def _section(trace: Trace) -> bytes:
    flow = trace.flow
    words = f"{flow.source} to {flow.target} ({flow.protocol.value}): {trace.disposition.value}"
    head = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    return _block(_SECTION, head + _options((_COMMENT, _text(words)), (_APPLICATION, b"NetViz")))


def _interface(name: str) -> bytes:
    return _block(_INTERFACE, struct.pack("<HHI", _ETHERNET, 0, 0) + _options((_NAME, _text(name))))


def _packet(step: Step, interface: int, data: bytes) -> bytes:
    time = EPOCH * 1_000_000 + step.seq * _MICROSECONDS_A_STEP
    head = struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, len(data), len(data))
    way = _OUTBOUND if step.kind is StepKind.TRANSMIT else _INBOUND
    words = f"step {step.seq}" + (f": {step.narration.plain}" if step.narration else "")
    return _block(_PACKET, head + _padded(data) + _options((_COMMENT, _text(words)), (_FLAGS, struct.pack("<I", way))))


def _text(words: str) -> bytes:
    """UTF-8, no longer than an option may be, and not cut within a letter."""
    return words.encode(errors="replace")[:_LONGEST].decode(errors="ignore").encode()


def _options(*options: tuple[int, bytes]) -> bytes:
    told = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    return told + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length
