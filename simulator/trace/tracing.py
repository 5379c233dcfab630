"""Tracing: a flow and a network to a Trace, or to one trace for every way that chance can go."""

from collections.abc import Sequence

import msgspec

from simulator.chance import Choose, Option, Random
from simulator.datapath.session import CLIENT_PORT, Session
from simulator.linux.network import Assumption, Network
from simulator.steps import Badge
from simulator.trace.conversation import converse, next_connection, open_session
from simulator.trace.legs import Said
from simulator.trace.model import Choice, Earlier, Flow, Leg, Trace
from simulator.trace.pairing import Translations
from simulator.trace.present import present

MAX_BRANCHES = 4096
MAX_EARLIER = 16
"""How many connections a session may have held before the one that is asked about."""


class SessionError(ValueError):
    """Picks or earlier connections that cannot be followed, in words."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class Branch(msgspec.Struct, frozen=True):
    """One way that chance can go: how likely, which picks led there, and the trace."""

    probability: float
    picks: tuple[str, ...]
    trace: Trace


class Held(msgspec.Struct):
    """A conversation that was held, with the state that it left behind."""

    session: Session
    said: Said
    picks: tuple[str, ...]
    probability: float


def trace(
    network: Network,
    flow: Flow,
    seed: int = 0,
    pick: str | None = None,
    picks: Sequence[int] = (),
    after: Sequence[Earlier] = (),
) -> Trace:
    """Answer a flow. `pick` names the endpoint ("default/web-1") to take wherever it is among the options; `picks` are
    options by number, one for each choice in order; what neither settles, the seed draws. `after`: see Earlier."""
    if len(after) > MAX_EARLIER:
        raise SessionError("too-many-connections", f"A session may have {MAX_EARLIER} earlier connections here.",
                           "Leave out the oldest ones, or begin a new session.")  # fmt: skip
    session: Session | None = None
    earlier: list[Earlier] = []
    for before in after:
        choose = settled(before.seed, before.picks)
        held = hold(network, before.flow, choose, before.seed, session, CLIENT_PORT + len(earlier))
        session, said = held.session, held.said
        earlier.append(msgspec.structs.replace(before, disposition=said.outcome, server=said.server))
    choose = settled(seed, picks, pick)
    held = hold(network, flow, choose, seed, session, CLIENT_PORT + len(earlier))
    return told(network, flow, held.said, seed, tuple(picks), tuple(earlier))


def settled(seed: int, picks: Sequence[int] = (), pick: str | None = None) -> Choose:
    """Chance as somebody wants it: by number as far as `picks` goes, then `pick` where it is offered, else by seed."""
    random, wanted = Random(seed), iter(enumerate(picks))

    def choose(options: Sequence[Option]) -> int:
        forced = next(wanted, None)
        if forced is not None:
            return _checked(*forced, options)
        for index, option in enumerate(options):
            if option.pick == pick:
                return index
        return random.choose(options)

    return choose


def _checked(place: int, index: int, options: Sequence[Option]) -> int:
    if 0 <= index < len(options):
        return index
    raise SessionError("bad-pick", f"Choice {place} has {len(options)} options; there is no number {index} among them.",
                       f"Pick a number from 0 to {len(options) - 1}.")  # fmt: skip


def hold(
    network: Network,
    flow: Flow,
    choose: Choose,
    seed: int,
    session: Session | None = None,
    sport: int = CLIENT_PORT,
) -> Held:
    """Hold the conversation of a flow once, in a new session or one that remembers; what chance decided is written
    down."""
    picks: list[str] = []
    likely = 1.0

    def noted(options: Sequence[Option]) -> int:
        nonlocal likely
        index = choose(options)
        picks.append(options[index].pick)
        likely *= options[index].probability
        return index

    if session is None:
        session = open_session(network, flow, noted, seed)
    else:
        next_connection(session, flow, noted, seed)
    said = converse(session, flow, sport)
    return Held(session, said, tuple(picks), likely)


def every_way(network: Network, flow: Flow, seed: int = 0) -> list[Held]:
    """Hold the conversation once for every combination of what chance can decide, in the order of the options."""
    found: list[Held] = []
    pending: list[tuple[int, ...]] = [()]
    while pending and len(found) < MAX_BRANCHES:
        forced = pending.pop(0)
        widths: list[int] = []
        held = hold(network, flow, _following(forced, widths), seed)
        found.append(held)
        # Every draw beyond the forced ones took option 0; its other options are ways of their own.
        taken = [*forced, *([0] * (len(widths) - len(forced)))]
        for at in range(len(widths) - 1, len(forced) - 1, -1):
            pending[:0] = [(*taken[:at], other) for other in range(1, widths[at])]
    return found


def _following(forced: tuple[int, ...], widths: list[int]) -> Choose:
    def choose(options: Sequence[Option]) -> int:
        at = len(widths)
        widths.append(len(options))
        return forced[at] if at < len(forced) else 0

    return choose


def branches(network: Network, flow: Flow, seed: int = 0) -> list[Branch]:
    """A trace for every way that chance can go; the probabilities add up to 1."""
    return [
        Branch(held.probability, held.picks, told(network, flow, held.said, seed))
        for held in every_way(network, flow, seed)
    ]


def told(
    network: Network,
    flow: Flow,
    said: Said,
    seed: int,
    picks: tuple[int, ...] = (),
    after: tuple[Earlier, ...] = (),
) -> Trace:
    """A conversation as a Trace: steps numbered and dressed, choices and assumptions gathered."""
    legs: list[Leg] = []
    choices: list[Choice] = []
    assumed: dict[str, Assumption] = {}
    seq = 0
    translations = Translations()
    for number, leg in enumerate(said.legs):
        steps = []
        for step in leg.steps:
            choices += [Choice(seq, chance.options, chance.picked) for chance in step.chances]
            shown = translations.paired(present(step, seq, number, network))
            if shown.badge is Badge.ASSUMED and shown.narration is not None:
                assumed.setdefault(shown.narration.plain, Assumption("listen", "declared", shown.narration.plain))
            steps.append(shown)
            seq += 1
        legs.append(msgspec.structs.replace(leg, steps=tuple(steps)))
    return Trace(
        key=trace_key(network, flow, seed, picks, after),
        flow=flow,
        seed=seed,
        legs=tuple(legs),
        disposition=said.outcome,
        cause=said.cause,
        server=said.server,
        status=said.status,
        faults=tuple(network.faults),
        assumptions=(*network.assumptions, *assumed.values()),
        choices=tuple(choices),
        picks=picks,
        after=after,
    )


def trace_key(
    network: Network, flow: Flow, seed: int, picks: tuple[int, ...] = (), after: tuple[Earlier, ...] = ()
) -> str:
    """The same for the same snapshot, profile, question and engine; a server that starts anew finds it again."""
    from hashlib import sha256

    from simulator.trace.model import TRACE_VERSION

    words = [network.revision, str(seed), str(TRACE_VERSION), repr(flow), repr(picks)]
    words += list(network.faults)
    words += [repr((before.flow, before.seed, before.picks)) for before in after]
    return sha256("\0".join(words).encode()).hexdigest()[:32]
