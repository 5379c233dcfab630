"""Which objects of the completed cluster are not what they were, field by field; controllers' objects included."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.cluster.objects import Json, objects

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

MAX_FIELDS = 8
LONGEST_VALUE = 120
MADE_BY_CONTROLLERS = frozenset(("EndpointSlice", "Namespace", "Node"))


class ChangedField(msgspec.Struct, frozen=True):
    """A field by its path; None on the side where it is not there."""

    path: str
    old: str | None
    new: str | None


class ChangedObject(msgspec.Struct, frozen=True):
    """An object that came, went or changed. `derived`: nobody wrote it; `more` fields changed than are named."""

    object: str
    what: str
    derived: bool
    fields: tuple[ChangedField, ...] = ()
    more: int = 0


def changed_objects(old: "Cluster", new: "Cluster") -> list[ChangedObject]:
    """What people wrote first, each group by name."""
    before, after = _by_name(old), _by_name(new)
    found = (_compared(name, before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys()))
    return sorted((one for one in found if one is not None), key=lambda one: one.derived)


def _by_name(cluster: "Cluster") -> dict[str, Json]:
    return {_name(found): found for found in objects(cluster)}


def _name(found: Json) -> str:
    metadata = found.get("metadata") or {}
    namespace = metadata.get("namespace")
    return f"{found.get('kind')} {f'{namespace}/' if namespace else ''}{metadata.get('name')}"


def _compared(name: str, before: Json | None, after: Json | None) -> ChangedObject | None:
    there = after or before
    assert there is not None
    derived = there.get("kind") in MADE_BY_CONTROLLERS or bool((there.get("metadata") or {}).get("ownerReferences"))
    if before is None or after is None:
        return ChangedObject(name, "added" if before is None else "removed", derived)
    fields = list(_fields(before, after, ""))
    if not fields:
        return None
    return ChangedObject(name, "changed", derived, tuple(fields[:MAX_FIELDS]), max(0, len(fields) - MAX_FIELDS))


def _fields(old: Any, new: Any, path: str) -> Iterator[ChangedField]:
    """The innermost fields that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys(), key=str):
            yield from _fields(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        for at in range(max(len(old), len(new))):
            yield from _fields(_entry(old, at), _entry(new, at), f"{path}[{at}]")
    elif old != new:
        yield ChangedField(path, _value(old), _value(new))


def _entry(values: list[Any], at: int) -> Any:
    return values[at] if at < len(values) else None


def _value(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
