"""Addresses in text: as Linux's tools print them, and read back as what they were."""

from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.linux.inet_ntop import address_text, network_text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("::ffff:5600:0", "::ffff:86.0.0.0"),
        ("::102:304", "::1.2.3.4"),
        ("::1", "::1"),
        ("fd00::1", "fd00::1"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_an_ipv4_address_inside_an_ipv6_one_keeps_its_form(address: str, text: str) -> None:
    assert address_text(ip_address(address)) == text


def test_a_network_keeps_its_length() -> None:
    assert network_text(ip_network("::ffff:5600:0/104")) == "::ffff:86.0.0.0/104"


@given(st.integers(0, (1 << 128) - 1) | st.integers(0, 1 << 49))
def test_every_text_is_read_back(number: int) -> None:
    assert ip_address(address_text(IPv6Address(number))) == IPv6Address(number)
