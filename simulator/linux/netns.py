"""Netns: a network namespace, everything that `ip netns exec NAME` would show."""

from collections.abc import Callable, Mapping

import msgspec

from simulator.linux import nftables as nft
from simulator.linux.device import Device, DeviceKind
from simulator.linux.iptables import Tables
from simulator.linux.neighbor import NeighborLookup
from simulator.linux.netfilter import BaseChain
from simulator.linux.route import RoutingTable
from simulator.linux.socket import Sockets
from simulator.origin import Origins
from simulator.packet.headers import IPAddress

AsksAnew = Callable[[str, IPAddress], bool]


class Netns(msgspec.Struct):
    """What a namespace holds; the live tables (conntrack and the like) belong to the walk's session.

    `element` is how the picture names it, `enter` the words that run a command inside it.
    `asks_anew` says which neighbours have to be asked for although they were known (device, address). `altered` says
    what is not as the programs left it, and where that comes from: "route 10.244.2.0/24", "link eth0", "mtu eth0",
    "fdb MAC", "neighbor IP", "hairpin PORT", "sysctl KEY", "conntrack".
    `tables` are those of iptables by family, `nftables` all others by (family, name); `hooks` stand in the order in
    which they run. `fdb` maps a bridge to its {MAC: port}; a MAC that is the bridge's own means the host itself.
    """

    name: str
    host: str
    element: str
    devices: Mapping[str, Device]
    routes: RoutingTable
    neighbors: NeighborLookup
    sockets: Sockets
    sysctl: Mapping[str, str] = {}
    fdb: Mapping[str, Mapping[str, str]] = {}
    tables: Mapping[int, Tables] = {}
    nftables: Mapping[tuple[int, str], nft.Table] = {}
    hooks: tuple[BaseChain, ...] = ()
    conntrack: bool = False
    conntrack_full: bool = False
    asks_anew: AsksAnew | None = None
    altered: Mapping[str, Origins] = {}
    enter: tuple[str, ...] = ()
    origins: Origins = ()
    _local: dict[IPAddress, str] | None = None

    def local_device(self, address: IPAddress) -> str | None:
        """The device that has an address, None where it is not local (table `local` of `ip route`)."""
        if self._local is None:
            self._local = {i.ip: d.name for d in self.devices.values() for i in d.addresses}
        if address.is_loopback:
            return self._local.get(address, "lo")
        return self._local.get(address)

    def why(self, *keys: str) -> Origins:
        """Where it comes from that something is not as it was; nothing for what is."""
        return tuple(origin for key in keys for origin in self.altered.get(key, ())) if self.altered else ()

    def device_by_mac(self, mac: str) -> Device | None:
        return next((d for d in self.devices.values() if d.mac == mac), None)

    def sysctl_on(self, key: str) -> bool:
        return self.sysctl.get(key, "0") not in ("0", "")

    @property
    def loopback(self) -> Device:
        return next(d for d in self.devices.values() if d.kind is DeviceKind.LOOPBACK)
