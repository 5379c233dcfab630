"""Addresses as the tools print them: inet_ntop() writes an IPv4 address inside an IPv6 one in IPv4's own form."""

from ipaddress import IPv4Address

from simulator.packet.headers import IPAddress, IPNetwork


def address_text(address: IPAddress) -> str:
    """::ffff:192.0.2.1 and ::192.0.2.1, in place of ::ffff:c000:201 and ::c000:201."""
    number = int(address)
    if address.version == 6 and 0x10000 <= number < 1 << 48 and number >> 32 in (0, 0xFFFF):
        return f"::{'ffff:' if number >> 32 else ''}{IPv4Address(number & 0xFFFFFFFF)}"
    return str(address)


def network_text(network: IPNetwork) -> str:
    return f"{address_text(network.network_address)}/{network.prefixlen}"
