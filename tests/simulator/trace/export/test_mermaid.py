"""A sequence diagram: what is in it, and that nobody's words are ever its syntax."""

import re

import pytest

from simulator.trace.export.mermaid import escaped, mermaid
from simulator.trace.model import Trace
from tests.scenarios.test_scenarios import SCENARIOS, seen
from tests.simulator.trace.export.hostile import CORPUS, poisoned

TEXT = r"(?:[\w ./,()+=-]|#\d+;)*"
GRAMMAR = re.compile(
    rf"sequenceDiagram|    participant p\d+ as {TEXT}|    Note over p\d+: {TEXT}|    p\d+->>p\d+: {TEXT}"
)


def situation(name: str) -> Trace:
    return seen(next(folder for folder in SCENARIOS if folder.name == name)).trace


def test_participants_stand_in_the_order_of_the_way_and_frames_go_between_them() -> None:
    lines = mermaid(situation("node-port-over-vxlan")).splitlines()
    names = [line.split(" as ")[1] for line in lines if line.startswith("    participant")]
    assert names[:2] == ["internet", "router"]
    ways = [line.split(":")[0].strip() for line in lines if "->>" in line]
    assert ways[:2] == ["p0->>p1", "p1->>p2"]
    assert "p1->>p0" in ways
    assert any("VXLAN 1" in line and "->>" in line for line in lines)
    assert any("NAT ip.dst" in line for line in lines)
    assert lines[-1] == "    Note over p0: delivered"


@pytest.mark.parametrize("text", CORPUS)
def test_whatever_is_written_stays_text(text: str) -> None:
    lines = mermaid(poisoned(situation("node-port-over-vxlan"), text)).splitlines()
    assert [line for line in lines if not GRAMMAR.fullmatch(line)] == []
    assert not any(re.search(r"(?i)\bend\b", line) for line in lines)


@pytest.mark.parametrize("text", CORPUS)
def test_entity_codes_say_the_same_text(text: str) -> None:
    read = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), escaped(text))
    assert read == "".join(c if c.isprintable() else " " for c in text)
