"""What a selector that matches nothing was most likely meant to be."""

from collections.abc import Mapping

from simulator.cluster.model import Labels, Pod
from simulator.cluster.problems import listed
from simulator.cluster.selectors import LabelIndex

MOST_WORDS = 200
"""So many label values are compared with a misspelt one."""
MOST_SEARCHES = 200
"""So many selectors get a close look; after that, hints are general."""
ALIKE = 0.6
A_SERVICE = "A Service selects pods of its own namespace only: put them together."


class Nearest:
    """Looks for pods that a selector nearly matches."""

    def __init__(self, pods: LabelIndex[Pod], apart: str = A_SERVICE) -> None:
        self._pods = pods
        self._apart = apart
        self._searches = 0
        self._values: dict[tuple[str, str], list[str]] | None = None
        self._keys: dict[tuple[str, str], list[str]] = {}

    def hint(self, namespace: str, selector: Labels) -> str:
        self._searches += 1
        if self._searches <= MOST_SEARCHES:
            found = self._elsewhere(namespace, selector) or self._misspelt(namespace, selector)
            if found:
                return found
        return "Give the pods these labels, or correct the selector."

    def _elsewhere(self, namespace: str, selector: Labels) -> str | None:
        """The same labels in another namespace."""
        others = [n for n in self._pods.namespaces() if n != namespace and any(self._pods.having(n, selector))]
        if not others:
            return None
        return f"Pods with these labels are in the namespace {listed(sorted(others))}. {self._apart}"

    def _misspelt(self, namespace: str, selector: Labels) -> str | None:
        """The first label that no pod has, and one that is much like it; or labels that no one pod has together."""
        for key, value in selector.items():
            if any(self._pods.having(namespace, {key: value})):
                continue
            meant = self._meant(namespace, key, value, {k: v for k, v in selector.items() if k != key})
            if meant is not None:
                label, pod = meant
                return f"The pod {pod.name} has {label}. Did you mean that, not {key}: {value}?"
            return f"No pod has {key}: {value}. Give the pods this label, or correct the selector."
        return "Pods have each of these labels, but none has all of them together." if len(selector) > 1 else None

    def _meant(self, namespace: str, key: str, value: str, rest: Mapping[str, str]) -> tuple[str, Pod] | None:
        from difflib import get_close_matches

        values = self._values_of(namespace, key)
        close = get_close_matches(value, values[:MOST_WORDS], 3, ALIKE)
        keys = self._keys.get((namespace, value), [])
        pairs = [(key, other) for other in close] + [(other, value) for other in keys]
        for label in (rest, {}):  # pods that have the other labels come first
            for name, text in pairs:
                pod = next(self._pods.having(namespace, {**label, name: text}), None)
                if pod is not None:
                    return f"{name}: {text}", pod
        return None

    def _values_of(self, namespace: str, key: str) -> list[str]:
        if self._values is None:
            self._values = {}
            for there, name, text in self._pods.labels():
                self._values.setdefault((there, name), []).append(text)
                self._keys.setdefault((there, text), []).append(name)
        return self._values.get((namespace, key), [])
