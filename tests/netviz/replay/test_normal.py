"""What differs from run to run gets a name."""

from netviz.replay.capture import Caught
from netviz.replay.frames import Frame
from netviz.replay.normal import named, normal_entry, normal_hop, raw_key

TCP = {"src": "10.244.1.2", "dst": "10.96.0.80", "proto": "TCP", "ttl": 64, "sport": 33001, "dport": 80, "flags": "S"}


def hop(direction: str = "request", **changes: object) -> dict:
    return normal_hop(Caught(1, "node-a", "eth0", True, Frame(1, direction, TCP | changes, None)), 33001)


def test_the_clients_own_port_is_40000_and_any_other_was_drawn() -> None:
    assert hop()["sport"] == 40000
    assert hop(sport=51234)["sport"] == "masq"
    assert hop("reply", sport=80, dport=33001)["dport"] == 40000
    assert hop("reply", sport=80, dport=51234)["dport"] == "masq"


def test_so_it_is_inside_an_error() -> None:
    inner = {"src": "10.244.1.2", "dst": "10.96.0.80", "proto": "TCP", "sport": 51234, "dport": 80}
    assert hop("reply", icmp={"type": 3, "code": 3, "inner": inner})["icmp"]["inner"]["sport"] == "masq"


def test_hardware_addresses_get_the_models_names_inside_and_outside_a_tunnel() -> None:
    frame = {"smac": "02:01", "dmac": "02:02", "vxlan": {"smac": "02:03", "dmac": "02:99"}}
    assert named(frame, {"02:01": "a:eth0", "02:02": "b:eth0", "02:03": "a:flannel.1"}) == {
        "smac": "a:eth0", "dmac": "b:eth0", "vxlan": {"smac": "a:flannel.1", "dmac": "02:99"},
    }  # fmt: skip


def test_an_entry_is_told_from_the_side_of_who_asked() -> None:
    entry = {"proto": "UDP", "orig": {"sport": 33001, "dport": 53}, "reply": {"sport": 53, "dport": 51234}, "flags": []}
    assert normal_entry(entry, 33001)["orig"] == {"sport": 40000, "dport": 53}
    assert normal_entry(entry, 33001)["reply"] == {"sport": 53, "dport": "masq"}


def test_an_answer_that_began_a_connection_has_the_port_on_the_other_side() -> None:
    entry = {"proto": "UDP", "orig": {"sport": 53, "dport": 33001}, "reply": {"sport": 33001, "dport": 53}, "flags": []}
    assert normal_entry(entry, 33001, backward=True)["orig"] == {"sport": 53, "dport": 40000}


def test_the_state_of_what_its_server_closed_is_not_told() -> None:
    entry = {"proto": "TCP", "state": "TIME_WAIT", "orig": {}, "reply": {}, "flags": []}
    assert "state" not in normal_entry(entry, 33001, closed=True)


def test_a_frame_and_its_answer_are_of_one_connection() -> None:
    answer = {"src": "10.96.0.80", "dst": "10.244.1.2", "proto": "TCP", "sport": 80, "dport": 33001}
    assert raw_key(TCP, 33001, reply=False) == raw_key(answer, 33001, reply=True)
