"""Devices speak with the address that fits whom they speak to."""

from ipaddress import ip_address, ip_interface

from simulator.linux.device import Device, DeviceKind

CNI0 = Device("cni0", DeviceKind.BRIDGE, "node-a:cni0", (ip_interface("10.244.1.1/24"), ip_interface("10.1.0.1/16")))
LO = Device("lo", DeviceKind.LOOPBACK, "zero", (ip_interface("127.0.0.1/8"), ip_interface("::1/128")))


def test_an_address_of_the_same_subnet_is_preferred() -> None:
    assert CNI0.select_address(ip_address("10.1.3.4")) == ip_address("10.1.0.1")


def test_else_the_first_address_speaks() -> None:
    assert CNI0.select_address(ip_address("192.168.56.1")) == ip_address("10.244.1.1")


def test_a_loopback_address_is_never_shown_to_others() -> None:
    assert LO.select_address(ip_address("192.168.56.11")) is None


def test_a_family_that_a_device_has_not_is_none() -> None:
    assert CNI0.select_address(ip_address("fd00::1")) is None
