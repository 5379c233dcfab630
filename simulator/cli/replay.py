"""netviz replay: the same packets through the model and through a real kernel, side by side."""

import argparse
from typing import TYPE_CHECKING

from simulator.cli.failure import Failure
from simulator.cli.inputs import compiled, load
from simulator.cli.output import write, write_bytes
from simulator.cli.question import flows_of

if TYPE_CHECKING:
    from netviz.replay.compare import Verdict
    from netviz.replay.plan import Plan
    from simulator.linux.network import Network
    from simulator.trace.model import Flow

OK = 0
NO = 1
MOST_NAMESPACES = 400


def run(args: argparse.Namespace) -> int:
    from netviz.replay.names import namespaces, run_prefix
    from netviz.replay.plan import make_plan

    if args.flows is None and not args.script:
        raise Failure("Which packets?", "Give --flows FILE, or --script for the set-up alone.")
    cluster = load(args.paths, args.settings)
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
    return _tell(_replayed(network, plan, flows), args.format)


def _replayed(network: "Network", plan: "Plan", flows: list[tuple[str, "Flow"]]) -> "list[Verdict]":
    from netviz.replay.build import BuildError
    from netviz.replay.lab import lab
    from netviz.replay.probe import machine, needs
    from netviz.replay.run import questions, replay

    missing = machine() or needs(plan)
    if missing is not None:
        raise Failure(missing.message, missing.hint)
    asked = questions(network, flows)
    try:
        with lab(plan) as built:
            return list(replay(built, asked, network))
    except BuildError as error:
        raise Failure(f"The kernel could not be set up: {error}.", "What was set up is gone again.") from None


def _tell(verdicts: "list[Verdict]", form: str) -> int:
    from netviz.replay.report import as_json, report

    if form == "json":
        from simulator.trace.encode import to_json

        write_bytes(to_json(as_json(verdicts)))
    else:
        for line in report(verdicts):
            write(line)
    return OK if all(verdict.equal for verdict in verdicts) else NO
