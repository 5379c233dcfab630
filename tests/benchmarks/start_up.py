"""What the whole process of a small question costs, against a Python that does nothing."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 15
SMALL = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: main, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: client}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
ENGINE = "import sys; from simulator.cli import main; sys.exit(main())"


def milliseconds(*words: str) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return (perf_counter() - begin) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "small.yaml"
        file.write_text(SMALL)
        questions = {
            "bare": ("-c", "pass"),
            "check": ("-c", ENGINE, "check", str(file)),
            "trace": ("-c", ENGINE, "trace", str(file), "--from", "default/client", "--to", "web:80"),
        }
        # In turns, so that a busy moment of the machine falls on all of them.
        rounds = [{name: milliseconds(*words) for name, words in questions.items()} for _ in range(RUNS)]
    ms = {name: median(each[name] for each in rounds) for name in questions}
    print(
        json.dumps(
            {
                "benchmark": "start-up",
                "ms": {name: round(value, 1) for name, value in ms.items()},
                "times_bare": {name: round(ms[name] / ms["bare"], 1) for name in ("check", "trace")},
            }
        )
    )


if __name__ == "__main__":
    main()
