"""Faults: what can be broken in a cluster, as texts KIND:TARGET[=VALUE] ("link-cut:node-a/eth0", docs/faults.md).

The set is closed. A fault is a noun: `Fault.parse()` reads one, `checked()` finds what it names. What the controllers
make of those about pods and nodes is in breaking.py, what they do to a kernel in `simulator/compilers/faults.py`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from ipaddress import ip_address, ip_network

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.profile import SYSCTLS
from simulator.origin import Origin, Origins

MAX_FAULTS = 16
"""So many things may be broken at once in one question."""
MTU_RANGE = (68, 65535)
"""RFC 791: every link carries 68 bytes; include/linux/if_ether.h: ETH_MAX_MTU."""
FAULT = "Fault"
"""The kind under which origins name a fault: "Fault pod-stopped:default/web-0"."""
MACHINES = ("router", "internet", "cp")
"""Hosts that are no Nodes of the upload."""


class FaultError(ValueError):
    """A text that is no fault, or one about something that is not there. `code`: bad-fault, unknown-fault-target or
    too-many-faults."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class Kind(msgspec.Struct, frozen=True):
    """A row of the closed set: what its target is ("pod", "node/device", ...), what one does, and what is so then.

    In `says`, {host} is the machine or pod, {what} the thing in it, {value} what stands behind "=".
    """

    target: str
    example: str
    label: str
    says: str
    value: str = ""


POD, NODE, HOST, PLACE = "pod", "node", "host", "place"
DEVICE, ROUTE, NEIGHBOR, FDB, SYSCTL, PORT = "device", "route", "neighbor", "fdb", "sysctl", "port"

KINDS: dict[str, Kind] = {
    "pod-stopped": Kind(POD, "default/web-0", "Stop the pod",
        "The pod {host} is stopped: its network namespace and address are gone, its endpoints are removed, and nothing "
        "has taken its place yet."),
    "pod-crashed": Kind(POD, "default/web-0", "Crash its containers",
        "The containers of {host} have crashed: the pod keeps its address, but nobody listens in it and it is not "
        "ready."),
    "pod-unready": Kind(POD, "default/web-0", "Make it unready",
        "The readiness probe of {host} fails: the pod runs, but its endpoints are not ready."),
    "pod-terminating": Kind(POD, "default/web-0", "Delete it (terminating)",
        "The pod {host} is being deleted: it still answers until its grace period ends, but its endpoints are "
        "terminating."),
    "node-drained": Kind(NODE, "node-a", "Drain the node",
        "The node {host} is drained: it takes no new pods, and pods of workloads have moved to other nodes with new "
        "addresses. DaemonSet pods stay; bare pods are gone."),
    "node-cut": Kind(NODE, "node-b", "Unplug the node",
        "The cable of {host} is unplugged, this very moment: nobody has noticed yet, so its pods still count as "
        "ready."),
    "node-lost": Kind(NODE, "node-b", "Unplug the node, a minute ago",
        "The node {host} has been unreachable for over {grace} seconds: it is NotReady, and its pods count as not "
        "ready."),
    "proxy-stopped": Kind(NODE, "node-a", "Stop kube-proxy",
        "kube-proxy on {host} has stopped: its rules stay as they were before anything else here broke, and its "
        "health-check ports are closed."),
    "proxy-flushed": Kind(NODE, "node-a", "Flush kube-proxy's rules",
        "kube-proxy on {host} is gone and its rules with it: Services mean nothing on this node."),
    "link-cut": Kind(DEVICE, "node-a/eth0", "Cut the link",
        "The device {what} of {host} is down: its routes are gone, and what is plugged into its other end has no "
        "carrier."),
    "mtu": Kind(DEVICE, "node-a/eth0=1400", "Shrink the MTU",
        "The device {what} of {host} has an MTU of {value} bytes.", value="bytes"),
    "hairpin-off": Kind(PLACE, "node-a", "Turn hairpin mode off",
        "Hairpin mode is off at {where}: what comes in by a port of the bridge may not go out by it."),
    "route-forgotten": Kind(ROUTE, "node-a/10.244.2.0/24", "Forget a route",
        "{host} has forgotten its route to {what}."),
    "neighbor-forgotten": Kind(NEIGHBOR, "node-a/10.244.2.0", "Forget a neighbour",
        "{host} has forgotten the hardware address of {what}; what a program wrote there by hand stays forgotten, "
        "anything else is asked for anew."),
    "fdb-forgotten": Kind(FDB, "node-a/node-b:flannel.1", "Forget an FDB entry",
        "{host} has forgotten where the hardware address {what} is; a bridge learns it again, a VXLAN device does "
        "not."),
    "sysctl-off": Kind(SYSCTL, "node-a/net.ipv4.ip_forward", "Turn a sysctl off",
        "{what} is 0 on {host}."),
    "sysctl-on": Kind(SYSCTL, "node-a/net.ipv4.conf.all.rp_filter", "Turn a sysctl on",
        "{what} is 1 on {host}."),
    "icmp-filtered": Kind(HOST, "node-a", "Filter ICMP errors",
        "A firewall on {host} drops every ICMP error, \"packet too big\" among them."),
    "port-blocked": Kind(PORT, "node-b/8472/UDP", "Block a port",
        "A firewall on {host} drops everything for port {what}."),
    "conntrack-full": Kind(NODE, "node-a", "Fill the conntrack table",
        "The conntrack table of {host} is full: no new connection gets through."),
}  # fmt: skip
"""Every kind of fault, by name."""

