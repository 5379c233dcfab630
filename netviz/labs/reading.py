"""Reading a lab's YAML: values taken out by name and type, everything else told as a problem with file and line."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from simulator.diagnostics import Level, Problem
from simulator.manifests.builder import Built, build_all
from simulator.manifests.limits import DEFAULT, LimitExceeded
from simulator.manifests.manifest import Manifest, Path

_MISSING: Any = object()


class Problems(list[Problem]):
    """What is wrong with a lab."""

    def tell(self, name: str, message: str, hint: str, file: str | None, line: int | None, column: int = 1) -> None:
        self.append(Problem(Level.ERROR, name, message, hint, file, line, None if line is None else column))


class Section:
    """A mapping of a lab's YAML. What nobody has asked for in the end is unknown."""

    def __init__(self, document: Manifest, path: Path, value: Mapping[str, Any], problems: Problems) -> None:
        self.document = document
        self.path = path
        self.value = value
        self.problems = problems
        self._asked: set[str] = set()

    def wrong(self, key: str | None, message: str, hint: str, name: str = "lab-wrong-value") -> None:
        path = self.path if key is None else (*self.path, key)
        mark = self.document.mark(path)
        self.problems.tell(name, message, hint, self.document.file, mark.line, mark.column)

    def line(self, key: str | None = None) -> int:
        return self.document.mark(self.path if key is None else (*self.path, key)).line

    def has(self, key: str) -> bool:
        return key in self.value

    def _take(self, key: str, kind: type | tuple[type, ...], words: str, default: Any) -> Any:
        self._asked.add(key)
        value = self.value.get(key, _MISSING)
        if value is _MISSING or value is None:
            if default is _MISSING:
                self.wrong(None, f'"{key}" is missing.', f"Add {key}: it is {words}.", "lab-missing")
            return None if default is _MISSING else default
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in _kinds(kind)):
            self.wrong(key, f'"{key}" is {words} here.', f"Write {key} as {words}.")
            return None if default is _MISSING else default
        return value

    def text(self, key: str, default: Any = _MISSING) -> Any:
        """A line or more of words; numbers will do, and yes and no, which YAML takes for truths."""
        value = self._take(key, (str, int, float, bool), "text", default)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value).strip() if isinstance(value, str | int | float) else value

    def number(self, key: str, default: Any = _MISSING) -> Any:
        return self._take(key, int, "a whole number", default)

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self._take(key, bool, "true or false", default))

    def items(self, key: str, default: Any = _MISSING) -> list[Any]:
        found = self._take(key, list, "a list", default)
        return list(found or [])

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of words, or one word alone."""
        self._asked.add(key)
        value = self.value.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return (str(value),)
        return tuple(str(item) for item in self.items(key, default))

    def mapping(self, key: str) -> dict[str, str]:
        """Words by words, as settings are."""
        found = self._take(key, dict, "a mapping", {})
        return {name: _plain(value) for name, value in (found or {}).items()}

    def one_of(self, key: str, known: tuple[str, ...], default: Any = _MISSING) -> Any:
        value = self.text(key, default)
        if value is not None and value != default and value not in known:
            self.wrong(key, f'"{value}" is no {key} that is known.', f"It is one of {', '.join(known)}.")
        return value

    def section(self, key: str) -> "Section | None":
        found = self._take(key, dict, "a mapping", None)
        return None if found is None else Section(self.document, (*self.path, key), found, self.problems)

    def sections(self, key: str, default: Any = ()) -> Iterator["Section"]:
        """The mappings of a list."""
        for at, value in enumerate(self.items(key, default)):
            if isinstance(value, dict):
                yield Section(self.document, (*self.path, key, at), value, self.problems)
            else:
                mark = self.document.mark((*self.path, key, at))
                message = f'What stands in "{key}" are mappings.'
                self.problems.tell("lab-wrong-value", message, "Write KEY: VALUE lines.", self.document.file,
                                   mark.line, mark.column)  # fmt: skip

    def named(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """The mappings of a mapping, by their names."""
        inner = self.section(key)
        for name, value in inner.value.items() if inner else ():
            if isinstance(value, dict):
                yield name, Section(self.document, (*self.path, key, name), value, self.problems)
            else:
                self.wrong(key, f'"{name}" in "{key}" is a mapping.', "Write KEY: VALUE lines under it.")

    def raw(self, key: str) -> Any:
        self._asked.add(key)
        return self.value.get(key)

    def end(self) -> None:
        """Everything has been asked for: what is left is unknown."""
        from difflib import get_close_matches

        for key in self.value:
            if key not in self._asked:
                close = get_close_matches(key, sorted(self._asked), 1)
                hint = f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(sorted(self._asked))}."
                self.wrong(key, f'"{key}" is not known here.', hint, "lab-unknown-key")


def _kinds(kind: type | tuple[type, ...]) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def _plain(value: Any) -> str:
    """A value as one would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_yaml(text: str, file: str, line: int, problems: Problems) -> Section | None:
    """The one document of a text that begins at a line (from 1) of a file."""
    try:
        found = list(build_all(text, DEFAULT))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or "it cannot be read"
        problems.tell("lab-yaml", f"This is no YAML: {said}.", "Look at the colons, quotes and indentation here.",
                      file, line + (mark.line if mark else 0), 1 + (mark.column if mark else 0))  # fmt: skip
        return None
    except LimitExceeded as exceeded:
        problems.append(LimitExceeded(exceeded.limit, exceeded.allowed, (exceeded.line or 1) + line - 1).problem(file))
        return None
    if len(found) != 1 or not isinstance(found[0].value, dict):
        problems.tell("lab-yaml", "One mapping of keys and values stands here.", "Write KEY: VALUE lines.", file, line)
        return None
    return _section(found[0], file, line, problems)


def _section(built: Built, file: str, line: int, problems: Problems) -> Section:
    document = Manifest({}, file, built.root, built.places, line - 1)
    document.body = built.value
    for key, at in built.repeated:
        problems.tell("lab-unknown-key", f'"{key}" is written twice.', "Remove one of the two.", file, at + line)
    return Section(document, (), built.value, problems)
