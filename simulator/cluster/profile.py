"""The cluster profile: what manifests do not say (docs/cluster-profile.md). Every key is a --set key."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec

from simulator.cluster.addresses import why_unusable
from simulator.packet.headers import IPAddress, IPNetwork


class SettingError(ValueError):
    """A setting that does not exist or a value that it cannot have."""

    def __init__(self, key: str, message: str, hint: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message
        self.hint = hint


class Assumption(msgspec.Struct, frozen=True):
    """What nobody wrote and was taken to be so; `key` is the --set key that changes it."""

    key: str
    value: str
    message: str


MOST_NODES = 5000
"""Kubernetes is made for so many. kubernetes.io/docs/setup/best-practices/cluster-large"""

SYSCTLS = {
    "net.ipv4.ip_forward": "1",
    "net.ipv6.conf.all.forwarding": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.bridge.bridge-nf-call-ip6tables": "1",
}
"""What a node has where nothing else is said."""


class Profile(msgspec.Struct, frozen=True):
    """The settings in force. `sysctl` holds every sysctl that a node has other than the kernel's default.

    `nodes`: how many workers there are, where no Node objects say so; 0: as many as the pods need.
    """

    cluster_cidrs: tuple[IPNetwork, ...] = (ip_network("10.244.0.0/16"),)
    service_cidrs: tuple[IPNetwork, ...] = (ip_network("10.96.0.0/12"),)
    cni: str = "bridge"
    hairpin_mode: bool = True
    overlay: str = "host-gw"
    proxy: str = "iptables"
    masquerade_all: bool = False
    node_port_addresses: tuple[IPNetwork, ...] = ()
    detect_local_mode: str = "ClusterCIDR"
    policy: str = "generic"
    host_network_pods: str = "unpoliced"
    listen: str = "declared"
    neighbors: str = "warm"
    addons: str = "auto"
    nodes: int = 0
    underlay: IPNetwork = ip_network("192.168.56.0/24")
    router_address: IPAddress = ip_address("192.168.56.1")
    control_plane_address: IPAddress = ip_address("192.168.56.10")
    router_masquerade: bool = False
    internet_address: IPAddress = ip_address("198.51.100.7")
    sysctl: Mapping[str, str] = msgspec.field(default_factory=lambda: dict(SYSCTLS))


class Setting(msgspec.Struct, frozen=True):
    """A --set key: the Profile field it fills, how its text is read, and what to tell of its default."""

    field: str
    read: Callable[[str], Any]
    told: str = ""


def _choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"it is {', '.join(words[:-1])} or {words[-1]}" if words[1:] else f"it is {words[0]}")
        return text

    return read


def _yes(text: str) -> bool:
    words = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
    if text.lower() not in words:
        raise ValueError("it is true or false")
    return words[text.lower()]


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:5]) <= MOST_NODES:
        raise ValueError(f"it is a number from 1 to {MOST_NODES}")
    return int(text)


def _networks(text: str) -> tuple[IPNetwork, ...]:
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> IPNetwork:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError("it is a range of addresses, as in 10.244.0.0/16") from None
    if "/" not in text or str(network.network_address) != str(ip_address(text.partition("/")[0])):
        raise ValueError(f"a range starts with its first address and says its length: {network}")
    return network


def _families(text: str) -> tuple[IPNetwork, ...]:
    """One range, or one of each IP family."""
    found = _networks(text)
    if not found or len(found) > 2 or len({network.version for network in found}) < len(found):
        raise ValueError("it is one range, or an IPv4 and an IPv6 one with a comma between")
    small = next((network for network in found if network.max_prefixlen - network.prefixlen < 4), None)
    if small is not None:
        raise ValueError(f"{small} is too small; a range needs at least 16 addresses")
    return found


def _underlay(text: str) -> IPNetwork:
    network = _network(text)
    if network.version == 6 or not 8 <= network.prefixlen <= 28:
        raise ValueError("it is an IPv4 range from /8 to /28, as in 192.168.56.0/24")
    return network


def _address(text: str) -> IPAddress:
    try:
        return ip_address(text)
    except ValueError:
        raise ValueError("it is an address, as in 192.168.56.1") from None


def _ipv4(text: str) -> IPAddress:
    address = _address(text)
    if address.version == 6:
        raise ValueError("it is an IPv4 address, as in 192.168.56.1")
    return address


LOCAL_MODES = ("ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix")

SETTINGS: dict[str, Setting] = {
    "nodes": Setting("nodes", _count),
    "clusterCIDR": Setting("cluster_cidrs", _families, "Pods get their addresses from {}."),
    "serviceCIDR": Setting("service_cidrs", _families, "Services get their addresses from {}."),
    "cni": Setting("cni", _choice("bridge", "ptp"),
                   "Pods are plugged into a bridge, cni0, on each node (CNI plugin {}; --set cni=ptp has none)."),
    "cni.hairpinMode": Setting("hairpin_mode", _yes),
    "overlay": Setting("overlay", _choice("host-gw", "vxlan"), "Nodes reach each other's pods by {}."),
    "proxy": Setting("proxy", _choice("iptables", "nftables", "ipvs"), "kube-proxy runs in {} mode."),
    "proxy.masqueradeAll": Setting("masquerade_all", _yes),
    "proxy.nodePortAddresses": Setting("node_port_addresses", _networks),
    "proxy.detectLocalMode": Setting("detect_local_mode", _choice(*LOCAL_MODES)),
    "policy": Setting("policy", _choice("generic", "none")),
    "policy.hostNetworkPods": Setting("host_network_pods", _choice("unpoliced", "policed")),
    "listen": Setting("listen", _choice("declared", "all"),
                      "A pod listens on the ports that it declares; a pod that declares none, on whatever is asked."),
    "neighbors": Setting("neighbors", _choice("warm", "cold")),
    "addons": Setting("addons", _choice("auto", "none")),
    "underlay": Setting("underlay", _underlay),
    "router": Setting("router_address", _ipv4),
    "router.masquerade": Setting("router_masquerade", _yes),
    "controlPlane": Setting("control_plane_address", _address, "The API server is at {}."),
    "internet": Setting("internet_address", _ipv4),
}  # fmt: skip
SYSCTL = "sysctl."
SYSCTL_VALUES = ("0", "1", "2")
CLOSE = 0.95
"""So much alike are a sysctl and a misspelt one; net.ipv4.conf.all and net.ipv4.conf.default are less so."""


def make_profile(settings: Mapping[str, str]) -> Profile:
    """The profile with these settings over the defaults. Raises SettingError."""
    fields: dict[str, Any] = {}
    sysctl = dict(SYSCTLS)
    for key, text in settings.items():
        name = key.removeprefix(SYSCTL)
        if name and name != key:
            sysctl[name] = _sysctl(key, name, text)
            continue
        setting = SETTINGS.get(key)
        if setting is None:
            raise SettingError(key, "there is no such setting.", _meant(key))
        try:
            fields[setting.field] = setting.read(text)
        except ValueError as error:
            hint = f"For example --set {key}={_example(key)}."
            raise SettingError(key, f'"{text}" will not do: {error}.', hint) from None
    profile = _with_own_machines(Profile(**fields, sysctl=sysctl), settings)
    _check(profile, settings)
    return profile


def _sysctl(key: str, name: str, text: str) -> str:
    if name in SYSCTLS:
        if text not in SYSCTL_VALUES:
            raise SettingError(
                key, f'"{text}" will not do: it is 0, 1 or 2.', f"For example --set {key}={SYSCTLS[name]}."
            )
        return text
    from difflib import get_close_matches

    close = get_close_matches(name, SYSCTLS, 1, CLOSE)
    if close:
        raise SettingError(key, "there is no such sysctl.", f'Did you mean "{SYSCTL}{close[0]}"?')
    return text


def _with_own_machines(profile: Profile, given: Mapping[str, str]) -> Profile:
    """An underlay without a router or control plane of its own gets its .1 and .10."""
    if "underlay" not in given:
        return profile
    numbers = {"router": 1, "controlPlane": 10}
    changes: dict[str, Any] = {
        SETTINGS[key].field: profile.underlay[number] for key, number in numbers.items() if key not in given
    }
    return msgspec.structs.replace(profile, **changes)


def _check(profile: Profile, given: Mapping[str, str]) -> None:
    """What is right by itself may not fit together."""
    if profile.router_address not in profile.underlay:
        raise SettingError("router", f"{profile.router_address} is not in the underlay, {profile.underlay}.",
                           f"Choose an address in it, as in --set router={profile.underlay[1]}.")  # fmt: skip
    if profile.router_address == profile.control_plane_address:
        raise SettingError("controlPlane", f"{profile.control_plane_address} is the router's address.",
                           f"Choose another one, as in --set controlPlane={profile.underlay[10]}.")  # fmt: skip
    for key, address in _machines(profile).items():
        why = why_unusable(address)
        if why:
            hint = f"For example --set {key}={_example(key)}."
            raise SettingError(key, f"no machine can have {address}: {why}.", hint)
    for key, address, other, taken in misplaced(profile):
        if key in given and other in given:
            message = f"{address} is in or beside {taken} ({other})."
            raise SettingError(key, message, "Choose an address apart from all ranges.")
    for key, cidr, other, taken in overlaps(profile):
        if key in given and other in given:
            raise SettingError(
                key, f"{cidr} and {taken} ({other}) overlap.", "Choose ranges with no address in common."
            )


def _machines(profile: Profile) -> dict[str, IPAddress]:
    return {"router": profile.router_address, "controlPlane": profile.control_plane_address,
            "internet": profile.internet_address}  # fmt: skip


def misplaced(profile: Profile) -> Iterator[tuple[str, IPAddress, str, IPNetwork]]:
    """Machines in a range of others: each with its setting. The router has the rest of the outside client's /24."""
    for key, address in _machines(profile).items():
        own = ip_network(f"{address}/{24 if key == 'internet' else address.max_prefixlen}", strict=False)
        for other, cidr in _ranges(profile):
            at_home = key != "internet" and address in profile.underlay and cidr.overlaps(profile.underlay)
            if not at_home and own.version == cidr.version and own.overlaps(cidr):
                yield key, address, other, cidr


