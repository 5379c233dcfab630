"""CPU time from a changed text to the new answer: the draft read, the trace of it, and both states compared."""

import json
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

from netviz import engine
from netviz.examples import by_name
from netviz.work import TraceQuestion
from tests.benchmarks.cluster_size import manifests

RUNS = 9
PODS = 1_000


def cases() -> dict[str, tuple[str, str, str]]:
    """Manifests, who asks, and what."""
    shop = by_name("bookstore")
    assert shop is not None
    return {
        "bookstore": (shop.text, shop.source, shop.target),
        f"{PODS:,} pods": (manifests(PODS).decode(), "default/app-0", "app-99.default:80"),
    }


def milliseconds(do: Callable[[], object]) -> float:
    begun = process_time()
    do()
    return (process_time() - begun) * 1000


def measure(text: str, source: str, target: str) -> tuple[float, float, float]:
    """Each run changes the text, as somebody who types does: nothing of the run before is of use."""
    _, before = engine.take([("a.yaml", text.encode())], {}, None, {})
    question = TraceQuestion(source, target)
    times: list[tuple[float, float, float]] = []
    for run in range(RUNS):
        begun = process_time()
        _, draft = engine.take([("a.yaml", f"{text}\n# {run}\n".encode())], {}, None, {})
        read = (process_time() - begun) * 1000
        traced = milliseconds(partial(engine.stepwise_trace, draft, question))
        compared = milliseconds(partial(engine.compared, draft, before, question))
        times.append((read, traced, compared))
    read, traced, compared = (median(column) for column in zip(*times, strict=True))
    return read, traced, compared


def main() -> None:
    result: dict[str, float] = {}
    for name, (text, source, target) in cases().items():
        read, traced, compared = measure(text, source, target)
        result |= {f"{name}: draft read, ms": round(read), f"{name}: both compared, ms": round(compared)}
        result |= {f"{name}: change to answer, ms": round(read + traced)}
        result |= {f"{name}: change to answer, in times of its trace": round((read + traced) / traced, 1)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
