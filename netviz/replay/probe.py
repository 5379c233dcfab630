"""What this machine has: whether a replay can be, and what has to be left out of it."""

import os
import shutil
import sys
from collections.abc import Sequence

import msgspec

from netviz.replay.build import COMMANDS, BuildError, Job
from netviz.replay.names import run_prefix
from netviz.replay.plan import Plan

PACKAGES = {"ip": "iproute2", "bridge": "iproute2", "nft": "nftables", "iptables-nft-restore": "iptables",
            "ip6tables-nft-restore": "iptables", "ping": "iputils-ping", "nfacct": "nfacct"}  # fmt: skip
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
    name = f"{run_prefix()}probe"
    try:
        _in_scratch(name)
    except BuildError as error:
        return Missing(f"This kernel will not do what a replay needs: {error.said or error.program}.",
                       "It needs network namespaces, veth and bridge.")  # fmt: skip
    return None


def needs(plan: Plan, others: Sequence[str] = ()) -> Missing | None:
    """What this plan wants and the machine does not have; `others` are programs that are wanted, too."""
    tools = {COMMANDS[rules.tool][0] for space in plan.spaces.values() for rules in space.rules}
    return _programs([*sorted(tools), *others])


def _programs(names: Sequence[str]) -> Missing | None:
    for name in names:
        if shutil.which(name, path=_PATH) is None:
            return Missing(f"The program {name} is not here.", f"On Debian: apt install {PACKAGES[name]}")
    return None


def _in_scratch(name: str) -> None:
    """A namespace with a bridge and a pair of veths, made and removed."""
    lines = f"link add br0 netns {name} type bridge\nlink add a0 netns {name} type veth peer name b0 netns {name}\n"
    Job(("ip", "-batch", "-"), f"netns add {name}\n").wait()
    try:
        Job(("ip", "-batch", "-"), lines).wait()
    finally:
        Job(("ip", "-batch", "-"), f"netns del {name}\n").wait()
