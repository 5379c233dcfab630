"""How long it takes to walk every recorded flow in every set-up, with every way that chance can go, and compare it."""

import json
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.conformance import recordings


def main() -> None:
    if not recordings.SCENARIOS:
        print(json.dumps({"benchmark": "oracle-suite", "skipped": recordings.MISSING}))
        return
    begin = perf_counter()
    held = [
        flow
        for scenario in recordings.SCENARIOS
        for setup in recordings.SETUPS
        for flow in recordings.held(scenario, setup)
    ]
    seconds = perf_counter() - begin
    print(
        json.dumps(
            {
                "benchmark": "oracle-suite",
                "flows": len(held),
                "equal": sum(flow.equal for flow in held),
                "seconds": round(seconds, 1),
                "ms_a_flow": round(seconds * 1000 / len(held), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
