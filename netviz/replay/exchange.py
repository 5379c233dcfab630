"""Exchanges: flows sent side by side in one lab, and what became of each, in the oracle's terms.

All sockets are one process's, so the lab is quiet when nothing is left to read: a drop is known as soon as that.
"""

import os
import select
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from netviz.replay import conntrack
from netviz.replay.build import Job, batch, run, wait_for, write_sysctls
from netviz.replay.capture import Capture, Caught
from netviz.replay.frames import REPLY, TOKEN_STEP
from netviz.replay.lab import Lab
from netviz.replay.normal import normal_entry, normal_hop, port, raw_key
from netviz.replay.packets import Client
from netviz.replay.plan import Words
from netviz.replay.programs import Programs
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow

Json = dict[str, Any]

FIRST_PORT, LAST_PORT = 33000, 60000
QUIET = 0.2
"""So many seconds of silence mean that nothing more will come; one unanswered ARP request takes 0.04."""
SETTLED = 0.01
LONGEST = 5.0


class Exchanges:
    """Sends flows through a lab and collects what happened."""

    def __init__(self, lab: Lab, router: str = "router") -> None:
        self._lab = lab
        self.plan = lab.plan
        self._router = router
        self._poll = select.epoll()
        self._ready: dict[int, Callable[[], None]] = {}
        six = any(":" in word for s in lab.plan.spaces.values() for address in s.addresses for word in address)
        families = (4, 6) if six else (4,)
        self.programs = Programs(lab.spaces, self._watch, families)
        self._tokens = 0
        self._port = FIRST_PORT
        self._capture = Capture(lab.plan, lab.spaces)
        for heard in self._capture.sockets:
            self._poll.register(heard, select.EPOLLIN | select.EPOLLET)
        for space in lab.plan.spaces.values():
            self.programs.start(space)

    def _watch(self, made: socket.socket, ready: Callable[[], None]) -> None:
        self._ready[made.fileno()] = ready
        self._poll.register(made, select.EPOLLIN)

    def send(self, flows: Sequence[Flow], ways: Sequence[Words] = (), quiet: float = QUIET) -> list[Json]:
        """One outcome a flow, in their order. `ways` are routes that the router has for so long; silence of `quiet`
        seconds is an end."""
        self._routes("replace", ways)
        self._forget()
        if any(flow.size for flow in flows):
            self._forget_path_mtu()
        list(self._capture.drain())
        clients = [self._client(flow) for flow in flows]
        try:
            for client in clients:
                client.begin()
            self._until_quiet(clients, quiet)
            caught = list(self._capture.drain())
            entries = self._entries()
            return outcomes(clients, caught, entries, self.programs.heard.by_token)
        finally:
            for client in clients:
                client.close()
            self.programs.hang_up()
            self._routes("del", ways)

    def _routes(self, verb: str, ways: Sequence[Words]) -> None:
        if ways:
            run(("ip", "-n", self._lab.plan.spaces[self._router].id, "-batch", "-"),
                batch(("route", verb, *words) for words in ways))  # fmt: skip

    def _forget(self) -> None:
        spaces = [space for space in self.plan.spaces.values() if space.forget]
        wait_for([Job(("ip", "-n", s.id, "-batch", "-"), batch(s.forget)) for s in spaces])

    def _forget_path_mtu(self) -> None:
        """What hosts were told of the way to others, in IPv4; IPv6 has no such switch. net/ipv4/route.c: "flush" """
        for space in self.plan.spaces.values():
            write_sysctls(self._lab.spaces, space, (("net.ipv4.route.flush", "1"),))

    def _client(self, flow: Flow) -> Client:
        self._tokens += 1
        self._port = FIRST_PORT if self._port >= LAST_PORT else self._port + 1
        with self._lab.spaces.inside(self._lab.plan.spaces[flow.source].id):
            client = Client(flow, self._tokens * TOKEN_STEP, self._port)
        self._ready[client.socket.fileno()] = client.ready
        self._poll.register(client.socket, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        return client

    def _until_quiet(self, clients: Sequence[Client], quiet: float) -> None:
        from time import monotonic

        last = monotonic() + LONGEST
        while monotonic() < last:
            waiting = any(not client.done for client in clients)
            events = self._poll.poll(quiet if waiting else SETTLED)
            if not events:
                for client in clients:
                    client.ready()  # a busy socket keeps an error to itself (sk_err_soft): tcp_v6_err()
                return
            for descriptor, _ in events:
                ready = self._ready.get(descriptor)
                if ready is not None:
                    ready()

    def _entries(self) -> dict[str, list[tuple[conntrack.Key, conntrack.Key, Json]]] | None:
        """What every namespace tracks, None where this kernel does not show it."""
        if not os.path.exists(conntrack.PATH):
            return None
        found = {}
        for space in self._lab.plan.spaces.values():
            with self._lab.spaces.inside(space.id), open(conntrack.PATH, encoding="ascii") as file:
                found[space.name] = list(conntrack.parse(file.read()))
        return found

    def close(self) -> None:
        self.programs.close()
        self._capture.close()
        self._poll.close()


def outcomes(
    clients: Sequence[Client],
    caught: Iterable[Caught],
    entries: dict[str, list[tuple[conntrack.Key, conntrack.Key, Json]]] | None,
    heard: dict[int, tuple[str, str, int]],
) -> list[Json]:
    """Everything that was seen, sorted by whose it is."""
    frames: dict[int, list[Caught]] = {client.token: [] for client in clients}
    for one in caught:
        if one.frame.token in frames:
            frames[one.frame.token].append(one)
    owners: dict[conntrack.Key, Client] = {}
    for client in clients:
        for one in frames[client.token]:
            owners.setdefault(raw_key(one.frame.told, client.sport, one.frame.direction == REPLY), client)
    tracked: dict[int, dict[str, list[Json]]] = {client.token: {} for client in clients}
    for name, lines in (entries or {}).items():
        for original, reply, entry in lines:
            owner = owners.get(original) or owners.get(conntrack.inverted(reply))
            # An answer that comes to somebody who never asked begins a connection of its own, the other way round.
            backward = owner is None
            owner = owner or owners.get(reply)
            if owner is not None:
                told = normal_entry(entry, owner.sport, closed=owner.http is not None, backward=backward)
                tracked[owner.token].setdefault(name, []).append(told)
    return [
        _outcome(client, frames[client.token], None if entries is None else tracked[client.token], heard)
        for client in clients
    ]


def _outcome(
    client: Client,
    caught: Sequence[Caught],
    tracked: dict[str, list[Json]] | None,
    heard: dict[int, tuple[str, str, int]],
) -> Json:
    told: Json = {"result": client.result(), "client_ip": client.client_ip}
    server = client.server if client.flow.protocol is Protocol.TCP else heard.get(client.token)
    if server is not None and client.connected:
        saw = {"src": server[1], "sport": port(server[2], client.sport)}
        told |= {"server": server[0], "server_saw": saw}
    if client.http is not None:
        import json

        told |= {"http_status": client.http[0], "http_body": json.loads(client.http[1])}
    for direction in ("request", "reply"):
        hops = (normal_hop(one, client.sport) for one in caught if one.frame.direction == direction)
        told[direction] = without_repeats(hops)
    told["conntrack"] = tracked
    return told


def without_repeats(hops: Iterable[Json]) -> list[Json]:
    """What TCP sends a second time passes the same devices with the same headers."""
    found: list[Json] = []
    for hop in hops:
        if hop not in found:
            found.append(hop)
    return found
