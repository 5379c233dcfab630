"""Label selectors as the API server admits them.

staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go: ValidateLabelSelector()
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import Reader
from simulator.cluster.selectors import Selector, selector_of
from simulator.manifests.label_syntax import KEY_HINT, VALUE_HINT, is_key, is_value
from simulator.manifests.manifest import Path, field_text

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
    if not is_key(key):
        yield f'"{key}" can\'t be the name of a label.', KEY_HINT, path


def _wrong_value(value: str, path: Path) -> Iterator[tuple[str, str, Path]]:
    if not is_value(value):
        yield f'"{value}" can\'t be the value of a label.', VALUE_HINT, path
