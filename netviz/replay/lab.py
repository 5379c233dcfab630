"""The lab: the plan's namespaces while they stand. However it ends, they are taken down."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from types import FrameType

from netviz.replay import build
from netviz.replay.names import is_left_over
from netviz.replay.netns import FOLDER, Spaces
from netviz.replay.plan import Plan

ENDING = (signal.SIGTERM, signal.SIGHUP)
WARMING_PORT = 9
SO_TIMESTAMPNS = 35


class Lab:
    """A plan that has been built."""

    def __init__(self, plan: Plan, spaces: Spaces) -> None:
        self.plan = plan
        self.spaces = spaces


@contextlib.contextmanager
def lab(plan: Plan) -> Iterator[Lab]:
    """Build, hand over, take down; also after Ctrl-C and SIGTERM."""
    sweep()
    spaces = Spaces()
    with _signals_as_exceptions(), _timestamps():
        try:
            build.add_spaces(plan, spaces)
            build.add_network(plan, spaces)
            build.wait_for_carrier(plan, spaces)
            _warm_up(plan, spaces)
            build.change_links(plan)
            build.add_rules(plan, spaces)
            yield Lab(plan, spaces)
        finally:
            with _undisturbed():
                spaces.close()
                build.remove_spaces([space.id for space in plan.all_spaces])


def sweep() -> list[str]:
    """Remove what a replay left behind that was killed before it could."""
    names = sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []
    lost = [name for name in names if is_left_over(name)]
    build.remove_spaces(lost)
    return lost


def _warm_up(plan: Plan, spaces: Spaces) -> None:
    """Use each entry behind a bridge once: the kernel then keeps the finished header with it.

    net/core/neighbour.c:neigh_hh_init(), which br_nf_pre_routing_finish_bridge() asks for
    """
    for space in plan.spaces.values():
        for address in space.warm:
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            with spaces.inside(space.id), socket.socket(family, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"", (str(address), WARMING_PORT))


@contextlib.contextmanager
def _timestamps() -> Iterator[None]:
    """Have the kernel stamp every packet, from now on: switching that on takes it a moment.

    net/core/dev.c:net_enable_timestamp()
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        asks.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        yield


@contextlib.contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """While namespaces are taken down, a second Ctrl-C waits."""
    held = {signal.SIGINT, *ENDING}
    signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)
