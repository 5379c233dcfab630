"""How fast manifests load with all their marks, against what PyYAML's own C loader needs for values alone."""

import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

import yaml

from simulator.manifests import SourceFile, read_manifests
from simulator.manifests.builder import build_all
from simulator.manifests.limits import DEFAULT

RUNS = 5
BIG = Path(__file__).resolve().parents[3] / "shared/corpus/synthetic/cluster-10000.yaml"


def seconds(work: Callable[[], object]) -> float:
    """Processor time without the garbage collector; what was made is thrown away outside."""
    gc.collect()
    gc.disable()
    begin = process_time()
    made = work()
    took = process_time() - begin
    gc.enable()
    del made
    return took


def main() -> None:
    if not BIG.is_file():
        print(json.dumps({"benchmark": "load-manifests", "skipped": "needs ../shared (the manifest corpus)"}))
        return
    data = BIG.read_bytes()
    text = data.decode()
    work: dict[str, Callable[[], object]] = {
        "CSafeLoader": lambda: list(yaml.load_all(text, yaml.CSafeLoader)),
        "values with marks": lambda: list(build_all(text, DEFAULT)),
        "read_manifests": lambda: read_manifests([SourceFile("cluster.yaml", data)]),
    }
    # In turns, so that a busy moment of the machine falls on all of them.
    rounds = [{name: seconds(each) for name, each in work.items()} for _ in range(RUNS)]
    took = {name: median(each[name] for each in rounds) for name in work}
    print(
        json.dumps(
            {
                "benchmark": "load-manifests",
                "bytes": len(data),
                "objects": len(read_manifests([SourceFile("cluster.yaml", data)]).manifests),
                "seconds": {name: round(value, 2) for name, value in took.items()},
                "times_as_fast": {
                    name: round(median(each["CSafeLoader"] / each[name] for each in rounds), 2)
                    for name in ("values with marks", "read_manifests")
                },
                "python": sys.version.split()[0],
            }
        )
    )


if __name__ == "__main__":
    main()
