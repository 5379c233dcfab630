"""netviz rules: what the hostPort plugin and kube-proxy have written on a node, as iptables-save prints it."""

import argparse

from simulator.analysis.flow_error import did_you_mean
from simulator.cli.failure import Failure
from simulator.cli.inputs import load
from simulator.cli.output import write

FAMILIES = {"ipv4": 4, "ipv6": 6}


def run(args: argparse.Namespace) -> int:
    from simulator.compilers.rules_text import UnsupportedSetting, rules_text

    cluster = load(args.paths, args.settings)
    if args.node not in cluster.nodes:
        raise Failure(f'There is no node "{args.node}".', did_you_mean(args.node, cluster.nodes, "nodes"))
    try:
        text = rules_text(cluster, args.node, FAMILIES[args.family], everything=args.all)
    except UnsupportedSetting as error:
        raise Failure(f"--set {error.key}={error.value} cannot be followed here.", error.hint) from None
    write(text.rstrip("\n"))
    return 0
