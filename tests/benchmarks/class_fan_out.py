"""How a step of the presenter reaches 500 followers: beside a bare `websockets` broadcast, in one process and over Redis.

Closed loop: the next step is sent when everybody has the one before, so deliveries a second are what the server can do.
Paced: two steps a second, and how late the last ones come. Everything on loopback, the clients in a process of their own;
each kind of server is measured in turns with the bare one, so that a busy machine is unfair to both.

    python tests/benchmarks/class_fan_out.py [FOLLOWERS] [SECONDS] [ROUNDS]
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.netviz.classroom.servers import FLOW, Redis, Site, free_port, listens, wait_for

BARE = """
import asyncio, logging, sys
from websockets.asyncio.server import broadcast, serve
logging.disable()
seats = set()
async def seat(socket):
    seats.add(socket)
    try:
        async for message in socket:
            broadcast(seats, message)
    finally:
        seats.discard(socket)
async def main():
    async with serve(seat, "127.0.0.1", int(sys.argv[1]), compression=None) as server:
        await server.serve_forever()
asyncio.run(main())
"""
STATE = {"type": "class.state", "revision": 1, "snapshot": "0" * 64, "flow": FLOW, "seed": 0, "step": 0, "poll": None,
         "picks": [], "after": [], "faults": [], "blank": False}  # fmt: skip
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Client(asyncio.Protocol):
    """As little of a websocket client as there can be: what is measured is the server."""

    def __init__(self, path: str, port: int, heard: Callable[[bytes], None]) -> None:
        self._head = HANDSHAKE.format(path=path, port=port).encode()
        self._heard, self._buffer, self._open = heard, b"", False
        self.opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data
        if not self._open:
            head, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = buffer
                return
            assert b" 101 " in head.split(b"\r\n", 1)[0], head
            self._open, buffer = True, rest
            self.opened.set_result(None)
        while (frame := _frame(buffer)) is not None:
            opcode, payload, buffer = frame
            if opcode == 1:
                self._heard(payload)
        self._buffer = buffer

    def say(self, message: dict[str, object]) -> None:
        payload = json.dumps(message).encode()
        head = (
            bytes([0x81, 0x80 | len(payload)]) if len(payload) < 126 else b"\x81\xfe" + len(payload).to_bytes(2, "big")
        )
        self._transport.write(head + b"\0\0\0\0" + payload)  # a mask of zeros leaves it as it is

    def close(self) -> None:
        self._transport.abort()


def _frame(buffer: bytes) -> tuple[int, bytes, bytes] | None:
    """Opcode, payload and the rest of a frame from a server, once it is all there."""
    if len(buffer) < 2:
        return None
    size, start = buffer[1] & 127, 2
    if size == 126:
        size, start = int.from_bytes(buffer[2:4], "big"), 4
    if len(buffer) < start + size:
        return None
    return buffer[0] & 15, buffer[start : start + size], buffer[start + size :]


class Load:
    """Followers on their ports, and a presenter whose steps they wait for."""

    def __init__(self, followers: int, bare: bool) -> None:
        self.count, self.bare = followers, bare
        self.step, self.got, self.sent_at = 0, 0, 0.0
        self.late: list[float] = []
        self._all, self._joined = asyncio.Event(), asyncio.Event()
        self._seated = 0
        self._mark = b'"step":0,'
        self.clients: list[Client] = []

    async def open(self, ports: list[int], path: str, token: str) -> None:
        loop = asyncio.get_running_loop()
        for index in range(self.count + 1):
            port = ports[index % len(ports)]
            heard = self._heard if index else self._ignored
            made = await loop.create_connection(lambda p=port, h=heard: Client(path, p, h), "127.0.0.1", port)
            await made[1].opened
            self.clients.append(made[1])
        self.presenter = self.clients[0]
        if not self.bare:
            self.presenter.say({"type": "class.claim", "token": token})
            await asyncio.wait_for(self._joined.wait(), 120)
        await asyncio.sleep(1)

    def _ignored(self, payload: bytes) -> None:
        """The presenter sees its own step, too."""

    def _heard(self, payload: bytes) -> None:
        if not self._joined.is_set():
            self._seated += 1  # the first that each one hears is the state
            if self._seated >= self.count:
                self._joined.set()
        if self._mark not in payload:
            return
        self.late.append(time.perf_counter() - self.sent_at)
        self.got += 1
        if self.got == self.count:
            self._all.set()

    def send(self) -> None:
        self.step += 1
        self.got = 0
        self._all.clear()
        message = (
            STATE | {"step": self.step} if self.bare else {"type": "class.cursor", "flow": FLOW, "step": self.step}
        )
        self._mark = b'"step": %d,' % self.step if self.bare else b'"step":%d,' % self.step
        self.sent_at = time.perf_counter()
        self.presenter.say(message)

    async def everybody(self, seconds: float = 20) -> int:
        """Wait until all have it; how many have not."""
        try:
            await asyncio.wait_for(self._all.wait(), seconds)
        except TimeoutError:
            return self.count - self.got
        return 0

    async def closed_loop(self, seconds: float) -> float:
        begun, rounds = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            self.send()
            assert await self.everybody() == 0
            rounds += 1
        return self.count * rounds / (time.perf_counter() - begun)

    async def paced(self, seconds: float) -> dict[str, float]:
        self.late.clear()
        lost = 0
        for _ in range(int(2 * seconds)):
            begun = time.perf_counter()
            self.send()
            lost += await self.everybody(5)
            await asyncio.sleep(max(0.0, 0.5 - (time.perf_counter() - begun)))
        late = sorted(self.late)
        return {"p50_ms": 1000 * late[len(late) // 2], "p99_ms": 1000 * late[int(len(late) * 0.99)], "lost": lost}


async def load(ports: list[int], path: str, token: str, followers: int, seconds: float) -> dict[str, float]:
    work = Load(followers, bare=not token)
    await work.open(ports, path, token)
    await work.closed_loop(1)
    measured = {"deliveries": await work.closed_loop(seconds), **await work.paced(seconds)}
    for client in work.clients:
        client.close()
    return measured


def measured(ports: list[int], path: str, token: str, followers: int, seconds: float) -> dict[str, float]:
    """In a process of its own, so that no server shares an interpreter with its clients."""
    words = [sys.executable, __file__, "--load", json.dumps(ports), path, token, str(followers), str(seconds)]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


@contextmanager
def bare_server() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, str(port)])
    wait_for(lambda: listens(port), "the bare server")
    yield port
    process.kill()
    process.wait()


@contextmanager
def class_on(processes: int, folder: Path, redis: Redis | None) -> Iterator[tuple[list[int], str, str]]:
    """The ports of the processes, the path of the class and the presenter's token."""
    environment = {"NETVIZ_CLASS_MESSAGES_PER_SECOND": "1000"} | ({"REDIS_URL": redis.url} if redis else {})
    sites = [Site(folder, **environment) for _ in range(processes)]
    for site in sites:
        site.start()
    klass = sites[0].new_class()
    yield [site.port for site in sites], f"/ws/classes/{klass['code']}/", klass["token"]
    for site in sites:
        site.stop()


