"""Which flows may be under way side by side."""

from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from netviz.replay.compare import Branch
from netviz.replay.run import Question, _judged, batches
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow


def question(name: str, to: str, protocol: Protocol = Protocol.TCP, via: str | None = None) -> Question:
    return Question(name, Flow("shop/client", to, ip_address(to), 80, protocol, via=via), ())


def told(*asked: Question, size: int = 64, machines: tuple[str, ...] = ()) -> list[str]:
    return [" ".join(question.id for question in some) for some in batches(asked, size, machines)]


def test_ordinary_flows_go_together_up_to_a_size() -> None:
    asked = [question(str(number), "10.96.0.80") for number in range(5)]
    assert told(*asked) == ["0 1 2 3 4"]
    assert told(*asked, size=2) == ["0 1", "2 3", "4"]


def test_an_address_has_one_way_at_a_time() -> None:
    a, b = question("a", "10.96.0.80", via="node-a"), question("b", "10.96.0.80", via="node-b")
    assert told(a, b, question("c", "10.96.0.80"), question("d", "10.96.0.80", via="node-a")) == ["a d", "b", "c"]


def test_a_way_to_a_machines_own_address_is_had_alone() -> None:
    way = question("way", "192.168.56.11", via="node-b")
    assert told(question("a", "10.96.0.80"), way, question("b", "10.96.0.81"), machines=("192.168.56.11",)) == [
        "a b",
        "way",
    ]


def test_raw_sockets_of_a_client_do_not_share_an_address() -> None:
    first, second = (question(name, "10.96.0.80", Protocol.SCTP) for name in "ab")
    assert told(first, second, question("c", "10.96.0.81", Protocol.SCTP)) == ["a c", "b"]


class Slow:
    """A kernel that lets the first answer wait."""

    def __init__(self) -> None:
        self.plan = SimpleNamespace(hardware={})
        self.waited: list[float] = []

    def send(self, flows: list[Flow], ways: list[object], quiet: float = 0.2) -> list[dict[str, object]]:
        self.waited.append(quiet)
        result = "timeout" if len(self.waited) == 1 else "connected"
        return [{"result": result, "request": [], "reply": [], "conntrack": {}}] * len(flows)


@pytest.mark.parametrize(("model", "sent"), [("connected", 2), ("timeout", 1), ("ECONNREFUSED", 2)])
def test_silence_that_the_model_did_not_expect_is_waited_out_once(model: str, sent: int) -> None:
    expected = Branch({"result": model, "request": [], "reply": [], "conntrack": {}})
    slow: Any = Slow()
    asked = msgspec.structs.replace(question("a", "10.96.0.80"), branches=[expected])
    network: Any = None
    ((_, (verdict, _)),) = _judged(slow, [asked], network)
    assert len(slow.waited) == sent
    assert verdict.equal is (model != "ECONNREFUSED")
