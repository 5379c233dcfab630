"""Devices: what `ip link` shows."""

from collections.abc import Mapping
from enum import Enum
from ipaddress import IPv4Interface, IPv6Interface

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress

Interface = IPv4Interface | IPv6Interface


class DeviceKind(Enum):
    LOOPBACK = "loopback"
    PHYSICAL = "physical"
    VETH = "veth"
    BRIDGE = "bridge"
    VXLAN = "vxlan"


class Vtep(msgspec.Struct, frozen=True):
    """What `ip -d link show type vxlan` and `bridge fdb show` add: VNI, UDP port, own outer address, and which
    outer address each inner MAC address is behind."""

    vni: int
    port: int
    local: IPAddress
    fdb: Mapping[str, IPAddress]


class Device(msgspec.Struct, frozen=True):
    """A net_device. `peer` is the other end of a veth as (netns, device), `master` the bridge that it is a port of,
    `segment` the wire that a physical device is plugged into. `up`: IFF_UP; `carrier`: its other end is alive."""

    name: str
    kind: DeviceKind
    mac: str
    addresses: tuple[Interface, ...] = ()
    master: str | None = None
    peer: tuple[str, str] | None = None
    segment: str | None = None
    hairpin: bool = False
    mtu: int = 1500
    up: bool = True
    carrier: bool = True
    vtep: Vtep | None = None
    origins: Origins = ()

    @property
    def running(self) -> bool:
        """Whether frames go through. include/linux/netdevice.h: netif_running(), netif_carrier_ok()"""
        return self.up and self.carrier

    def address(self, version: int) -> Interface | None:
        """The primary address of a family that others may know: the first that was added."""
        usable = (a for a in self.addresses if not a.ip.is_link_local and not a.ip.is_loopback)
        return next((a for a in usable if a.version == version), None)

    def select_address(self, towards: IPAddress) -> IPAddress | None:
        """The address this device speaks to `towards` with: one of the same subnet before the primary one.

        net/ipv4/devinet.c:inet_select_addr()
        """
        primary = self.address(towards.version)
        if primary is None:
            return None
        return next((a.ip for a in self.addresses if a.version == towards.version and towards in a.network), primary.ip)
