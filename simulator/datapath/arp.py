"""What neighbours say to each other: who has this address? I have. Frames only; the tables are neighbour.py's.

net/ipv4/arp.c:arp_create(), net/ipv6/ndisc.c:ndisc_send_ns(), ndisc_send_na()
"""

from ipaddress import IPv6Address

from simulator.linux.device import Device
from simulator.linux.netns import Netns
from simulator.packet.headers import BROADCAST, MULTICAST, Arp, Ethernet, Ip, IPAddress, Ndp, Protocol, Resolution
from simulator.packet.packet import Packet

SOLICITATION = 135
ADVERTISEMENT = 136
NDP_HOP_LIMIT = 255
SOLICITED_NODE = int(IPv6Address("ff02::1:ff00:0"))
_UNKNOWN = "zero"


def question(netns: Netns, device: Device, waiting: Packet, target: IPAddress) -> Packet:
    """Who has `target`? To everybody on the wire (IPv6: to those whose address ends alike)."""
    source = announced(netns, device, waiting.ip.src, target)
    if target.version == 6:
        group = IPv6Address(SOLICITED_NODE | (int(target) & 0xFFFFFF))
        ip = Ip(source, group, NDP_HOP_LIMIT, Protocol.ICMPV6)
        return Packet(ip=ip, l4=Ndp(SOLICITATION, target, device.mac), eth=Ethernet(device.mac, MULTICAST))
    ip = Ip(source, target, 0, Protocol.ARP)
    arp = Arp("request", device.mac, source, _UNKNOWN, target)
    return Packet(ip=ip, l4=arp, eth=Ethernet(device.mac, BROADCAST))


def announced(netns: Netns, device: Device, source: IPAddress, target: IPAddress) -> IPAddress:
    """The address that a question comes from: the waiting packet's own, if it is one of this host (IPv6: of this
    device), else one of the device. arp.c:arp_solicit() with arp_announce 0, ndisc.c:ndisc_solicit()
    """
    holder = netns.local_device(source)
    if holder is not None and (target.version == 4 or holder == device.name):
        return source
    own = device.select_address(target)
    others = (d.select_address(target) for d in netns.devices.values() if d.name != netns.loopback.name)
    return own or next((a for a in others if a is not None), source)


def answer(device: Device, asked: Packet) -> Packet:
    """I have: to the one who asked."""
    heard = asked.resolution
    assert heard is not None
    assert asked.eth is not None
    target = target_of(heard)
    eth = Ethernet(device.mac, asked.eth.src)
    if isinstance(heard, Ndp):
        ip = Ip(target, asked.ip.src, NDP_HOP_LIMIT, Protocol.ICMPV6)
        return Packet(ip=ip, l4=Ndp(ADVERTISEMENT, target, device.mac), eth=eth)
    arp = Arp("reply", device.mac, target, heard.sha, heard.spa)
    return Packet(ip=Ip(target, heard.spa, 0, Protocol.ARP), l4=arp, eth=eth)


def is_question(heard: Resolution) -> bool:
    return heard.type == SOLICITATION if isinstance(heard, Ndp) else heard.operation == "request"


def target_of(heard: Resolution) -> IPAddress:
    """The address that a question, or an advertisement, is about."""
    return heard.target if isinstance(heard, Ndp) else heard.tpa
