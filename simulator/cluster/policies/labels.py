"""Label selectors as the API server admits them.

staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go: ValidateLabelSelector();
staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go: IsQualifiedName(), IsValidLabelValue()
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import Reader
from simulator.cluster.selectors import Selector, selector_of
from simulator.manifests.manifest import Path, field_text

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LISTED, BARE = ("In", "NotIn"), ("Exists", "DoesNotExist")


def read_selector(reader: Reader, body: Mapping[str, Any], path: Path) -> Selector:
    """A metav1.LabelSelector; what the API server would refuse is told."""
    for message, hint, place in _wrong(body, path):
        reader.problems.error("invalid-selector", message, hint, reader.manifest, place)
    return selector_of(body)


def _wrong(body: Mapping[str, Any], path: Path) -> Iterator[tuple[str, str, Path]]:
    for key, value in (body.get("matchLabels") or {}).items():
        here = (*path, "matchLabels", key)
        yield from _wrong_key(key, here)
        yield from _wrong_value(value, here)
    for index, item in enumerate(body.get("matchExpressions") or ()):
        yield from _wrong_expression(item, (*path, "matchExpressions", index))


def _wrong_expression(item: Mapping[str, Any], path: Path) -> Iterator[tuple[str, str, Path]]:
    key, operator, values = item.get("key"), item.get("operator"), item.get("values") or ()
    if not key:
        yield f"{field_text(path)} names no label.", "Add key: with the label that is looked at.", path
    else:
        yield from _wrong_key(key, (*path, "key"))
    words = ", ".join((*LISTED, *BARE))
    if operator not in (*LISTED, *BARE):
        said = f'has the operator "{operator}"' if operator else "has no operator"
        yield f"{field_text(path)} {said}, which no selector has.", f"Write one of {words}.", (*path, "operator")
    elif operator in LISTED and not values:
        yield f"{field_text(path)}: {operator} compares with nothing.", "Add values: with at least one.", path
    elif operator in BARE and values:
        yield f"{field_text(path)}: {operator} takes no values.", "Leave values out.", (*path, "values")
    for index, value in enumerate(values):
        yield from _wrong_value(value, (*path, "values", index))


def _wrong_key(key: str, path: Path) -> Iterator[tuple[str, str, Path]]:
    prefix, slash, name = key.rpartition("/")
    good = _NAME.fullmatch(name) and len(name) <= 63
    if slash:
        good = good and _PREFIX.fullmatch(prefix) and len(prefix) <= 253
    if not good:
        yield (
            f'"{key}" can\'t be the name of a label.',
            "At most 63 letters, digits, -, _ and ., with a DNS name and a slash before it where wanted.",
            path,
        )


def _wrong_value(value: str, path: Path) -> Iterator[tuple[str, str, Path]]:
    if value and not (_NAME.fullmatch(value) and len(value) <= 63):
        yield (
            f'"{value}" can\'t be the value of a label.',
            "At most 63 letters, digits, -, _ and .; the first and the last a letter or digit.",
            path,
        )
