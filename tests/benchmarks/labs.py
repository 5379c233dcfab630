"""What the checks of each shipped lab cost: from edited text to all answers, in milliseconds of processor time, nothing remembered."""

import gc
import json
from statistics import median
from time import process_time

from netviz.labs.grade import run_all, solved
from netviz.labs.library import labs
from netviz.labs.model import Fix, Lab

RUNS = 5
GOAL_MS = 100


def measured(lab: Lab, task: Fix, changed: dict[str, str]) -> float:
    """Each run compiles the cluster anew, as for somebody who types."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        began = process_time()
        run_all(lab, task, changed)
        times.append((process_time() - began) * 1000)
    return median(times)


def main() -> None:
    found = [
        {"lab": lab.slug, "task": task.id, "checks": len(task.checks), "start_ms": round(measured(lab, task, {}), 1),
         "solved_ms": round(measured(lab, task, solved(lab, task)), 1)}
        for lab in labs() for task in (screen.task for screen in lab.screens) if isinstance(task, Fix)
    ]  # fmt: skip
    worst = max(max(one["start_ms"], one["solved_ms"]) for one in found)
    print(json.dumps({"tasks": found, "worst_ms": worst, "goal_ms": GOAL_MS}, indent=1))


if __name__ == "__main__":
    main()
