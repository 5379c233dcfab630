"""netviz trace: follow a packet there and back, in words, as JSON or as frames on devices."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.analysis.ask import Asked
from simulator.chance import Choose, Option, Random
from simulator.cli.failure import Failure
from simulator.cli.inputs import compiled, load_with_texts
from simulator.cli.output import warn, write, write_bytes
from simulator.cli.question import Numbered, asked, flows_of, in_broken
from simulator.cli.take_away import TAKEN_AWAY, put, taken
from simulator.datapath.session import CLIENT_PORT
from simulator.linux.network import Assumption, Network
from simulator.steps import Outcome
from simulator.trace.encode import to_json
from simulator.trace.model import Earlier, Flow, Trace
from simulator.trace.tracing import MAX_EARLIER, Branch, branches, trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

OK = 0
NO = 1

REDIRECTS = 300
"""From this HTTP status on, the client has not got what it asked for, or not there."""


def run(args: argparse.Namespace) -> int:
    _check_usage(args)
    cluster, texts = load_with_texts(args.paths, args.settings)
    if args.flows is not None:
        cluster = in_broken(cluster, args.faults)
        return _many(cluster, compiled(cluster), flows_of(cluster, args.flows), args)
    question, cluster = asked(cluster, args, by_dns=args.format != "wire")
    network = compiled(cluster)
    if args.format == "wire":
        write_bytes(to_json({"outcomes": wire_outcomes(network, question.flow, args)}))
        return OK
    if args.connections > 1:
        ways = _one_after_the_other(cluster, network, question, args)
    else:
        ways = answer(cluster, network, question.flow, args, question.assumptions)
    if args.format == "json":
        write_bytes(to_json(as_json(ways, args)))
    elif args.format in TAKEN_AWAY:
        put(taken(ways[0].trace, cluster, network, texts, args), args)
    else:
        _tell(ways, args)
        _mention_problems(cluster)
    return _expected(ways, args)


def _check_usage(args: argparse.Namespace) -> None:
    if args.flows is None and (args.source is None or args.target is None):
        raise Failure("Who asks whom?", "Give --from and --to, or --flows FILE.")
    if args.flows is not None and (args.source or args.target):
        raise Failure("--flows and --from, --to exclude each other.")
    if args.format == "wire" and args.expect:
        raise Failure("--expect needs --format text or json.")
    away = args.format in TAKEN_AWAY
    if away and (args.branches or args.flows or args.connections > 1):
        raise Failure(f"--format {args.format} is of one trace.", "Leave --branches, --flows and --connections out.")
    if args.output is not None and not away:
        raise Failure(f"--output goes with --format {', '.join(TAKEN_AWAY)}.")
    if args.pick and args.branches:
        raise Failure("--pick and --branches exclude each other.")
    if not 1 <= args.connections <= MAX_EARLIER + 1:
        raise Failure(f"A session has 1 to {MAX_EARLIER + 1} connections here.", "Give --connections such a number.")
    if args.connections > 1 and (args.branches or args.flows or args.format == "wire"):
        raise Failure("--connections goes with neither --branches nor --flows nor --format wire.")


def _many(cluster: "Cluster", network: Network, flows: Sequence[Numbered], args: argparse.Namespace) -> int:
    if args.format == "wire":
        told = [{"id": n.id, "outcomes": wire_outcomes(network, n.flow, args)} for n in flows]
        write_bytes(to_json({"flows": told}))
        return OK
    answers = [(n.id, answer(cluster, network, n.flow, args)) for n in flows]
    if args.format == "json":
        write_bytes(to_json({"flows": [{"id": name} | _named(ways, args) for name, ways in answers]}))
    else:
        for name, ways in answers:
            write(f"# {name}")
            _tell(ways, args)
            write()
    return max((_expected(ways, args) for _, ways in answers), default=OK)


def answer(
    cluster: "Cluster", network: Network, flow: Flow, args: argparse.Namespace, told: tuple[Assumption, ...] = ()
) -> list[Branch]:
    """One branch, or with --branches one for every way that chance can go; failures are explained."""
    if args.branches:
        found = branches(network, flow, args.seed)
    else:
        found = [Branch(1.0, (), trace(network, flow, args.seed, pick=args.pick))]
        _check_pick(found[0].trace, args.pick)
    return [msgspec.structs.replace(b, trace=_complete(cluster, b.trace, told)) for b in found]


def _one_after_the_other(
    cluster: "Cluster", network: Network, question: Asked, args: argparse.Namespace
) -> list[Branch]:
    """Connections of one session, each with a seed of its own, so that what stays the same does so by memory alone.

    --pick is for the first of them.
    """
    ways: list[Branch] = []
    after: list[Earlier] = []
    for nth in range(args.connections):
        pick = None if after else args.pick
        found = trace(network, question.flow, args.seed + nth, pick=pick, after=after)
        if not after:
            _check_pick(found, pick)
        picks = tuple(choice.picked for choice in found.choices)
        after.append(Earlier(question.flow, found.seed, picks))
        ways.append(Branch(1.0, (), _complete(cluster, found, question.assumptions)))
    return ways


def _complete(cluster: "Cluster", found: Trace, told: tuple[Assumption, ...]) -> Trace:
    found = msgspec.structs.replace(found, assumptions=(*found.assumptions, *told))
    if found.disposition is Outcome.DELIVERED and (found.status is None or found.status < REDIRECTS):
        return found
    from simulator.analysis.why import explained

    return explained(cluster, found)


def _check_pick(found: Trace, pick: str | None) -> None:
    offered = {option.pick for choice in found.choices for option in choice.options}
    if pick is None or pick in offered:
        return
    hint = f"Chance offers {', '.join(sorted(offered))}." if offered else "Nothing is left to chance here."
    raise Failure(f'"{pick}" is not among what chance may choose.', hint)


def wire_outcomes(network: Network, flow: Flow, args: argparse.Namespace) -> list[dict[str, Any]]:
    """What packet sockets would have seen: one outcome a branch, or one a connection for a sticky client."""
    from simulator.trace.tracing import every_way
    from simulator.trace.wire import outcome

    if flow.pin:
        return _two_connections(network, flow, args.seed)
    held = every_way(network, flow, args.seed)
    return [outcome(h.session, h.said, flow) for h in (held if args.branches else held[:1])]


def _two_connections(network: Network, flow: Flow, seed: int) -> list[dict[str, Any]]:
    """The first connection gets the pinned server; the second is of a client that is remembered."""
    from simulator.trace.conversation import converse, open_session
    from simulator.trace.wire import outcome

    choose = _preferring(flow.pin[0], Random(seed).choose)
    first = open_session(network, flow, choose, seed)
    second = open_session(network, flow, choose, seed)
    told = [{"nth": 1} | outcome(first, converse(first, flow), flow)]
    second.recent = first.recent
    return [*told, {"nth": 2} | outcome(second, converse(second, flow), flow)]


def _preferring(pick: str, otherwise: Choose) -> Choose:
    """Takes one option wherever it is offered."""

    def choose(options: Sequence[Option]) -> int:
        index = next((i for i, option in enumerate(options) if option.pick == pick), None)
        return otherwise(options) if index is None else index

    return choose


def as_json(ways: Sequence[Branch], args: argparse.Namespace) -> object:
    """A trace, or with --branches {choices, branches: [{probability, picks, trace}]}, or with --connections
    {connections: [trace]}."""
    if args.connections > 1:
        return {"connections": [way.trace for way in ways]}
    if not args.branches:
        return ways[0].trace
    return {"choices": ways[0].trace.choices, "branches": list(ways)}


def _named(ways: Sequence[Branch], args: argparse.Namespace) -> dict[str, object]:
    told = as_json(ways, args)
    return told if isinstance(told, dict) else {"trace": told}


def _tell(ways: Sequence[Branch], args: argparse.Namespace) -> None:
    from simulator.cli.story import story

    for number, branch in enumerate(ways, 1):
        if args.connections > 1:
            write(f"## connection {number} of {len(ways)}, from port {CLIENT_PORT + number - 1}")
        if args.branches:
            picks = ", ".join(branch.picks) or "nothing left to chance"
            write(f"## {branch.probability:.1%}: {picks}")
        for line in story(branch.trace, args.depth):
            write(line)
        if len(ways) > 1:
            write()


def _mention_problems(cluster: "Cluster") -> None:
    count = sum(p.level.value != "info" for p in cluster.problems)
    if count:
        warn(f"netviz: {count} problem{'s' if count != 1 else ''} in the manifests; netviz check lists them.")


def _expected(ways: Sequence[Branch], args: argparse.Namespace) -> int:
    if args.expect is None:
        return OK
    others = sorted({b.trace.disposition.value for b in ways} - {args.expect})
    if not others:
        return OK
    warn(f"netviz: expected {args.expect}, but it was {' and '.join(others)}.")
    return NO
