"""Where others reach this machine."""

import socket

from netviz import lan


def test_the_machine_knows_its_own_names() -> None:
    names = lan.own_names()
    assert socket.gethostname().lower() in names
    assert all("[" in name for name in names if ":" in name)
    assert "*" not in names


def test_a_network_without_a_way_out_has_addresses_and_containers_come_last(monkeypatch) -> None:
    addresses = {"docker0": "172.17.0.1", "lo": "127.0.0.1", "wlan0": "10.42.0.1", "wlan1": None}
    monkeypatch.setattr(lan, "_towards", lambda family, probe: None)
    monkeypatch.setattr(lan, "_resolved", lambda name: ["127.0.1.1"])
    monkeypatch.setattr(lan, "_of_interface", lambda name, request: addresses[name])
    monkeypatch.setattr(lan.socket, "if_nameindex", lambda: list(enumerate(addresses)))
    monkeypatch.setattr(lan.sys, "platform", "linux")
    assert lan.own_names()[:2] == ["10.42.0.1", "172.17.0.1"]


def test_a_server_that_hears_ipv4_only_has_no_other_addresses(monkeypatch) -> None:
    monkeypatch.setattr(lan, "_resolved", lambda name: ["10.1.2.3", "fd00::2"])
    assert "[fd00::2]" in lan.own_names()
    assert not [name for name in lan.own_names(ipv6=False) if ":" in name]