def _ranges(profile: Profile) -> list[tuple[str, IPNetwork]]:
    ranges = [("clusterCIDR", cidr) for cidr in profile.cluster_cidrs]
    return ranges + [("serviceCIDR", cidr) for cidr in profile.service_cidrs] + [("underlay", profile.underlay)]


def overlaps(profile: Profile) -> Iterator[tuple[str, IPNetwork, str, IPNetwork]]:
    """Ranges that have addresses in common: each with its setting."""
    ranges = _ranges(profile)
    for at, (key, cidr) in enumerate(ranges):
        for other, taken in ranges[:at]:
            if key != other and cidr.version == taken.version and cidr.overlaps(taken):
                yield key, cidr, other, taken


def assumptions(profile: Profile, given: Mapping[str, str]) -> list[Assumption]:
    """The defaults in force, in plain words."""
    found = []
    for key, setting in SETTINGS.items():
        if setting.told and key not in given:
            value = getattr(profile, setting.field)
            text = ", ".join(str(v) for v in value) if isinstance(value, tuple) else str(value)
            found.append(Assumption(key, text, setting.told.format(text)))
    return found


def _example(key: str) -> str:
    value = getattr(Profile(), SETTINGS[key].field)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(str(v) for v in value) or str(Profile().underlay)
    return str(value or 3)


def _meant(key: str) -> str:
    from difflib import get_close_matches

    same = [known for known in SETTINGS if known.lower() == key.lower()]
    close = same or get_close_matches(key, SETTINGS, 1)
    return f'Did you mean "{close[0]}"?' if close else f"Settings are {', '.join(SETTINGS)} and sysctl.NAME."
