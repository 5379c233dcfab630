"""Facts about a trace that hold whatever its golden says: a closed set of sentences, checked on frames and outcome.

They are what a real cluster was seen to do; a sentence that is none of these is an error, never skipped.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import msgspec

from simulator.trace.model import LegKind, Trace

Json = dict[str, Any]
FRAME_END = re.compile(r"\[?(?P<address>[0-9a-f.:]+?)\]?(?::(?P<port>\d+|drawn))?$")


class Seen(msgspec.Struct):
    """A trace, and what packet sockets, conntrack and the two programs saw of it."""

    trace: Trace
    wire: Json

    @property
    def frames(self) -> list[Json]:
        return [*self.wire["request"], *self.wire["reply"]]

    @property
    def options(self) -> dict[str, float]:
        return {o.pick: o.probability for choice in self.trace.choices for o in choice.options}

    def chains(self, node: str) -> Iterator[str]:
        """The chains in which the opening packet matched a rule."""
        for leg in self.trace.legs:
            for step in leg.steps if leg.kind is LegKind.REQUEST else ():
                yield from (rule.chain for rule in step.path if step.netns == node)


def is_end(frame: Json, side: str, text: str) -> bool:
    """Whether a frame's source or destination is ADDRESS, ADDRESS:PORT or ADDRESS:drawn."""
    bare = text.count(":") > 1 and not text.startswith("[")
    found = None if bare else FRAME_END.match(text)
    address, port = (text, None) if found is None else (found["address"], found["port"])
    seen = frame.get("sport" if side == "src" else "dport")
    return frame[side] == address and port in (None, str(seen), "drawn" if seen == "masq" else None)


def frame(seen: Seen, netns: str, device: str, way: str, src: str, dst: str, ttl: str | None) -> bool:
    return any(
        (f["ns"], f["dev"], f["dir"]) == (netns, device, way)
        and is_end(f, "src", src)
        and is_end(f, "dst", dst)
        and ttl in (None, str(f["ttl"]))
        for f in seen.frames
    )


def no_frame(seen: Seen, netns: str, device: str, way: str | None) -> bool:
    return not any((f["ns"], f["dev"]) == (netns, device) and way in (None, f["dir"]) for f in seen.frames)


def no_frame_to(seen: Seen, dst: str) -> bool:
    return not any(is_end(f, "dst", dst) for f in seen.frames)


def server_sees(seen: Seen, address: str, port: str) -> bool:
    return bool(seen.wire.get("server_saw") == {"src": address, "sport": "masq" if port == "drawn" else int(port)})


def icmp(seen: Seen, kind: str, code: str, src: str) -> bool:
    return any(_is_icmp(f, kind, code, src) for f in seen.frames)


def told_by(seen: Seen, kind: str, code: str, src: str) -> bool:
    """The last frame of the answer: what the client's kernel got."""
    return bool(seen.wire["reply"]) and _is_icmp(seen.wire["reply"][-1], kind, code, src)


def _is_icmp(f: Json, kind: str, code: str, src: str) -> bool:
    told = f.get("icmp") or {}
    return (str(told.get("type")), str(told.get("code")), f["src"]) == (kind, code, src)


def conntrack(seen: Seen, node: str, state: str) -> bool:
    entries = seen.wire["conntrack"].get(node) or []
    if state == "none":
        return not entries
    return any(" ".join([*filter(None, [e.get("state")]), *e["flags"]]) == state for e in entries)


def in_chain(seen: Seen, chain: str, node: str) -> bool:
    wanted = re.compile(re.escape(chain).replace(r"\*", ".*"))
    return any(wanted.fullmatch(name) for name in seen.chains(node))


SENTENCES: dict[str, Callable[..., bool]] = {
    r"outcome is (\S+)": lambda s, word: s.trace.disposition.value == word,
    r"cause is (\S+)": lambda s, word: s.trace.cause is not None and s.trace.cause.value == word,
    r"server is (\S+)": lambda s, name: s.trace.server == name,
    r"server sees (\S+), port (\d+|drawn)": server_sees,
    r"client is (\S+)": lambda s, address: s.wire["client_ip"] == address,
    r"frame (\S+) (\S+) (in|out): (\S+) > (\S+?)(?:, ttl (\d+))?": frame,
    r"no frame to (\S+)": no_frame_to,
    r"no frame on (\S+) (\S+?)(?: (in|out))?": no_frame,
    r"(\d+) frames": lambda s, count: len(s.frames) == int(count),
    r"reset from (\S+)": lambda s, src: any("R" in f.get("flags", "") and is_end(f, "src", src) for f in s.frames),
    r"ICMP (\d+)/(\d+) from (\S+)": icmp,
    r"client is told ICMP (\d+)/(\d+) by (\S+)": told_by,
    r"conntrack (\S+): (.+)": conntrack,
    r"a rule of (\S+) on (\S+)": in_chain,
    r"no rule of (\S+) on (\S+)": lambda s, chain, node: not in_chain(s, chain, node),
    r"chance gives (\S+) (\S+)": lambda s, pick, share: abs(s.options.get(pick, 0) - Fraction(share)) < 1e-6,
    r"chance never gives (\S+)": lambda s, pick: pick not in s.options,
    r"nothing is left to chance": lambda s: not s.trace.choices,
    r"HTTP (\d+)": lambda s, status: s.wire.get("http_status") == int(status),
}


def holds(fact: str, seen: Seen) -> bool:
    """Whether a fact is true of what was seen."""
    for pattern, check in SENTENCES.items():
        found = re.fullmatch(pattern, fact)
        if found:
            return check(seen, *found.groups())
    raise ValueError(f"not a fact that can be checked: {fact}")
