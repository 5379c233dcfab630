"""iptables itself, to load a text and say what the kernel holds then."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

import pytest

COUNTERS = ("ct_state_invalid_dropped_pkts", "localhost_nps_accepted_pkts")
"""The objects of nfnetlink_acct that kube-proxy makes before it names them in its rules."""

TOOLS = ("iptables-restore", "ip6tables-restore", "iptables-save", "ip6tables-save", "nfacct", "unshare")
MAKE_COUNTERS = " && ".join(f"nfacct add {name}" for name in COUNTERS)


@cache
def missing() -> str:
    """Why rules cannot be loaded here; "" where they can."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"needs {', '.join(lacking)} (Debian: apt install iptables nfacct)"
    if os.geteuid() != 0:
        return "needs root, for a network namespace of its own"
    tried = subprocess.run(["unshare", "-n", "sh", "-c", MAKE_COUNTERS], capture_output=True, text=True, check=False)
    return f"this kernel makes no counters: {tried.stderr.strip()}" if tried.returncode else ""


needs_iptables = pytest.mark.skipif(bool(missing()), reason=missing())


def saved(text: str, family: int = 4, counters: Sequence[str] = ()) -> str:
    """What iptables-save prints after iptables-restore has read a text, in a network namespace of its own, where
    kube-proxy's counters are, and others; comment lines, which hold the time, are left out."""
    tool = {4: "iptables", 6: "ip6tables"}[family]
    made = "".join(f"nfacct add {shlex.quote(name)} && " for name in dict.fromkeys(counters))
    command = ["unshare", "-n", "sh", "-c", f"{MAKE_COUNTERS} && {made} {tool}-restore && {tool}-save"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{tool}-restore: {done.stderr[:500]}"
    lines = done.stdout.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))
