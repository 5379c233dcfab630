"""What this machine has: whether a replay can be, and what has to be left out of it."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence

import msgspec

from netviz.replay import conntrack
from netviz.replay.accounts import add_accounts
from netviz.replay.build import COMMANDS, BuildError, Job
from netviz.replay.names import run_prefix
from netviz.replay.netns import Spaces
from netviz.replay.plan import Plan

PACKAGES = {"ip": "iproute2", "bridge": "iproute2", "nft": "nftables", "iptables-nft-restore": "iptables",
            "ip6tables-nft-restore": "iptables", "ping": "iputils-ping", "nfacct": "nfacct"}  # fmt: skip
BRIDGE_NF = "net.bridge.bridge-nf-call-iptables"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"


class Missing(msgspec.Struct, frozen=True):
    """What is not here, and what would help."""

    message: str
    hint: str = ""


def machine() -> Missing | None:
    """What keeps every replay from being: not Linux, not root, no ip, no network namespaces."""
    if not sys.platform.startswith("linux"):
        return Missing("A replay needs a Linux kernel.", "Run it in a Linux virtual machine.")
    if os.geteuid() != 0:
        return Missing("A replay makes network namespaces, and only root may.", "Run it as root, as with sudo.")
    missing = _programs(("ip", "bridge"))
    if missing is not None:
        return missing
    try:
        with _scratch() as name:
            pair = f"link add a0 netns {name} type veth peer name b0 netns {name}"
            _batch(f"link add br0 netns {name} type bridge", pair)
            _enter(name)
    except BuildError as error:
        return Missing(f"This kernel will not do what a replay needs: {error.said or error.program}.",
                       "It needs network namespaces, veth and bridge.")  # fmt: skip
    except OSError as error:
        hint = "In a container it needs the capabilities SYS_ADMIN and NET_ADMIN, and /proc/sys to write to."
        return Missing(f"Root may not do here what a replay needs: {error.strerror}.", hint)
    return None


def needs(plan: Plan, others: Sequence[str] = ()) -> Missing | None:
    """What this plan wants and the machine does not have; `others` are programs that are wanted, too."""
    tools = {COMMANDS[rules.tool][0] for space in plan.spaces.values() for rules in space.rules}
    missing = _programs([*sorted(tools), *others])
    if missing is not None:
        return missing
    if _wants_bridge_netfilter(plan) and not _has_bridge_netfilter():
        return Missing("This kernel does not show bridged packets to iptables (no br_netfilter).",
                       f"Try modprobe br_netfilter, or replay with --set sysctl.{BRIDGE_NF}=0.")  # fmt: skip
    if any("vxlan" in words for space in plan.spaces.values() for words in space.links) and not _has_vxlan():
        return Missing("This kernel has no VXLAN.", "Try modprobe vxlan, or replay with --set overlay=host-gw.")
    return None


def left_out() -> list[str]:
    """What a replay here goes without, in words."""
    found = []
    with _scratch() as name, contextlib.closing(Spaces()) as spaces:
        spaces.add(name)
        with spaces.inside(name):
            if not os.path.exists(conntrack.PATH):
                found.append("the entries of connection tracking (this kernel has no /proc/net/nf_conntrack).")
            try:
                add_accounts(["replay"])
            except OSError:
                found.append("what -m nfacct counts (this kernel has no nfnetlink_acct); it decides nothing.")
    return found


def _programs(names: Sequence[str]) -> Missing | None:
    for name in names:
        if shutil.which(name, path=_PATH) is None:
            return Missing(f"The program {name} is not here.", f"On Debian: apt install {PACKAGES[name]}")
    return None


def _wants_bridge_netfilter(plan: Plan) -> bool:
    return any(dict(space.sysctl).get(BRIDGE_NF) == "1" for space in plan.spaces.values())


def _has_bridge_netfilter() -> bool:
    with _scratch() as name, contextlib.closing(Spaces()) as spaces:
        spaces.add(name)
        with spaces.inside(name):
            return os.path.exists(os.path.join("/proc/sys", BRIDGE_NF.replace(".", "/")))


def _enter(name: str) -> None:
    """Go in, and write a sysctl there."""
    with contextlib.closing(Spaces()) as spaces:
        spaces.add(name)
        with spaces.inside(name), open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
            file.write("0")


def _has_vxlan() -> bool:
    try:
        with _scratch() as name:
            _batch(f"link add v0 netns {name} type vxlan id 1 local 192.0.2.1 dstport 8472")
    except BuildError:
        return False
    return True


@contextlib.contextmanager
def _scratch() -> Iterator[str]:
    """A namespace to try things in."""
    name = f"{run_prefix()}probe"
    _batch(f"netns add {name}")
    try:
        yield name
    finally:
        _batch(f"netns del {name}")


def _batch(*lines: str) -> None:
    Job(("ip", "-batch", "-"), "".join(f"{line}\n" for line in lines)).wait()
