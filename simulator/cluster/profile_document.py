"""ClusterProfile documents of an upload: the settings that are not on the command line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.cluster.problems import Problems
from simulator.cluster.profile import Profile, SettingError, make_profile
from simulator.manifests.manifest import Manifest, Path

SPEC: Path = ("spec",)


def profile_of(
    documents: Iterable[Manifest], settings: Mapping[str, str], problems: Problems
) -> tuple[Profile, Mapping[str, str]]:
    """The profile, and the settings that were given. What is wrong in a document becomes a problem.

    Raises SettingError for what is wrong in `settings`, which win over documents.
    """
    given: dict[str, str] = {}
    make_profile(settings)
    for document in documents:
        for key, text, path in _flat(document.body.get("spec") or {}, "", SPEC):
            if key in settings:
                continue
            try:
                make_profile({**given, key: text, **settings})
            except SettingError as error:
                problems.error("invalid-setting", f"{error.key}: {error.message}", error.hint, document, path)
            else:
                given[key] = text
    given.update(settings)
    return make_profile(given), given


def _flat(body: Any, prefix: str, path: Path) -> Iterator[tuple[str, str, Path]]:
    """`cni: {hairpinMode: false}` is the setting cni.hairpinMode."""
    if not isinstance(body, dict):
        return
    for key, value in body.items():
        name, here = f"{prefix}{key}", (*path, key)
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.", here)
        elif isinstance(value, list):
            yield name, ",".join(str(item) for item in value), here
        elif value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value), here
