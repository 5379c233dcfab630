"""Label selectors, and an index that finds what they select without asking everybody.

staging/src/k8s.io/apimachinery/pkg/labels/selector.go: Requirement.Matches()
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from simulator.cluster.model import Labels

T = TypeVar("T")


class Requirement(msgspec.Struct, frozen=True):
    """One condition on a label (or, in a node's affinity, on a field)."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def met_by(self, labels: Labels) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case "Gt" | "Lt":
                return self._compares(value)
        return False

    def _compares(self, value: str | None) -> bool:
        try:
            there, wanted = int(value or ""), int(self.values[0])
        except (ValueError, IndexError):
            return False
        return there > wanted if self.operator == "Gt" else there < wanted

    def __str__(self) -> str:
        values = ", ".join(self.values)
        match self.operator:
            case "In" if len(self.values) == 1:
                return f"{self.key}={values}"
            case "In" | "NotIn":
                return f"{self.key} {'in' if self.operator == 'In' else 'not in'} ({values})"
            case "Exists":
                return self.key
            case "DoesNotExist":
                return f"!{self.key}"
        return f"{self.key} {'>' if self.operator == 'Gt' else '<'} {values}"


class Selector(msgspec.Struct, frozen=True):
    """All of its requirements have to be met."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Labels) -> bool:
        return all(requirement.met_by(labels) for requirement in self.requirements)

    @property
    def pair(self) -> tuple[str, str] | None:
        """A label that whoever is selected must have."""
        for requirement in self.requirements:
            if requirement.operator == "In" and len(requirement.values) == 1:
                return requirement.key, requirement.values[0]
        return None

    def __str__(self) -> str:
        return ", ".join(str(requirement) for requirement in self.requirements) or "everything"


def requirements_of(expressions: Any) -> tuple[Requirement, ...]:
    """matchExpressions, matchFields: what is not of their form never matches."""
    every = expressions if isinstance(expressions, list) else []
    return tuple(_requirement(expression) for expression in every if isinstance(expression, dict))


def _requirement(expression: Mapping[str, Any]) -> Requirement:
    values = expression.get("values")
    texts = tuple(str(value) for value in values) if isinstance(values, list) else ()
    return Requirement(str(expression.get("key")), str(expression.get("operator")), texts)


def selector_of(body: Mapping[str, Any]) -> Selector:
    """A metav1.LabelSelector."""
    pairs = body.get("matchLabels")
    return Selector(
        equal(pairs if isinstance(pairs, dict) else {}).requirements + requirements_of(body.get("matchExpressions"))
    )


def equal(pairs: Labels) -> Selector:
    """A selector of the old form: labels that have to be there."""
    return Selector(tuple(Requirement(key, "In", (str(value),)) for key, value in pairs.items()))


class LabelIndex(Generic[T]):
    """Things by the labels that they have, a namespace apart."""

    def __init__(self, items: Iterable[tuple[str, Labels, T]] = ()) -> None:
        self._all: dict[str, dict[int, T]] = {}
        self._by_label: dict[tuple[str, str, str], dict[int, T]] = {}
        self._count = 0
        for namespace, labels, item in items:
            self.add(namespace, labels, item)

    def add(self, namespace: str, labels: Labels, item: T) -> None:
        number = self._count
        self._count += 1
        self._all.setdefault(namespace, {})[number] = item
        for key, value in labels.items():
            self._by_label.setdefault((namespace, key, value), {})[number] = item

    def having(self, namespace: str, labels: Labels) -> Iterator[T]:
        """What has all of these labels, in the order added; everything, for none."""
        found = [self._by_label.get((namespace, key, value), {}) for key, value in labels.items()]
        if not found:
            yield from self._all.get(namespace, {}).values()
            return
        found.sort(key=len)
        fewest, *others = found
        yield from (item for number, item in fewest.items() if all(number in other for other in others))

    def namespaces(self) -> Iterable[str]:
        return self._all

    def labels(self) -> Iterable[tuple[str, str, str]]:
        """Every label that anything has: namespace, key, value."""
        return self._by_label
