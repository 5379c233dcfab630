"""Variants: a lab's variables drawn by seed, and written into every file of it.

`{{client}}` is a variable of the front matter. Seed 0 takes the first value of each: the lab as its author reads it.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from netviz.labs.reading import Problems, Section
from simulator.chance import Random

USE = re.compile(r"\{\{ *([a-z][a-z0-9-]*) *\}\}")
_ANY_USE = re.compile(r"\{\{ *([a-z][^{}\n]*?) *\}\}")
NAME = re.compile(r"[a-z][a-z0-9-]*")
TRIES = 64


def draw(head: Section, seed: int) -> dict[str, str]:
    """The value of each variable; no two have the same one."""
    declared = head.section("variables")
    if declared is None:
        return {}
    random = Random(seed)
    values: dict[str, str] = {}
    for name, given in declared.value.items():
        options = _options(declared, name, given)
        if options is None:
            continue
        value = _one(options, seed, random, set(values.values()))
        if value is None:
            declared.wrong(name, f'"{name}" has no value left that no other variable has.', "Give it more values.")
            continue
        values[name] = value
    return values


def _one(options: "Options", seed: int, random: Random, taken: set[str]) -> str | None:
    if seed != 0:
        for _ in range(TRIES):
            value = options.at(random.below(options.count))
            if value not in taken:
                return value
    return next((value for value in map(options.at, range(min(options.count, 1000))) if value not in taken), None)


class Options:
    """Values that a variable may have, by number."""

    def __init__(self, values: Any, first: int, count: int) -> None:
        self.values = values
        self.first = first
        self.count = count

    def at(self, number: int) -> str:
        return str(self.values[self.first + number])


def _options(declared: Section, name: str, given: Any) -> Options | None:
    """A list of values, {from, to} for numbers, {address: RANGE} for addresses."""
    hint = "Write a list of values, {from: 8000, to: 8999}, or {address: 10.96.10.0/24}."
    if not NAME.fullmatch(name):
        declared.wrong(name, f'"{name}" is no name for a variable.', "Use small letters, digits and -.")
        return None
    if isinstance(given, list) and given and all(isinstance(v, str | int) for v in given):
        return Options([str(v) for v in given], 0, len(given))
    if isinstance(given, dict) and set(given) == {"from", "to"}:
        first, last = given["from"], given["to"]
        if isinstance(first, int) and isinstance(last, int) and first <= last:
            return Options(range(first, last + 1), 0, last + 1 - first)
    if isinstance(given, dict) and set(given) == {"address"}:
        try:
            network = ip_network(str(given["address"]))
        except ValueError:
            network = None
        if network is not None and network.num_addresses >= 4:
            return Options(network, 1, min(network.num_addresses - 2, 1 << 16))
    declared.wrong(name, f'"{name}" has no values that can be drawn.', hint)
    return None


def neutral(text: str) -> str:
    """The text with plain words where values will stand, so that its YAML can be read before they are known."""
    for _ in range(2):  # a variable may stand in a computed address
        text = _ANY_USE.sub(lambda use: use[1].replace(" ", "-"), text)
    return text


def written(files: Mapping[str, str], values: Mapping[str, str], slug: str, problems: Problems) -> dict[str, str]:
    """The files with their variables filled in; lines stay where they are."""
    found = {}
    for path, text in files.items():
        for name, line, column in _unknown(text, values):
            known = ", ".join(values) or "none"
            problems.tell("lab-unknown-variable", f'There is no variable "{name}".',
                          f"The variables of {slug} are: {known}.", f"{slug}/{path}", line, column)  # fmt: skip
        found[path] = USE.sub(lambda use: values.get(use[1], use[0]), text)
    return found


AFTERWARDS = ("answer", "chosen")
"""Known only once somebody has answered."""


def _unknown(text: str, values: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        for use in USE.finditer(line):
            if use[1] not in values and use[1] not in AFTERWARDS:
                yield use[1], number, use.start() + 1
