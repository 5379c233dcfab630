"""netviz why: why a packet does not arrive, by object, file and line, and what would mend it. Exit 1 if it does not."""

import argparse

from simulator.analysis.why import explained
from simulator.cli.inputs import compiled, load
from simulator.cli.output import clean, write, write_bytes
from simulator.cli.question import asked
from simulator.cli.story import GOOD, outcome, question
from simulator.trace.model import Trace
from simulator.trace.tracing import Branch, branches


def run(args: argparse.Namespace) -> int:
    cluster = load(args.paths, args.settings)
    question_asked, cluster = asked(cluster, args, by_dns=True)
    ways = branches(compiled(cluster), question_asked.flow, args.seed)
    worst = next((b for b in ways if not arrives(b.trace)), ways[0])
    found = explained(cluster, worst.trace)
    if args.format == "json":
        _json(ways, found)
    else:
        _text(ways, found)
    return 0 if arrives(found) else 1


def arrives(trace: Trace) -> bool:
    """Whether the client gets what it asked for: an answer, or an open connection that nothing has cut."""
    return trace.disposition in GOOD and trace.cause is None


def failing(ways: list[Branch]) -> float:
    """How likely it is that the packet does not arrive."""
    return sum(b.probability for b in ways if not arrives(b.trace))


def _text(ways: list[Branch], found: Trace) -> None:
    write(clean(question(found)))
    share = failing(ways)
    if 0 < share < 0.9999:
        write(f"in {share:.1%} of the cases, as chance decides:")
    for line in outcome(found):
        write(line)


def _json(ways: list[Branch], found: Trace) -> None:
    from simulator.trace.encode import to_json

    write_bytes(
        to_json(
            {
                "flow": found.flow,
                "disposition": found.disposition,
                "cause": found.cause,
                "probability": round(failing(ways), 6),
                "explanation": found.explanation,
            }
        )
    )
