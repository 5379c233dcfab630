"""The sentences under `facts:` are a closed set, and each can be false."""

from pathlib import Path

import pytest

from tests.scenarios.facts import SENTENCES, holds, is_end
from tests.scenarios.test_scenarios import SCENARIOS, seen, situation

HERE = Path(__file__).resolve().parent
SERVICE = HERE / "service-on-the-same-node"


@pytest.mark.parametrize(
    "fact",
    [
        "outcome is timeout",
        "cause is hairpin-off",
        "server is default/other",
        "server sees 10.244.1.10, port drawn",
        "client is 10.244.1.11",
        "frame default/web eth0 in: 10.244.1.10:40000 > 10.244.1.20:8080, ttl 63",
        "no frame on default/web eth0 in",
        "no frame to 10.96.0.20",
        "1 frames",
        "reset from 10.96.0.20:80",
        "ICMP 3/3 from 10.244.1.1",
        "client is told ICMP 3/3 by 10.244.1.1",
        "conntrack node-a: none",
        "a rule of KUBE-FW-* on node-a",
        "no rule of KUBE-SVC-* on node-a",
        "chance gives default/web 1/2",
        "HTTP 200",
    ],
)
def test_a_fact_that_is_not_so_does_not_hold(fact: str) -> None:
    assert not holds(fact, seen(SERVICE))


def test_what_is_no_fact_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a fact"):
        holds("the weather is fine", seen(SERVICE))


def test_addresses_are_told_from_ports_in_both_families() -> None:
    frame = {"src": "10.0.0.1", "sport": 40000, "dst": "fd00::1", "dport": "masq"}
    assert is_end(frame, "src", "10.0.0.1")
    assert is_end(frame, "src", "10.0.0.1:40000")
    assert not is_end(frame, "src", "10.0.0.1:drawn")
    assert is_end(frame, "dst", "fd00::1")
    assert is_end(frame, "dst", "[fd00::1]:drawn")
    assert not is_end(frame, "dst", "[fd00::1]:80")


def test_every_sentence_is_used_by_some_situation() -> None:
    import re

    facts = [fact for folder in SCENARIOS for fact in situation(folder).facts]
    unused = [pattern for pattern in SENTENCES if not any(re.fullmatch(pattern, fact) for fact in facts)]
    assert unused == []
