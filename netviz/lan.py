"""Where this machine is on its network: the names and addresses that others may use, those first that a phone knows."""

import socket
import struct
import sys

SIOCGIFADDR = {"linux": 0x8915, "darwin": 0xC0206921}
"""What ioctl asks for the address of an interface by (netdevice(7))."""
INSIDE = ("docker", "br-", "veth", "virbr", "cni", "podman", "lxc", "vmnet", "vboxnet", "flannel")
"""Interfaces that lead to containers and virtual machines of this machine; nobody's phone is there."""
WORLD = ((socket.AF_INET, "198.51.100.7"), (socket.AF_INET6, "2001:db8::7"))


def own_names(ipv6: bool = True) -> list[str]:
    """As addresses and Host headers write them. A network without a way to the internet is one, too."""
    name = socket.gethostname().lower()
    found = [_towards(family, probe) for family, probe in WORLD]
    found += _of_interfaces()
    found += _resolved(name)
    found += [f"{name}.local", name]
    kept = dict.fromkeys(one for one in found if one and (ipv6 or ":" not in one))
    return [bracketed(one) for one in kept]


def bracketed(host: str) -> str:
    """A host as addresses and Host headers write it."""
    return f"[{host}]" if ":" in host else host


def _towards(family: socket.AddressFamily, probe: str) -> str | None:
    """The address that this machine would send from; connecting a UDP socket sends nothing."""
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        try:
            udp.connect((probe, 9))
        except OSError:
            return None
        address: str = udp.getsockname()[0]
        return address


def _of_interfaces() -> list[str]:
    """The IPv4 address of each interface, where this system tells; those that lead inside come last."""
    request = SIOCGIFADDR.get(sys.platform)
    if request is None:
        return []
    names = sorted((name for _, name in socket.if_nameindex()), key=lambda name: name.startswith(INSIDE))
    found = (_of_interface(name, request) for name in names)
    return [address for address in found if address and not address.startswith(("127.", "169.254."))]


def _of_interface(name: str, request: int) -> str | None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking.fileno(), request, struct.pack("256s", name.encode()[:15]))
        except OSError:
            return None  # it has none
    return socket.inet_ntoa(answer[20:24])


def _resolved(name: str) -> list[str]:
    try:
        infos = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return [str(info[4][0]).partition("%")[0] for info in infos]