GRACE = 50
"""Seconds without a sign of life until a Node is NotReady: --node-monitor-grace-period of kube-controller-manager,
50s since 1.32."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is broken. `target` is as it was written."""

    kind: str
    target: str
    value: str = ""

    @staticmethod
    def parse(text: str) -> "Fault":
        """Read KIND:TARGET[=VALUE]; whether the target exists is `checked()`'s question."""
        name, _, rest = text.strip().partition(":")
        kind = KINDS.get(name)
        if kind is None:
            near = _near(name, KINDS)
            hint = f'Did you mean "{near[0]}"?' if near else f"Faults are {', '.join(KINDS)}."
            raise FaultError("bad-fault", f'There is no fault "{name}".', hint)
        target, equals, value = rest.strip().partition("=") if kind.value else (rest.strip(), "", "")
        example = f'Write it as in "{name}:{kind.example}".'
        if not target:
            raise FaultError("bad-fault", f'"{text}" does not say what is broken.', example)
        if kind.value and not _is_mtu(value):
            message = f'"{text}": an MTU is a number from {MTU_RANGE[0]} to {MTU_RANGE[1]}.'
            raise FaultError("bad-fault", message, example)
        return Fault(name, target, value if equals else "")

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}" + (f"={self.value}" if self.value else "")

    @property
    def origins(self) -> Origins:
        """How a step that is as it is because of this fault names it."""
        return (Origin(f"{FAULT} {self}", "", ""),)


class Found(msgspec.Struct, frozen=True):
    """A fault and what its target turned out to be: the machine or pod, and the thing inside it ("" for none)."""

    fault: Fault
    host: str
    what: str = ""

    @property
    def says(self) -> str:
        """What is broken, in a sentence or two."""
        where = f"the port of {self.host}" if "/" in self.host else f"every port of {self.host}"
        words = {"host": self.host, "what": self.what, "where": where, "value": self.fault.value, "grace": GRACE}
        return KINDS[self.fault.kind].says.format(**words)


