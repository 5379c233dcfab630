"""The gallery: manifests that show one thing each, with a question to start from. `index.toml` lists them."""

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).resolve().parent


class Example(msgspec.Struct, frozen=True):
    """`kind` names the miniature that is drawn for it; `notice` is what to look at, step by step."""

    name: str
    title: str
    summary: str
    kind: str
    source: str
    target: str
    protocol: str
    notice: tuple[str, ...]
    text: str

    @property
    def file(self) -> str:
        return f"{self.name}.yaml"

    @property
    def slug(self) -> str:
        """Its workspace's: another text is another workspace."""
        return f"{self.name}-{sha256(self.text.encode()).hexdigest()[:10]}"


@cache
def gallery() -> tuple[Example, ...]:
    """All examples, in the order of the index."""
    index = tomllib.loads((_FOLDER / "index.toml").read_text(encoding="utf-8"))
    return tuple(
        Example(
            name=name,
            title=entry["title"],
            summary=entry["summary"],
            kind=entry["kind"],
            source=entry["from"],
            target=entry["to"],
            protocol=entry.get("protocol", "TCP"),
            notice=tuple(entry["notice"]),
            text=(_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"),
        )
        for name, entry in index.items()
    )


def by_name(name: str) -> Example | None:
    return next((example for example in gallery() if example.name == name), None)


def by_slug(slug: str) -> Example | None:
    return next((example for example in gallery() if example.slug == slug), None)
