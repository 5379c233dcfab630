"""What can be broken at a place of the picture: every fault that makes sense there, with words for a menu."""

from collections.abc import Iterator

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import KINDS, Fault, FaultError, checked
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.linux.network import Network

SHRINK = 100
"""So many bytes smaller than it is an MTU gets by one click."""
MOST = 24
"""So many routes or entries of one place are offered."""


class Breakable(msgspec.Struct, frozen=True):
    """One thing to do: the fault's text, the kind in a few words, what it is about, and what is so afterwards."""

    fault: str
    kind: str
    label: str
    says: str


class BreakMenu(msgspec.Struct, frozen=True):
    """What can be broken at an element of the picture; nothing where that is none."""

    at: str
    faults: tuple[Breakable, ...]


def menu(cluster: Cluster, network: Network, at: str) -> BreakMenu:
    """The faults that can be had at an element ("node:node-a", "pod:default/web-0", "node:node-a/cni0")."""
    return BreakMenu(at, tuple(_offered(cluster, _at(cluster, network, at))))


def described(cluster: Cluster, texts: Iterator[str] | tuple[str, ...]) -> Iterator[Breakable]:
    """Faults in the words of the menu."""
    return _offered(cluster, iter(texts))


def _offered(cluster: Cluster, texts: Iterator[str]) -> Iterator[Breakable]:
    for text in texts:
        fault = Fault.parse(text)
        try:
            (found,) = checked(cluster, (fault,))
        except FaultError:
            continue  # a place that the cluster's own words do not reach, as a device of a machine without a Node
        about = f": {found.what}" if found.what else ""
        value = f" to {fault.value}" if fault.value else ""
        yield Breakable(text, fault.kind, f"{KINDS[fault.kind].label}{about}{value}", found.says)


def _at(cluster: Cluster, network: Network, at: str) -> Iterator[str]:
    kind, _, rest = at.partition(":")
    words = rest.split("/")
    if kind == "pod" and "/".join(words[:2]) in cluster.pods:
        key, device = "/".join(words[:2]), "/".join(words[2:])
        yield from _of_device(network, key, device) if device else _of_pod(cluster, network, key)
    elif kind in ("node", "host") and words[0]:
        machine, device = words[0], "/".join(words[1:])
        yield from _of_device(network, machine, device) if device else _of_machine(cluster, network, machine)


def _netns(network: Network, name: str) -> Netns | None:
    try:
        return network.netns(name)
    except KeyError:
        return None


def _of_pod(cluster: Cluster, network: Network, key: str) -> Iterator[str]:
    yield from (f"{kind}:{key}" for kind in ("pod-stopped", "pod-crashed", "pod-unready", "pod-terminating"))
    if cluster.pods[key].host_network:
        return
    yield f"hairpin-off:{key}"
    yield from _of_device(network, key, "eth0")
    netns = _netns(network, key)
    if netns is not None:
        yield from _routes(netns)


def _of_machine(cluster: Cluster, network: Network, name: str) -> Iterator[str]:
    netns = _netns(network, name)
    if netns is None:
        return
    if name in cluster.nodes:
        kinds = ("node-cut", "node-lost", "node-drained", "proxy-stopped", "proxy-flushed", "hairpin-off")
        yield from (f"{kind}:{name}" for kind in kinds)
        yield from _sysctls(netns)
        yield f"conntrack-full:{name}"
    yield f"icmp-filtered:{name}"
    for device in netns.devices.values():
        if device.kind in (DeviceKind.PHYSICAL, DeviceKind.BRIDGE, DeviceKind.VXLAN):
            yield from _of_device(network, name, device.name)
    yield from _routes(netns)


def _sysctls(netns: Netns) -> Iterator[str]:
    for key, value in netns.sysctl.items():
        if key.endswith(("ip_forward", "bridge-nf-call-iptables")) and value == "1":
            yield f"sysctl-off:{netns.name}/{key}"
        elif key == "net.ipv4.conf.all.rp_filter" and value == "0":
            yield f"sysctl-on:{netns.name}/{key}"


def _of_device(network: Network, host: str, name: str) -> Iterator[str]:
    netns = _netns(network, host)
    device = netns.devices.get(name) if netns is not None else None
    if netns is None or device is None or device.kind is DeviceKind.LOOPBACK:
        return
    yield f"link-cut:{host}/{name}"
    yield f"mtu:{host}/{name}={device.mtu - SHRINK}"
    yield from (f"fdb-forgotten:{host}/{mac}" for mac in _macs(netns, device)[:MOST])
    if device.vtep is not None:
        yield f"port-blocked:{host}/{device.vtep.port}/UDP"


def _macs(netns: Netns, device: Device) -> list[str]:
    if device.vtep is not None:
        return [mac for mac in device.vtep.fdb if mac != device.mac]
    return list(netns.fdb.get(device.name, {}))


def _routes(netns: Netns) -> Iterator[str]:
    names = ("default" if r.destination.prefixlen == 0 else str(r.destination) for r in netns.routes if r.device)
    yield from (f"route-forgotten:{netns.name}/{name}" for name in list(dict.fromkeys(names))[:MOST])