def _is_mtu(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6 and MTU_RANGE[0] <= int(text) <= MTU_RANGE[1]


def parse_faults(texts: Iterable[str]) -> tuple[Fault, ...]:
    """A list of texts; the same fault twice is one."""
    found = tuple(dict.fromkeys(Fault.parse(text) for text in texts))
    if len(found) > MAX_FAULTS:
        raise FaultError("too-many-faults", f"{len(found)} things are broken; {MAX_FAULTS} may be, at once.",
                         "Undo some of them.")  # fmt: skip
    return found


def checked(cluster: Cluster, faults: Sequence[Fault]) -> tuple[Found, ...]:
    """The faults with their targets found in a cluster. What is inside a kernel is looked for when that is made."""
    return tuple(_CHECKS[KINDS[fault.kind].target](cluster, fault) for fault in faults)


def _near(asked: str, known: Collection[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(asked, sorted(known), 3)


def near_names(asked: str, known: Collection[str]) -> str:
    """A hint: the names nearest to what was written, or else the first few there are."""
    names, near = sorted(known), _near(asked, known)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"There is {', '.join(names[:6])}{' and more' if len(names) > 6 else ''}." if names else "There is none."


def _unknown(fault: Fault, what: str, asked: str, known: Collection[str]) -> FaultError:
    return FaultError("unknown-fault-target", f'{fault}: there is no {what} "{asked}".', near_names(asked, known))


def _pod(cluster: Cluster, fault: Fault) -> Found:
    if fault.target not in cluster.pods:
        raise _unknown(fault, "pod", fault.target, cluster.pods)
    return Found(fault, fault.target)


def _node(cluster: Cluster, fault: Fault) -> Found:
    if fault.target not in cluster.nodes:
        raise _unknown(fault, "node", fault.target, cluster.nodes)
    return Found(fault, fault.target)


def _host(cluster: Cluster, fault: Fault) -> Found:
    if fault.target not in cluster.nodes and fault.target not in MACHINES:
        raise _unknown(fault, "machine", fault.target, (*cluster.nodes, *MACHINES))
    return Found(fault, fault.target)


def _place(cluster: Cluster, fault: Fault) -> Found:
    return _pod(cluster, fault) if "/" in fault.target else _node(cluster, fault)


def _split(cluster: Cluster, fault: Fault) -> Found:
    """The target's first part is a pod (two words) or a machine (one word), the rest is inside it."""
    words = fault.target.split("/")
    pod, machine = "/".join(words[:2]), words[0]
    if pod in cluster.pods and len(words) > 2:
        return Found(fault, pod, "/".join(words[2:]))
    if (machine in cluster.nodes or machine in MACHINES) and len(words) > 1 and words[1]:
        return Found(fault, machine, "/".join(words[1:]))
    if machine in cluster.nodes or machine in MACHINES or pod in cluster.pods:
        example = KINDS[fault.kind].example
        raise FaultError("bad-fault", f'"{fault}" does not say what of {fault.target} is broken.',
                         f'Write it as in "{fault.kind}:{example}".')  # fmt: skip
    raise _unknown(fault, "machine or pod", fault.target, (*cluster.nodes, *MACHINES, *cluster.pods))


def _of_node(cluster: Cluster, fault: Fault) -> Found:
    found = _split(cluster, fault)
    if found.host not in cluster.nodes and found.host not in MACHINES:
        raise FaultError("unknown-fault-target", f"{fault}: a pod has none of its own here.", "Name its node.")
    return found


def _route(cluster: Cluster, fault: Fault) -> Found:
    found = _split(cluster, fault)
    if found.what != "default":
        _address_of(fault, found.what, ip_network)
    return found


def _neighbor(cluster: Cluster, fault: Fault) -> Found:
    found = _split(cluster, fault)
    _address_of(fault, found.what, ip_address)
    return found


def _address_of(fault: Fault, text: str, read: Callable[[str], object]) -> None:
    try:
        read(text)
    except ValueError:
        example = KINDS[fault.kind].example
        message = f'{fault}: "{text}" is no address.'
        raise FaultError("bad-fault", message, f'Write it as in "{fault.kind}:{example}".') from None


def _sysctl(cluster: Cluster, fault: Fault) -> Found:
    found = _of_node(cluster, fault)
    if found.what not in SYSCTLS and not _of_device(found.what):
        raise _unknown(fault, "sysctl", found.what, SYSCTLS)
    return found


def _of_device(key: str) -> bool:
    """Whether a sysctl is one of those that a device has and that are walked by."""
    return key.startswith("net.ipv4.conf.") and key.endswith((".rp_filter", ".route_localnet"))


def _port(cluster: Cluster, fault: Fault) -> Found:
    found = _of_node(cluster, fault)
    number, _, protocol = found.what.partition("/")
    protocol = protocol.upper() or "TCP"
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:6]) < 65536) or protocol not in _PROTOCOLS:
        raise FaultError("bad-fault", f'{fault}: "{found.what}" is no port.',
                         f'Write it as in "{fault.kind}:{KINDS[fault.kind].example}".')  # fmt: skip
    return Found(fault, found.host, f"{number}/{protocol}")


_PROTOCOLS = ("TCP", "UDP", "SCTP")
_CHECKS: dict[str, Callable[[Cluster, Fault], Found]] = {
    POD: _pod, NODE: _node, HOST: _host, PLACE: _place, DEVICE: _split, ROUTE: _route, NEIGHBOR: _neighbor,
    FDB: _of_node, SYSCTL: _sysctl, PORT: _port,
}  # fmt: skip
