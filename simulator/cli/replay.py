"""netviz replay: the same packets through the model and through a real kernel, side by side."""

import argparse
from typing import TYPE_CHECKING

from simulator.cli.failure import Failure
from simulator.cli.inputs import compiled, load
from simulator.cli.output import write, write_bytes
from simulator.cli.question import flows_of, in_broken

if TYPE_CHECKING:
    from netviz.replay.compare import Verdict
    from netviz.replay.plan import Plan
    from simulator.cluster.cluster import Cluster
    from simulator.linux.network import Network
    from simulator.trace.model import Flow

OK = 0
NO = 1
MOST_NAMESPACES = 400
NOT_REPLAYED = ("neighbor-forgotten", "fdb-forgotten", "conntrack-full")
"""Kinds of faults that no lab is built with."""


def run(args: argparse.Namespace) -> int:
    from netviz.replay.names import namespaces, run_prefix
    from netviz.replay.plan import make_plan

    if args.flows is None and not args.script:
        raise Failure("Which packets?", "Give --flows FILE, or --script for the set-up alone.")
    cluster = in_broken(load(args.paths, args.settings), args.faults)
    _check_faults(cluster)
    network = compiled(cluster)
    names = namespaces(cluster)
    if len(names) > MOST_NAMESPACES:
        raise Failure(f"This cluster has {len(names)} network namespaces; a replay builds up to {MOST_NAMESPACES}.",
                      "Replay a part of the manifests.")  # fmt: skip
    if args.script:
        from netviz.replay.script import PREFIX, script

        write(script(make_plan(network, names, PREFIX, named=True)))
        return OK
    flows = [(n.id, n.flow) for n in flows_of(cluster, args.flows)]
    plan = make_plan(network, names, run_prefix())
    verdicts, left_out = _replayed(network, plan, flows)
    return _tell(verdicts, left_out, args.format)


def _check_faults(cluster: "Cluster") -> None:
    """Some things are not a command away: the lab's neighbours are written down, its kernel is the machine's own."""
    for found in cluster.faults:
        if found.fault.kind in NOT_REPLAYED:
            raise Failure(
                f"{found.fault} cannot be replayed.", "netviz trace --fault shows what the model makes of it."
            )


def _replayed(network: "Network", plan: "Plan", flows: list[tuple[str, "Flow"]]) -> "tuple[list[Verdict], list[str]]":
    """The verdicts, and what this kernel could not be asked. A client with a `pin` comes a second time."""
    from netviz.replay.build import BuildError
    from netviz.replay.lab import lab
    from netviz.replay.probe import left_out, machine, needs
    from netviz.replay.run import questions, replay

    missing = machine() or needs(plan)
    if missing is not None:
        raise Failure(missing.message, missing.hint)
    asked = questions(network, flows, {name for name, flow in flows if flow.pin})
    try:
        with lab(plan) as built:
            return list(replay(built, asked, network)), left_out()
    except BuildError as error:
        raise Failure(f"The kernel could not be set up: {error}.", "What was set up is gone again.") from None


def _tell(verdicts: "list[Verdict]", left_out: list[str], form: str) -> int:
    from netviz.replay.report import as_json, report

    if form == "json":
        from simulator.trace.encode import to_json

        write_bytes(to_json(as_json(verdicts, left_out)))
    else:
        for line in report(verdicts, left_out):
            write(line)
    return OK if all(verdict.equal for verdict in verdicts) else NO
