"""netviz why: why a packet does not arrive, by object, file and line, and what would mend it. Exit 1 if it does not."""

import argparse
from typing import TYPE_CHECKING

from simulator.analysis.why import explained
from simulator.analysis.why_http import answered_well
from simulator.cli.inputs import compiled, load
from simulator.cli.output import clean, write, write_bytes
from simulator.cli.question import asked
from simulator.cli.story import GOOD, outcome, question
from simulator.trace.model import Trace
from simulator.trace.tracing import Branch, branches

if TYPE_CHECKING:
    from simulator.analysis.fix.tried import Fix

MOST_TOLD = 5


def run(args: argparse.Namespace) -> int:
    cluster = load(args.paths, args.settings)
    question_asked, cluster = asked(cluster, args, by_dns=True)
    ways = branches(compiled(cluster), question_asked.flow, args.seed)
    worst = next((b for b in ways if not arrives(b.trace)), ways[0])
    found = explained(cluster, worst.trace)
    offered = [] if arrives(found) or args.via is not None else _fixes(args)
    if args.format == "json":
        _json(ways, found, offered)
    elif args.format == "patch":
        write(offered[0].patch.rstrip("\n") if offered else "")
    else:
        _text(ways, found, offered)
    return 0 if arrives(found) else 1


def _fixes(args: argparse.Namespace) -> "list[Fix]":
    from simulator.analysis.diff.flows import Question
    from simulator.analysis.fix.tried import fixes
    from simulator.cli.inputs import parse_settings, read_files
    from simulator.manifests import read_manifests

    texts = read_manifests(read_files(args.paths)).texts
    return fixes(texts, parse_settings(args.settings), Question(args.source, args.target, args.protocol))


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
        write(_also(fix))


def _also(fix: "Fix") -> str:
    """What else such a change does."""
    if not fix.side_effects:
        return "  No other flow changes."
    told = ", ".join(str(d.question) for d in fix.side_effects[:MOST_TOLD])
    more = len(fix.side_effects) - MOST_TOLD
    return clean(f"  It also changes {told}" + (f" and {more} more." if more > 0 else "."))


def _json(ways: list[Branch], found: Trace, offered: "list[Fix]") -> None:
    from simulator.trace.encode import to_json

    write_bytes(
        to_json(
            {
                "flow": found.flow,
                "disposition": found.disposition,
                "cause": found.cause,
                "probability": round(failing(ways), 6),
                "explanation": found.explanation,
                "fixes": offered,
            }
        )
    )
