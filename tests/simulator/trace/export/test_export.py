"""What is taken away of a trace: every situation of the suite as capture, diagram and report."""

import shutil
import subprocess
from pathlib import Path

import pytest

from simulator.steps import StepKind
from simulator.trace.export import exported
from tests.scenarios.test_scenarios import SCENARIOS, seen


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_every_situation_can_be_taken_away(folder: Path) -> None:
    trace = seen(folder).trace
    assert exported(trace, "pcapng", {}).startswith(b"\x0a\x0d\x0d\x0a")
    assert exported(trace, "mermaid", {}).startswith(b"sequenceDiagram\n")
    assert exported(trace, "markdown", {}).startswith(b"# From ")


@pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")
@pytest.mark.parametrize("folder", SCENARIOS[::4], ids=lambda folder: folder.name)
def test_wireshark_reads_every_frame_and_finds_its_checksums_right(folder: Path, tmp_path: Path) -> None:
    trace = seen(folder).trace
    capture = tmp_path / "trace.pcapng"
    capture.write_bytes(exported(trace, "pcapng", {}))
    checks = ("tcp.check_checksum:TRUE", "ip.check_checksum:TRUE", "udp.check_checksum:TRUE")
    options = [word for check in checks for word in ("-o", check)]
    wrong = "_ws.malformed || tcp.checksum.status==0 || ip.checksum.status==0 || udp.checksum.status==0"
    command = ["tshark", "-r", str(capture), "-d", "udp.port==8472,vxlan", *options]
    assert subprocess.run([*command, "-Y", wrong], capture_output=True, text=True, check=True).stdout == ""
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    frames = [s for leg in trace.legs for s in leg.steps if s.kind in (StepKind.TRANSMIT, StepKind.RECEIVE)]
    assert len(told) == len(frames)
