"""netviz objects: the completed cluster as YAML or JSON."""

import argparse

from simulator.cli.inputs import load
from simulator.cli.output import write_bytes


def run(args: argparse.Namespace) -> int:
    from simulator.cluster.objects import objects

    items = objects(load(args.paths, args.settings), args.kind)
    if args.format == "json":
        from simulator.trace.encode import to_json

        write_bytes(to_json({"items": items}))
    else:
        import sys

        import yaml

        yaml.dump_all(items, sys.stdout, Dumper=yaml.CSafeDumper, sort_keys=False, explicit_start=True)
    return 0
