"""/proc/net/nf_conntrack, line by line."""

from netviz.replay.conntrack import inverted, parse

TCP = (
    "ipv4     2 tcp      6 86397 ESTABLISHED src=10.244.1.2 dst=10.96.0.80 sport=33001 dport=80 "
    "src=10.244.2.2 dst=10.244.1.2 sport=8080 dport=33001 [ASSURED] mark=0 zone=0 use=2"
)
UDP = (
    "ipv4     2 udp      17 29 src=10.244.1.2 dst=10.96.0.10 sport=33002 dport=53 "
    "[UNREPLIED] src=10.244.2.3 dst=10.244.1.2 sport=53 dport=33002 mark=0 zone=0 use=2"
)
PING = (
    "ipv6     10 icmpv6   58 29 src=fd00:0000:0000:0000:0000:0000:0000:0001 dst=fd00:0000:0000:0000:0000:0000:0000:0002 "
    "type=128 code=0 id=33003 src=fd00:0000:0000:0000:0000:0000:0000:0002 "
    "dst=fd00:0000:0000:0000:0000:0000:0000:0001 type=129 code=0 id=33003 mark=0 zone=0 use=2"
)


def test_a_connection_with_both_directions_and_its_state() -> None:
    ((original, reply, entry),) = parse(TCP)
    assert entry == {
        "proto": "TCP",
        "state": "ESTABLISHED",
        "flags": ["ASSURED"],
        "orig": {"src": "10.244.1.2", "dst": "10.96.0.80", "sport": 33001, "dport": 80},
        "reply": {"src": "10.244.2.2", "dst": "10.244.1.2", "sport": 8080, "dport": 33001},
    }
    assert original == ("TCP", "10.244.1.2", "10.96.0.80", 33001, 80)
    assert inverted(reply) == ("TCP", "10.244.1.2", "10.244.2.2", 33001, 8080)


def test_what_has_no_state_has_none() -> None:
    ((_, _, entry),) = parse(UDP)
    assert "state" not in entry
    assert entry["flags"] == ["UNREPLIED"]


def test_a_ping_is_told_by_type_and_code() -> None:
    ((original, reply, entry),) = parse(PING)
    assert entry["orig"] == {"src": "fd00::1", "dst": "fd00::2", "type": 128, "code": 0}
    assert original == inverted(reply) == ("ICMPv6", "fd00::1", "fd00::2", 33003, 0)
