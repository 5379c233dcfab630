"""What was seen, sorted by whose it is."""

from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

from netviz.replay.capture import Caught
from netviz.replay.exchange import outcomes, without_repeats
from netviz.replay.frames import Frame
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow


def client(token: int, sport: int) -> Any:
    """A finished client, as far as outcomes() asks it."""
    flow = Flow("shop/client", "web", ip_address("10.96.0.80"), 53, Protocol.UDP)
    return SimpleNamespace(flow=flow, token=token, sport=sport, connected=True, client_ip="10.244.1.2", http=None,
                           server=None, result=lambda: "answered")  # fmt: skip


def seen(token: int, sport: int, **changes: object) -> Caught:
    told = {"src": "10.244.1.2", "dst": "10.96.0.80", "proto": "UDP", "ttl": 64, "sport": sport, "dport": 53} | changes
    return Caught(1, "node-a", "eth0", False, Frame(token, "request", told, None))


def test_every_flow_gets_its_own_frames_and_nobody_elses() -> None:
    one, two = outcomes(
        [client(1, 33001), client(2, 33002)],
        [seen(1, 33001), seen(2, 33002), seen(1, 33001, ttl=63), seen(9, 1)],
        {},
        {},
    )
    assert [hop["ttl"] for hop in one["request"]] == [64, 63]
    assert len(two["request"]) == 1


def test_entries_go_to_the_flow_whose_packets_they_speak_of() -> None:
    ends = ("UDP", "10.244.1.2", "10.96.0.80", 33002, 53)
    entry = {"proto": "UDP", "orig": {"sport": 33002}, "reply": {"dport": 33002}, "flags": []}
    answer = ("UDP", "10.244.2.2", "10.244.1.2", 53, 33002)
    one, two = outcomes(
        [client(1, 33001), client(2, 33002)], [seen(1, 33001), seen(2, 33002)], {"node-a": [(ends, answer, entry)]}, {}
    )
    assert one["conntrack"] == {}
    assert two["conntrack"]["node-a"][0]["orig"] == {"sport": 40000}


def test_a_server_tells_whom_it_saw() -> None:
    (told,) = outcomes([client(1, 33001)], [], {}, {1: ("shop/web", "10.244.1.1", 51234)})
    assert (told["server"], told["server_saw"]) == ("shop/web", {"src": "10.244.1.1", "sport": "masq"})


def test_what_tcp_sends_again_is_one_frame() -> None:
    hop, later = {"dev": "eth0", "ttl": 64}, {"dev": "eth0", "ttl": 63}
    assert without_repeats([hop, later, dict(hop)]) == [hop, later]
