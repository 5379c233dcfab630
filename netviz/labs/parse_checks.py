"""checks.yaml: properties that hold once a lab is solved."""

from typing import Any

from netviz.labs.model import Check
from netviz.labs.parse_tasks import Shared, ask_in, flow_in
from netviz.labs.questions import KNOWN
from netviz.labs.reading import Section, read_yaml

HOW = ("is", "any", "not", "has", "lacks", "least", "most")
"""How an answer is compared: equal, one of, unequal, a list that holds or lacks, a number from or up to."""


def checks_of(text: str, file: str, shared: Shared) -> dict[str, Check]:
    """The checks by their ids."""
    if not text.strip():
        return {}
    section = read_yaml(text, file, 1, shared.problems)
    if section is None:
        return {}
    found: dict[str, Check] = {}
    for one in section.sections("checks", None):
        check = _check(one, shared)
        one.end()
        if check is not None and check.id in found:
            one.wrong("id", f'Two checks are called "{check.id}".', "Give each an id of its own.")
        elif check is not None:
            found[check.id] = check
    section.end()
    return found


def _check(section: Section, shared: Shared) -> Check | None:
    id_, must, ask = section.text("id"), section.text("must"), ask_in(section)
    flow = flow_in(section, shared, needed=ask is not None and KNOWN[ask.name].of_flow)
    weight, hint = section.number("weight", 1), section.text("hint", "")
    settings, faults = section.mapping("settings"), section.texts("faults")
    given = [how for how in HOW if section.has(how)]
    if len(given) != 1:
        section.wrong(
            None, "A check says once what its answer must be.", f"Add one of {', '.join(HOW)}.", "lab-missing"
        )
        for how in given:
            section.raw(how)
        return None
    expected = _expected(section.raw(given[0]))
    if not id_ or not must or ask is None:
        return None
    return Check(id_, must, ask, flow, given[0], expected, max(1, weight or 1), settings, faults, hint, section.line())


def _expected(value: Any) -> tuple[str, ...]:
    return tuple(_word(item) for item in (value if isinstance(value, list) else [value]))


def _word(value: Any) -> str:
    """YAML reads yes and no as words here, true and false as truths."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
