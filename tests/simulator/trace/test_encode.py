"""The JSON of traces: addresses as strings, enums by value, headers told apart by their type."""

import json
from ipaddress import ip_address, ip_network

import pytest

from simulator.packet.headers import Icmp, Ip, Protocol, Quoted, Tcp
from simulator.packet.packet import Packet
from simulator.steps import Cause, Layer, Step, StepKind, Text
from simulator.trace.encode import indented, to_builtins, to_json

PACKET = Packet(Ip(ip_address("10.244.1.100"), ip_address("fd00::1"), 64, Protocol.TCP), Tcp(40000, 80, "S"))


def test_a_packet_is_told_with_addresses_as_strings():
    told = to_builtins(PACKET)
    assert told["ip"] == {"src": "10.244.1.100", "dst": "fd00::1", "ttl": 64, "protocol": "TCP"}
    assert told["l4"] == {"type": "tcp", "sport": 40000, "dport": 80, "flags": "S"}


def test_an_icmp_error_is_told_with_what_it_quotes():
    l4 = Icmp(3, 3, quoted=Quoted(PACKET.ip, PACKET.l4))
    told = to_builtins(Packet(PACKET.ip, l4))["l4"]
    assert (told["type"], told["icmpType"], told["code"]) == ("icmp", 3, 3)
    assert told["quoted"]["l4"]["dport"] == 80


def test_a_step_is_told_with_its_enums_by_value():
    step = Step("node-a", "node-a", StepKind.DROP, Layer.NETWORK, PACKET, Text("x"), "f()", cause=Cause.RULE_REJECT)
    told = to_builtins(step)
    assert (told["kind"], told["layer"], told["cause"]) == ("drop", "network", "rule-reject")


def test_json_and_builtins_are_the_same():
    value = {"net": ip_network("10.0.0.0/8"), "packet": PACKET}
    assert json.loads(to_json(value)) == to_builtins(value) == json.loads(indented(value))


def test_what_has_no_json_form_is_a_fault():
    with pytest.raises(NotImplementedError):
        to_json({"x": object()})
