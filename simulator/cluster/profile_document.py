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
    profile = make_profile(settings)
    written = [
        (document, key, text, path)
        for document in documents
        for key, text, path in _flat(document.body.get("spec") or {}, "", SPEC)
        if key not in settings
    ]
    if not written:
        return profile, settings
    together = {**{key: text for _, key, text, _ in written}, **settings}
    try:
        return make_profile(together), together
    except SettingError:
        given = _one_by_one(written, settings, problems)
        return make_profile(given), given


def written_setting(documents: Iterable[Manifest], key: str) -> tuple[Manifest, Path] | None:
    """The last document that says a setting, and where; None where none does."""
    found = None
    for document in documents:
        for name, _, path in _flat(document.body.get("spec") or {}, "", SPEC):
            if name == key:
                found = document, path
    return found


def _one_by_one(
    written: Iterable[tuple[Manifest, str, str, Path]], settings: Mapping[str, str], problems: Problems
) -> dict[str, str]:
    """What can be had of settings that can't be had together."""
    given = dict(settings)
    for document, key, text, path in written:
        try:
            make_profile({**given, key: text})
        except SettingError as error:
            problems.error("invalid-setting", f"{error.key}: {error.message}", error.hint, document, path)
        else:
            given[key] = text
    return given


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
