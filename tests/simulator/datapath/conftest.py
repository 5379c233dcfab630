"""Small networks, made by hand: two hosts on a wire with a router between, and rules as iptables text."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_interface, ip_network

import pytest

from simulator.chance import Option
from simulator.linux import nftables as nft
from simulator.linux.device import Device, DeviceKind
from simulator.linux.iptables_restore import parse
from simulator.linux.neighbor import Neighbor
from simulator.linux.netfilter import base_chains, nft_base_chains, running_order
from simulator.linux.netns import Netns
from simulator.linux.network import Network, Segment
from simulator.linux.route import Route, RoutingTable
from simulator.linux.socket import Socket, Sockets
from simulator.packet.headers import IPAddress, Protocol
from simulator.trace.conversation import converse, open_session
from simulator.trace.legs import Said
from simulator.trace.model import Flow

LO = Device("lo", DeviceKind.LOOPBACK, "zero", (ip_interface("127.0.0.1/8"),))
EMPTY = "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
ADDRESSES = {"client": "10.0.1.2", "server": "10.0.2.2"}

Ask = Callable[..., Said]


def host(name: str, address: str, gateway: str) -> Netns:
    eth0 = Device("eth0", DeviceKind.PHYSICAL, f"{name}:eth0", (ip_interface(f"{address}/24"),), segment=f"wire-{name}")
    network = ip_network(f"{address}/24", strict=False)
    routes = [
        Route(network, "eth0", source=ip_address(address), kernel=True),
        Route(ip_network("0.0.0.0/0"), "eth0", gateway=ip_address(gateway)),
    ]

    def neighbors(device: str, wanted: IPAddress) -> Neighbor | None:
        return Neighbor(wanted, device, f"middle:{name}") if wanted == ip_address(gateway) else None

    listening = (Socket(Protocol.TCP, None, 8080, name), Socket(Protocol.UDP, None, 53, name))
    return Netns(name, name, f"host:{name}", {"lo": LO, "eth0": eth0}, RoutingTable(routes), neighbors,
                 Sockets(listening, name))  # fmt: skip


def middle(rules: str, sysctl: dict[str, str], table: nft.Table | None = None) -> Netns:
    devices = {"lo": LO}
    routes = []
    for name, address in ADDRESSES.items():
        own = ip_interface(address.rsplit(".", 1)[0] + ".1/24")
        devices[name] = Device(name, DeviceKind.PHYSICAL, f"middle:{name}", (own,), segment=f"wire-{name}")
        routes.append(Route(own.network, name, source=own.ip, kernel=True))

    def neighbors(device: str, wanted: IPAddress) -> Neighbor | None:
        known = wanted == ip_address(ADDRESSES[device])
        return Neighbor(wanted, device, f"{device}:eth0") if known else None

    held = parse(rules, 4)
    hooks = (*base_chains(held), *(nft_base_chains(table, table.chains.values()) if table else ()))
    return Netns("middle", "middle", "node:middle", devices, RoutingTable(routes), neighbors, Sockets(owner="middle"),
                 {"net.ipv4.ip_forward": "1", **sysctl}, tables={4: held}, hooks=running_order(hooks),
                 nftables={(4, table.name): table} if table else {}, conntrack=True)  # fmt: skip


@pytest.fixture
def ask() -> Ask:
    """Ask the server (or `to`) something from the client, with these rules on the machine between them."""

    def asking(
        rules: str = EMPTY,
        to: str = "10.0.2.2",
        port: int | None = 8080,
        protocol: Protocol = Protocol.TCP,
        source: str = "client",
        sysctl: dict[str, str] | None = None,
        pick: int = 0,
        nftables: nft.Table | None = None,
        cold: bool = False,
    ) -> Said:
        namespaces = {
            "client": host("client", "10.0.1.2", "10.0.1.1"),
            "server": host("server", "10.0.2.2", "10.0.2.1"),
            "middle": middle(rules, sysctl or {}, nftables),
        }
        segments = {
            f"wire-{n}": Segment(f"wire-{n}", {f"{n}:eth0": (n, "eth0"), f"middle:{n}": ("middle", n)})
            for n in ADDRESSES
        }
        owners = {ip_address(a): n for n, a in ADDRESSES.items()}
        network = Network(namespaces.__getitem__, segments, owners.get, cold=cold)
        flow = Flow(source, to, ip_address(to), port, protocol)

        def choose(options: Sequence[Option]) -> int:
            return pick

        return converse(open_session(network, flow, choose, 0), flow)

    return asking
