"""netviz why: why a packet does not arrive, by object, file and line, and what would mend it. Exit 1 if it does not."""

import argparse
from typing import TYPE_CHECKING, NamedTuple

from simulator.analysis.why import explained
from simulator.analysis.why_http import answered_well
from simulator.cli.failure import Failure
from simulator.cli.inputs import compiled, load
from simulator.cli.output import clean, write, write_bytes
from simulator.cli.question import asked
from simulator.cli.story import GOOD, outcome, question
from simulator.trace.model import Trace
from simulator.trace.tracing import Branch, branches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.analysis.fix.tried import Fix
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod

MOST_TOLD = 5


def run(args: argparse.Namespace) -> int:
    cluster = load(args.paths, args.settings)
    if args.probe is not None:
        return _probes(cluster, args)
    if args.source is None or args.target is None:
        raise Failure("Who asks, and whom?", "Write --from SRC --to DST, or --probe NAMESPACE/POD.")
    answer = _answer(cluster, args)
    _tell(args, answer)
    return 0 if arrives(answer.found) else 1


class Answer(NamedTuple):
    """The ways that chance can go, the worst of them explained, and changes that would mend it."""

    ways: list[Branch]
    found: Trace
    offered: "list[Fix]"


def _answer(cluster: "Cluster", args: argparse.Namespace) -> Answer:
    question_asked, world = asked(cluster, args, by_dns=True)
    ways = branches(compiled(world), question_asked.flow, args.seed)
    worst = next((b for b in ways if not arrives(b.trace)), ways[0])
    found = explained(world, worst.trace)
    offered = [] if arrives(found) or args.via is not None else _fixes(args)
    return Answer(ways, found, offered)


def _tell(args: argparse.Namespace, answer: Answer) -> None:
    if args.format == "json":
        _json([answer], args.probe is not None)
    elif args.format == "patch":
        write(answer.offered[0].patch.rstrip("\n") if answer.offered else "")
    else:
        _text(*answer)


def _probes(cluster: "Cluster", args: argparse.Namespace) -> int:
    """The kubelet asks from the pod's own node, which policies never keep away; all else may."""
    from simulator.analysis.probes import probes_of

    if args.source is not None or args.target is not None:
        raise Failure("--probe says who asks and whom.", "Leave --from and --to out.")
    pod = probed_pod(cluster, args.probe)
    questions = probes_of(cluster, pod)
    if not questions:
        raise Failure(f"No probe of {pod.key} is sent over the network.",
                      "httpGet, tcpSocket and grpc probes are; exec runs inside the container.")  # fmt: skip
    answers = []
    for one in questions:
        args.source, args.target, args.protocol = one.source, one.target, one.protocol
        answers.append(_answer(cluster, args))
    if args.format == "json":
        _json(answers, many=True)
    else:
        for answer in answers:
            _tell(args, answer)
    return 0 if all(arrives(answer.found) for answer in answers) else 1


def probed_pod(cluster: "Cluster", name: str) -> "Pod":
    """The pod that is named, or the first of a workload's."""
    from simulator.analysis.ask import FlowError
    from simulator.analysis.ask_source import find_client

    try:
        client = find_client(cluster, name)
    except FlowError as error:
        raise Failure(f"{error.message} ({error.code})", error.hint) from None
    if client.pod is None:
        raise Failure(f"{name} is no pod.", "Write NAMESPACE/POD, or NAMESPACE/WORKLOAD for its first pod.")
    return cluster.pods[client.pod]


def _fixes(args: argparse.Namespace) -> "list[Fix]":
    from simulator.analysis.diff.flows import Question
    from simulator.analysis.fix.tried import mended
    from simulator.cli.inputs import parse_settings, read_files
    from simulator.manifests import read_manifests

    texts = read_manifests(read_files(args.paths)).texts
    question = Question(args.source, args.target, args.protocol)
    return [one.fix for one in mended(texts, parse_settings(args.settings), question)]


def arrives(trace: Trace) -> bool:
    """Whether the client gets what it asked for: an answer, or an open connection that nothing has cut."""
    return trace.disposition in GOOD and trace.cause is None and answered_well(trace)


def failing(ways: list[Branch]) -> float:
    """How likely it is that the packet does not arrive."""
    return sum(b.probability for b in ways if not arrives(b.trace))


def _text(ways: list[Branch], found: Trace, offered: "list[Fix]") -> None:
    write(clean(question(found)))
    share = failing(ways)
    if 0 < share < 0.9999:
        write(f"in {share:.1%} of the cases, as chance decides:")
    for line in outcome(found):
        write(line)
    for number, fix in enumerate(offered, 1):
        write()
        write(clean(f"change {number}, tried: {'; '.join(fix.changes)}"))
        for line in fix.patch.splitlines():
            write(f"  {clean(line)}")
        for line in _also(fix):
            write(line)


def _also(fix: "Fix") -> "Iterator[str]":
    """What else such a change does, what weighs most first."""
    if not fix.side_effects:
        yield "  No other flow changes."
        return
    yield "  It also changes:"
    for one in fix.side_effects[:MOST_TOLD]:
        change = one.changes[0]
        old, new = (" or ".join(words) or "none" for words in (change.old, change.new))
        yield clean(f"    {one.question}: " + (f"{old} -> {new}" if change.what != "path" else "takes another way"))
    more = len(fix.side_effects) - MOST_TOLD
    if more > 0:
        yield f"    and {more} more (--format json has them all)"


def _json(answers: list[Answer], many: bool) -> None:
    """One answer, or {"probes": [...]}."""
    from simulator.trace.encode import to_json

    told = [
        {
            "flow": found.flow,
            "disposition": found.disposition,
            "cause": found.cause,
            "probability": round(failing(ways), 6),
            "explanation": found.explanation,
            "fixes": offered,
        }
        for ways, found, offered in answers
    ]
    write_bytes(to_json({"probes": told} if many else told[0]))
