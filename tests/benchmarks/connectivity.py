"""What `netviz connectivity` costs: the whole process, on the clusters that other tools were timed on.

The clusters are those of the generator in ../shared/conformance/connectivity (ten namespaces, seed 1); without it there
is nothing to compare with. What network-config-analyzer took is said in the baselines beside it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from simulator.analysis.connectivity.table import Table
from simulator.cli.inputs import load

GENERATOR = Path(__file__).resolve().parents[3] / "shared/conformance/connectivity/gen_cluster.py"
SIZES = ((100, 50), (1000, 200), (3000, 200), (1000, 600))
COMPARED = 1000, 200
PEER_SECONDS, PEER_CPU_SECONDS = 144.7, 93.4
"""network-config-analyzer on 1,000 workloads and 200 policies: analysis and output on the clock; CPU time of it all."""
RUNS = 5


def generate(folder: Path, workloads: int, policies: int) -> None:
    words = [sys.executable, str(GENERATOR), str(folder), "--workloads", str(workloads), "--policies", str(policies)]
    subprocess.run(words, check=True, capture_output=True)


def seconds(folder: Path) -> tuple[float, float]:
    """Wall and CPU time of one process, from start to end, the whole answer written."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = perf_counter()
    words = [sys.executable, "-m", "simulator.cli", "connectivity", str(folder), "--format", "json"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    wall = perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak(folder: Path) -> float:
    """The most memory that one process had, in MiB."""
    words = [sys.executable, "-m", "simulator.cli", "connectivity", str(folder), "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_maxrss / 1024


def main() -> None:
    if not GENERATOR.is_file():
        print(json.dumps({"benchmark": "connectivity", "skipped": "needs the generator of ../shared"}))
        return
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for workloads, policies in SIZES:
            folder = Path(name) / f"{workloads}-{policies}"
            generate(folder, workloads, policies)
            runs = [seconds(folder) for _ in range(RUNS)]
            found[workloads, policies] = {
                "classes": Table(load([str(folder)], ())).class_count,
                "wall_s": round(median(wall for wall, _ in runs), 2),
                "cpu_s": round(median(cpu for _, cpu in runs), 2),
                "peak_mib": round(peak(folder)),
            }
            print(
                f"{workloads} workloads, {policies} policies: {found[workloads, policies]}", file=sys.stderr, flush=True
            )
    print(
        json.dumps(
            {
                "benchmark": "connectivity",
                "clusters": {f"{w} workloads, {p} policies": told for (w, p), told in found.items()},
                "times_as_fast_as_peer": round(PEER_SECONDS / found[COMPARED]["wall_s"]),
                "times_less_cpu_than_peer": round(PEER_CPU_SECONDS / found[COMPARED]["cpu_s"]),
            }
        )
    )


if __name__ == "__main__":
    main()
