"""A capture, block by block (draft-ietf-opsawg-pcapng), and as Wireshark reads it."""

import json
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.steps import Step, StepKind
from simulator.trace.export.pcapng import EPOCH, pcapng
from simulator.trace.model import LegKind, Trace
from tests.scenarios.test_scenarios import SCENARIOS, seen

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
COMMENT, NAME, FLAGS = 1, 2, 2
needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")


class Block(NamedTuple):
    kind: int
    body: bytes


def blocks(data: bytes) -> Iterator[Block]:
    """Every block; its length stands at both ends, and is a multiple of four."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0
        assert struct.unpack_from("<I", data, at + length - 4) == (length,)
        yield Block(kind, data[at + 8 : at + length - 4])
        at += length
    assert at == len(data)


def options(data: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at < len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            assert at + 4 == len(data)
            break
        found[code] = data[at + 4 : at + 4 + length]
        at += 4 + length + -length % 4
    return found


def frames_of(trace: Trace) -> list[Step]:
    return [s for leg in trace.legs for s in leg.steps if s.kind in (StepKind.TRANSMIT, StepKind.RECEIVE)]


def situation(name: str) -> Trace:
    return seen(next(folder for folder in SCENARIOS if folder.name == name)).trace


@pytest.fixture(scope="module", params=["node-port-from-outside", "node-port-over-vxlan", "headless-service"])
def trace(request: pytest.FixtureRequest) -> Trace:
    return situation(request.param)


def test_it_begins_with_a_section_that_says_what_was_asked_and_how_it_ended(trace: Trace) -> None:
    first = next(blocks(pcapng(trace)))
    magic, major, minor, length = struct.unpack_from("<IHHq", first.body)
    assert (first.kind, magic, major, minor, length) == (SECTION, 0x1A2B3C4D, 1, 0, -1)
    comment = options(first.body[16:])[COMMENT].decode()
    assert comment == f"{trace.flow.source} to {trace.flow.target} (TCP): {trace.disposition.value}"


def test_every_device_that_a_frame_passed_is_one_interface_and_comes_before_all_packets(trace: Trace) -> None:
    all_blocks = list(blocks(pcapng(trace)))
    kinds = [block.kind for block in all_blocks]
    interfaces = [block for block in all_blocks if block.kind == INTERFACE]
    assert kinds == [SECTION] + [INTERFACE] * len(interfaces) + [PACKET] * (len(kinds) - 1 - len(interfaces))
    names = [options(block.body[8:])[NAME].decode() for block in interfaces]
    assert len(set(names)) == len(names)
    assert set(names) == {f"{step.netns}/{step.device}" for step in frames_of(trace)}
    assert {struct.unpack_from("<HHI", block.body) for block in interfaces} == {(1, 0, 0)}  # Ethernet, no limit


def test_every_packet_says_by_which_device_which_way_when_and_in_which_step(trace: Trace) -> None:
    all_blocks = list(blocks(pcapng(trace)))
    names = [options(block.body[8:])[NAME].decode() for block in all_blocks if block.kind == INTERFACE]
    packets = [block.body for block in all_blocks if block.kind == PACKET]
    steps = frames_of(trace)
    assert len(packets) == len(steps)
    for step, body in zip(steps, packets, strict=True):
        interface, high, low, captured, original = struct.unpack_from("<IIIII", body)
        told = options(body[20 + captured + -captured % 4 :])
        assert names[interface] == f"{step.netns}/{step.device}"
        assert captured == original
        assert (high << 32) + low == EPOCH * 1_000_000 + step.seq * 1000
        assert told[COMMENT].decode().startswith(f"step {step.seq}: ")
        way = {StepKind.RECEIVE: 1, StepKind.TRANSMIT: 2}[step.kind]
        assert struct.unpack("<I", told[FLAGS]) == (way,)


@pytest.mark.parametrize("folder", SCENARIOS[::3], ids=lambda folder: folder.name)
def test_request_and_reply_are_as_many_frames_as_the_wire_format_has(folder: Path) -> None:
    found = seen(folder)
    asked = {
        step.seq
        for leg in found.trace.legs
        for step in leg.steps
        if leg.kind in (LegKind.REQUEST, LegKind.REPLY, LegKind.ICMP_ERROR) and step.packet.resolution is None
    }
    packets = [block.body for block in blocks(pcapng(found.trace)) if block.kind == PACKET]
    times = [(high << 32) + low for high, low in (struct.unpack_from("<II", body, 4) for body in packets)]
    told = [time for time in times if (time - EPOCH * 1_000_000) // 1000 in asked]
    assert len(told) == len(found.frames)


def fields(capture: Path, *names: str) -> list[dict[str, list[str]]]:
    wanted = [word for name in names for word in ("-e", name)]
    command = ["tshark", "-r", str(capture), "-d", "udp.port==8472,vxlan", "-T", "json", *wanted]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [packet["_source"]["layers"] for packet in json.loads(told)]


@needs_tshark
def test_wireshark_decodes_tcp_and_what_vxlan_carries(tmp_path: Path) -> None:
    trace = situation("node-port-over-vxlan")
    capture = tmp_path / "trace.pcapng"
    capture.write_bytes(pcapng(trace))
    packets = fields(capture, "frame.interface_name", "vxlan.vni", "tcp.flags.str", "ip.dst", "frame.comment")
    steps = frames_of(trace)
    assert len(packets) == len(steps)
    for step, packet in zip(steps, packets, strict=True):
        assert packet["frame.interface_name"] == [f"{step.netns}/{step.device}"]
        assert packet["frame.comment"][0].startswith(f"step {step.seq}: ")
        wrapped = step.packet.vxlan
        assert packet.get("vxlan.vni", []) == ([str(wrapped.vni)] if wrapped else [])
        inner = wrapped.inner if wrapped else step.packet
        if inner.resolution is None:
            assert packet["ip.dst"][-1] == str(inner.ip.dst)
    assert any("S" in packet.get("tcp.flags.str", [""])[-1] for packet in packets)
    assert any(packet.get("vxlan.vni") for packet in packets)


@needs_tshark
def test_wireshark_sees_whole_conversations_without_a_number_lost(tmp_path: Path) -> None:
    """Seen at the client alone, sequence numbers go on without a gap: handshake, request, answer."""
    trace = _delivered()
    capture = tmp_path / "trace.pcapng"
    capture.write_bytes(pcapng(trace))
    wrong = "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || tcp.analysis.out_of_order"
    at_client = f'frame.interface_name == "{trace.flow.source}/eth0"'
    command = ["tshark", "-r", str(capture), "-2", "-R", at_client, "-Y", wrong]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def _delivered() -> Trace:
    traces = (seen(folder).trace for folder in SCENARIOS if "from-outside" not in folder.name)
    return next(t for t in traces if t.disposition.value == "delivered" and "/" in t.flow.source)
