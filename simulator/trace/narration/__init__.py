"""Narration: what to say about a step, in three depths.

`plain` is for somebody new, `mechanism` says how Linux or Kubernetes does it, `kernel` names functions and tables.
The texts are data, one package a language, loaded when the first step is told.

An id may have variants by the value of a parameter ("conntrack.found?direction=reply"). In a text, {name} is a
parameter, and a part in [brackets] is left out when a parameter inside it is empty.
"""

import re
from collections.abc import Mapping
from importlib import import_module

from simulator.steps import Narration, Text

Depths = tuple[str, str, str]
"""plain, mechanism, kernel."""

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PARAMETER = re.compile(r"\{([a-z]+)\}")


def narrate(text: Text, language: str = "en") -> Narration:
    """The words for a step; KeyError for an id that has none."""
    plain, mechanism, kernel = _depths(texts(language), text)
    return Narration(*(_fill(t, text.params) for t in (plain, mechanism, kernel)))


def texts(language: str = "en") -> Mapping[str, Depths]:
    """Every text of a language by id, or by id?parameter=value."""
    table: Mapping[str, Depths] = import_module(f"{__name__}.{language}").TEXTS
    return table


def parameters_of(template: str) -> frozenset[str]:
    """The parameters that a text uses."""
    return frozenset(_PARAMETER.findall(template))


def _depths(table: Mapping[str, Depths], text: Text) -> Depths:
    for name, value in text.params.items():
        found = table.get(f"{text.id}?{name}={value}")
        if found is not None:
            return found
    return table[text.id]


def _fill(template: str, params: Mapping[str, str]) -> str:
    def optional(part: re.Match[str]) -> str:
        wanted = _PARAMETER.findall(part[1])
        return part[1] if all(params.get(name) for name in wanted) else ""

    return _PARAMETER.sub(lambda m: params[m[1]], _OPTIONAL.sub(optional, template))
