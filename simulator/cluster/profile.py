"""The cluster profile: what manifests do not say (docs/cluster-profile.md). Every key is a --set key."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec

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
    policy: str = "none"
    listen: str = "declared"
    addons: str = "none"
    nodes: int = 0
    underlay: IPNetwork = ip_network("192.168.56.0/24")
    router_address: IPAddress = ip_address("192.168.56.1")
    control_plane_address: IPAddress = ip_address("192.168.56.10")
    internet_address: IPAddress = ip_address("198.51.100.7")
    sysctl: Mapping[str, str] = msgspec.field(default_factory=lambda: dict(SYSCTLS))


class Setting(msgspec.Struct, frozen=True):
    """A --set key: the Profile field it fills, how its text is read, and what to tell when it is left at its default."""

    field: str
    read: Callable[[str], Any]
    told: str = ""


def _choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"it is one of {', '.join(words)}")
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
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"it is one range or two with a comma, as in 10.244.0.0/16 ({error})") from None


def _network(text: str) -> IPNetwork:
    found = _networks(text)
    if len(found) != 1:
        raise ValueError("it is one range, as in 192.168.56.0/24")
    return found[0]


def _address(text: str) -> IPAddress:
    try:
        return ip_address(text)
    except ValueError:
        raise ValueError("it is an address, as in 192.168.56.1") from None


SETTINGS: dict[str, Setting] = {
    "nodes": Setting("nodes", _count),
    "clusterCIDR": Setting("cluster_cidrs", _networks, "Pods get their addresses from {}."),
    "serviceCIDR": Setting("service_cidrs", _networks, "Services get their addresses from {}."),
    "cni": Setting("cni", _choice("bridge"), "Pods are plugged into a bridge, cni0, on each node (CNI plugin bridge)."),
    "cni.hairpinMode": Setting("hairpin_mode", _yes),
    "overlay": Setting("overlay", _choice("host-gw", "vxlan"), "Nodes reach each other's pods by {}."),
    "proxy": Setting("proxy", _choice("iptables", "nftables"), "kube-proxy runs in {} mode."),
    "proxy.masqueradeAll": Setting("masquerade_all", _yes),
    "proxy.nodePortAddresses": Setting("node_port_addresses", _networks),
    "proxy.detectLocalMode": Setting("detect_local_mode", _choice("ClusterCIDR", "NodeCIDR")),
    "policy": Setting("policy", _choice("none"), "The network plugin does not enforce NetworkPolicy."),
    "listen": Setting("listen", _choice("declared", "all"),
                      "A pod listens on the ports that it declares; a pod that declares none, on whatever is asked."),
    "addons": Setting("addons", _choice("none")),
    "underlay": Setting("underlay", _network),
    "router": Setting("router_address", _address),
    "controlPlane": Setting("control_plane_address", _address, "The API server is at {}."),
    "internet": Setting("internet_address", _address),
}  # fmt: skip
SYSCTL = "sysctl."


def make_profile(settings: Mapping[str, str]) -> Profile:
    """The profile with these settings over the defaults. Raises SettingError."""
    fields: dict[str, Any] = {}
    sysctl = dict(Profile().sysctl)
    for key, text in settings.items():
        if key.startswith(SYSCTL) and len(key) > len(SYSCTL):
            sysctl[key.removeprefix(SYSCTL)] = text
            continue
        setting = SETTINGS.get(key)
        if setting is None:
            raise SettingError(key, "there is no such setting.", _meant(key))
        try:
            fields[setting.field] = setting.read(text)
        except ValueError as error:
            raise SettingError(key, f'"{text}" will not do: {error}.', f"For example --set {key}={_example(key)}.") from None
    profile = Profile(**fields, sysctl=sysctl)
    return _consistent(profile, set(settings))


def _consistent(profile: Profile, given: set[str]) -> Profile:
    """An underlay without a router or control plane of its own gets its .1 and .10."""
    changes: dict[str, Any] = {}
    if "underlay" in given:
        for key, field, number in (("router", "router_address", 1), ("controlPlane", "control_plane_address", 10)):
            if key not in given:
                changes[field] = profile.underlay[number]
    return msgspec.structs.replace(profile, **changes)


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
    return ",".join(str(v) for v in value) if isinstance(value, tuple) else str(value)


def _meant(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, SETTINGS, 1)
    return f'Did you mean "{close[0]}"?' if close else f"Settings are {', '.join(SETTINGS)} and sysctl.NAME."
