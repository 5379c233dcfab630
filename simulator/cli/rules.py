"""netviz rules: what the hostPort plugin and kube-proxy have written on a node, as iptables-save prints it."""

import argparse

from simulator.analysis.flow_error import did_you_mean
from simulator.cli.failure import Failure
from simulator.cli.inputs import load
from simulator.cli.output import write

FAMILIES = {"ipv4": 4, "ipv6": 6}


def run(args: argparse.Namespace) -> int:
    from simulator.compilers.node import node_tables
    from simulator.linux.iptables_save import render

    cluster = load(args.paths, args.settings)
    node = cluster.nodes.get(args.node)
    if node is None:
        raise Failure(f'There is no node "{args.node}".', did_you_mean(args.node, cluster.nodes, "nodes"))
    write(render(node_tables(cluster, node, FAMILIES[args.family], masquerade=args.all)).rstrip("\n"))
    return 0
