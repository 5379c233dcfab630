"""Building: the plan's words to `ip`, `bridge`, `nft` and `iptables-restore`, by standard input."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Interface
from time import monotonic, sleep

from netviz.replay.accounts import add_accounts
from netviz.replay.netns import Spaces
from netviz.replay.plan import Plan, Space, Words
from netviz.replay.plan_rules import IP6TABLES_RESTORE, IPTABLES_RESTORE, NFT, without_accounts

COMMANDS = {
    IPTABLES_RESTORE: ("iptables-nft-restore", "--noflush"),
    IP6TABLES_RESTORE: ("ip6tables-nft-restore", "--noflush"),
    NFT: ("nft", "-f", "-"),
}
PATIENCE = 60
_PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin", "LC_ALL": "C"}


class BuildError(Exception):
    """A program or the kernel would not do what the plan says. `program` and what it said."""

    def __init__(self, program: str, said: str) -> None:
        super().__init__(f"{program}: {said}")
        self.program = program
        self.said = said


class Job:
    """A program at work: started at once, waited for later, so that several set up their namespaces side by side."""

    def __init__(self, argv: Sequence[str], text: str) -> None:
        self._argv = argv
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, env=_PATH)
        except OSError as error:
            raise BuildError(argv[0], error.strerror or "cannot be started") from None
        self._text = text.encode()

    def wait(self) -> None:
        try:
            said, _ = self._process.communicate(self._text, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise BuildError(self._argv[0], f"no answer in {PATIENCE} seconds") from None
        if self._process.returncode != 0:
            raise BuildError(" ".join(self._argv), said.decode(errors="replace").strip()[-2000:])


def batch(lines: Iterable[Words]) -> str:
    """Lines for `ip -batch -`."""
    return "".join(" ".join(words) + "\n" for words in lines)


def run(argv: Sequence[str], text: str) -> None:
    Job(argv, text).wait()


def wait_for(jobs: Iterable[Job]) -> None:
    """Wait for all, also where one failed; the first failure is told."""
    failures = []
    for job in jobs:
        try:
            job.wait()
        except BuildError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def add_spaces(plan: Plan, spaces: Spaces) -> None:
    """The empty namespaces, with the sysctls that new devices take over."""
    run(("ip", "-batch", "-"), batch(("netns", "add", space.id) for space in plan.all_spaces))
    for space in plan.all_spaces:
        spaces.add(space.id)
        write_sysctls(spaces, space, space.sysctl)


def write_sysctls(spaces: Spaces, space: Space, values: Iterable[tuple[str, str]]) -> None:
    """/proc/sys shows the namespace of the thread that opens a file; names with a slash are paths already."""
    with spaces.inside(space.id):
        for name, value in values:
            path = os.path.join("/proc/sys", name if "/" in name else name.replace(".", "/"))
            if not os.path.exists(path):
                continue
            with open(path, "w", encoding="ascii") as file:
                file.write(value)


def add_network(plan: Plan, spaces: Spaces) -> None:
    """Devices, addresses, routes, neighbours, forwarding tables."""
    run(("ip", "-batch", "-"), batch(plan.cables))
    wait_for([Job(("ip", "-n", space.id, "-batch", "-"), batch(ip_words(space))) for space in plan.all_spaces])
    wait_for([Job(("bridge", "-n", s.id, "-batch", "-"), batch(s.bridge)) for s in plan.all_spaces if s.bridge])
    for space in plan.spaces.values():
        write_sysctls(spaces, space, space.device_sysctl)


def ip_words(space: Space) -> list[Words]:
    return [*space.links, *space.addresses, *space.routes, *space.neighbors]


def wait_for_carrier(plan: Plan, spaces: Spaces) -> None:
    """IPv6 makes the routes of a device's own addresses once it has seen the cable's other end come up.

    net/ipv6/addrconf.c:addrconf_notify()
    """
    last = monotonic() + PATIENCE
    for space in plan.spaces.values():
        while monotonic() < last and not _has_connected(space, spaces):
            sleep(0.02)


def _has_connected(space: Space, spaces: Spaces) -> bool:
    """Whether /proc/net/ipv6_route has a line for every IPv6 network of the devices' own."""
    wanted = {IPv6Interface(words[2]).network for words in space.addresses if ":" in words[2]}
    with spaces.inside(space.id), open("/proc/thread-self/net/ipv6_route", encoding="ascii") as file:
        lines = {tuple(line.split()[:2]) for line in file}
    return all((n.network_address.packed.hex(), f"{n.prefixlen:02x}") in lines for n in wanted)


def add_rules(plan: Plan, spaces: Spaces) -> None:
    """The model's tables, in their order; namespaces side by side."""
    for space in plan.spaces.values():
        if space.accounts:
            with spaces.inside(space.id):
                try:
                    add_accounts(space.accounts)
                except OSError:  # a kernel without them; probe.left_out() tells
                    space.rules = [without_accounts(rules) for rules in space.rules]
    rounds = max((len(space.rules) for space in plan.spaces.values()), default=0)
    for number in range(rounds):
        wait_for([
            Job(("ip", "netns", "exec", space.id, *COMMANDS[space.rules[number].tool]), space.rules[number].text)
            for space in plan.spaces.values()
            if number < len(space.rules)
        ])  # fmt: skip


def change_links(plan: Plan) -> None:
    """MTUs, and what is down, now that neighbours have been heard; the kernel draws its conclusions."""
    wait_for([Job(("ip", "-n", s.id, "-batch", "-"), batch(s.late)) for s in plan.all_spaces if s.late])


def remove_spaces(ids: Sequence[str]) -> None:
    """Namespaces with all that is in them; those that are not there are passed over."""
    there = [name for name in ids if os.path.exists(os.path.join("/run/netns", name))]
    if there:
        run(("ip", "-force", "-batch", "-"), batch(("netns", "del", name) for name in there))
