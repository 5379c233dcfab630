"""The names that replay gives: namespaces that tell whose they are, devices, hardware addresses."""

import os
import re
from typing import TYPE_CHECKING

from simulator.compilers.node import running
from simulator.compilers.underlay import CONTROL_PLANE, INTERNET, ROUTER

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

PREFIX = "netviz-replay"
_NAME = re.compile(rf"^{PREFIX}-(\d+)-(\d+)-")


def run_prefix() -> str:
    """What the namespaces of this process begin with: its id and when it started, so that a reused id is told apart."""
    pid = os.getpid()
    return f"{PREFIX}-{pid}-{started(pid)}-"


def started(pid: int) -> int | None:
    """The start of a process in clock ticks since boot, None where there is no such process. proc_pid_stat(5)"""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[19])
    except OSError:
        return None


def is_left_over(name: str) -> bool:
    """Whether a namespace was made by a replay that is no more."""
    found = _NAME.match(name)
    return found is not None and started(int(found[1])) != int(found[2])


def hardware_address(number: int) -> str:
    """A locally administered MAC address."""
    return "02:6e:" + ":".join(f"{number >> shift & 255:02x}" for shift in (24, 16, 8, 0))


def namespaces(cluster: "Cluster") -> list[str]:
    """Every network namespace of a cluster, by the model's names: router, internet, machines, pods."""
    taken = {address for node in cluster.nodes.values() for address in node.addresses}
    own = [CONTROL_PLANE] if cluster.profile.control_plane_address not in taken else []
    pods = [pod.key for pod in cluster.pods.values() if running(pod) and not pod.host_network]
    return [ROUTER, INTERNET, *own, *cluster.nodes, *pods]