def compare(processes: int, redis: Redis | None, followers: int, seconds: float, rounds: int) -> dict[str, object]:
    with (
        tempfile.TemporaryDirectory() as folder,
        class_on(processes, Path(folder), redis) as where,
        bare_server() as port,
    ):
        ours = []
        bare = []
        for _ in range(rounds):
            bare.append(measured([port], "/", "", followers, seconds))
            ours.append(measured(*where, followers, seconds))
    middle = {key: round(statistics.median(run[key] for run in ours), 1) for key in ours[0]}
    bare_rate = statistics.median(run["deliveries"] for run in bare)
    return {
        "processes": processes,
        "redis": redis is not None,
        "deliveries_a_second": round(middle["deliveries"]),
        "bare_deliveries_a_second": round(bare_rate),
        "of_bare": round(middle["deliveries"] / bare_rate, 2),
        "p50_ms_at_2_a_second": middle["p50_ms"],
        "p99_ms_at_2_a_second": middle["p99_ms"],
        "bare_p99_ms": round(statistics.median(run["p99_ms"] for run in bare), 1),
        "lost": sum(run["lost"] for run in ours),
    }


def main(followers: int = 500, seconds: float = 5, rounds: int = 3) -> None:
    found = {"benchmark": "class_fan_out", "followers": followers, "cores": os.cpu_count()}
    found["alone"] = compare(1, None, followers, seconds, rounds)
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(Path(folder))
        redis.start()
        try:
            found["over_redis_one"] = compare(1, redis, followers, seconds, rounds)
            found["over_redis_two"] = compare(2, redis, followers, seconds, rounds)
        finally:
            redis.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        ports, path, token, followers, seconds = sys.argv[2:]
        print(json.dumps(asyncio.run(load(json.loads(ports), path, token, int(followers), float(seconds)))))
    else:
        main(*(kind(word) for kind, word in zip((int, float, int), sys.argv[1:], strict=False)))
