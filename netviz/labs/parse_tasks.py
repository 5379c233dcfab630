"""The tasks of a screen: picture, watch, predict and fix, each read from the YAML of its fence."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from netviz.labs.known import is_known, problem_ids
from netviz.labs.model import Ask, Choice, Fix, FlowSpec, Picture, Predict, Scene, Task, Watch
from netviz.labs.questions import KNOWN
from netviz.labs.reading import Problems, Section, read_yaml

PROTOCOLS = ("TCP", "UDP", "SCTP", "ICMP")
LEGS = ("dns", "request", "reply", "icmp-error", "ack", "data", "proxied")
MOST_CHOICES = 6
HINTS = 3


class Shared(msgspec.Struct):
    """What the head of a lab says for all of its tasks."""

    flows: dict[str, FlowSpec]
    manifests: str
    settings: dict[str, str]
    faults: tuple[str, ...]
    folders: Mapping[str, Mapping[str, str]]
    problems: Problems


def flow_of(section: Section, name: str) -> FlowSpec | None:
    source, target = section.text("from"), section.text("to")
    protocol = section.one_of("protocol", PROTOCOLS, "TCP")
    seed, pick = section.number("seed", 0), section.text("pick", None)
    if source is None or target is None:
        return None
    return FlowSpec(name, source, target, protocol, seed or 0, pick, section.line())


def flow_in(section: Section, shared: Shared, needed: bool) -> FlowSpec | None:
    """The flow of a task: the name of one in the head, or one written here."""
    value = section.raw("flow")
    if isinstance(value, dict):
        inner = section.section("flow")
        flow = flow_of(inner, "") if inner else None
        if inner:
            inner.end()
        return flow
    if value is None:
        if len(shared.flows) == 1:
            return next(iter(shared.flows.values()))
        if needed:
            known = ", ".join(shared.flows) or "the flows"
            section.wrong(None, "Which flow is meant?", f"Add flow: and one of {known}.", "lab-missing")
        return None
    found = shared.flows.get(str(value))
    if found is None:
        known = ", ".join(shared.flows) or "none; add flows: to the front matter"
        section.wrong("flow", f'There is no flow "{value}".', f"The flows are: {known}.", "lab-unknown-flow")
    return found


def ask_in(section: Section) -> Ask | None:
    """`ask: verdict`, `ask: {header: ip.src, at: default/web/eth0}`: the first key names the question."""
    value = section.raw("ask")
    if value is None:
        section.wrong(None, '"ask" is missing.', f"Questions are: {', '.join(KNOWN)}.", "lab-missing")
        return None
    given: dict[str, Any] = value if isinstance(value, dict) else {str(value): None}
    name = next(iter(given), "")
    question = KNOWN.get(name)
    if question is None:
        near = get_close_matches(str(name), list(KNOWN), 1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Questions are: {', '.join(KNOWN)}."
        section.wrong("ask", f'There is no question "{name}".', hint, "lab-unknown-question")
        return None
    unknown = [key for key in given if key != name and key not in question.arguments]
    if unknown:
        hint = f"It takes {', '.join(question.arguments) or 'none'}."
        section.wrong("ask", f'"{name}" takes no "{unknown[0]}".', hint, "lab-unknown-key")
        return None
    missing = [key for key in question.needs if given.get(key) is None]
    if missing or (question.subject and given[name] is None):
        words = f"{name}: {question.subject}" if question.subject and given[name] is None else f"{missing[0]}: ..."
        section.wrong("ask", f'"{name}" has to say more.', f"Write {words}.", "lab-missing")
        return None
    if name == "header" or "leg" in given:
        leg = str(given.get("leg", LEGS[1])).split(" ")[0]
        if leg not in LEGS:
            section.wrong("ask", f'There is no leg "{leg}".', f"Legs are {', '.join(LEGS)}.")
            return None
    subject = given[name]
    if name == "problem" and not is_known(str(subject)):
        near = get_close_matches(str(subject), problem_ids(), 1)
        hint = f'Is "{near[0]}" meant?' if near else "They are listed in docs/problems."
        section.wrong("ask", f'NetViz knows no problem "{subject}".', hint, "lab-unknown-problem")
        return None
    return Ask(name, None if subject is None else _word(subject), {k: v for k, v in given.items() if k != name},
               section.line("ask"))  # fmt: skip


def _word(value: Any) -> Any:
    return value if isinstance(value, list | dict) else str(value)


def scene_in(section: Section, shared: Shared) -> Scene:
    """Where it takes place: as the head says, unless the task says otherwise."""
    manifests = section.text("manifests", shared.manifests)
    if manifests not in shared.folders:
        section.wrong("manifests" if section.has("manifests") else None, f'There are no manifests in "{manifests}".',
                      "Put .yaml files there.", "lab-missing")  # fmt: skip
    settings = shared.settings | section.mapping("settings")
    faults = section.texts("faults") if section.has("faults") else shared.faults
    return Scene(manifests, settings, faults)


def _picture(section: Section, shared: Shared) -> Task | None:
    return Picture(scene_in(section, shared), section.line())


def _watch(section: Section, shared: Shared) -> Task | None:
    flow = flow_in(section, shared, needed=True)
    leg = section.one_of("leg", LEGS, "request")
    scene = scene_in(section, shared)
    return None if flow is None else Watch(flow, scene, leg, section.line())


def _predict(section: Section, shared: Shared) -> Task | None:
    words, ask = section.text("question"), ask_in(section)
    of_flow = ask is not None and KNOWN[ask.name].of_flow
    flow = flow_in(section, shared, needed=of_flow) if of_flow or section.has("flow") else None
    others, number = section.number("others", 0) or 0, section.flag("number")
    choices = tuple(_choices(section))
    made = Predict(
        section.text("id", "") or f"line-{section.line()}", words or "", ask or Ask("", None, {}, section.line()),
        flow, scene_in(section, shared), choices, others, number, section.text("right", ""), section.text("wrong", ""),
        section.text("stop", None), hints_in(section), section.line(),
    )  # fmt: skip
    if words and not words.endswith("?"):
        section.wrong("question", "A question ends in a question mark.", "Ask one thing, in one sentence.")
    if number and (choices or others):
        section.wrong("number", "Either a number is asked for or choices are offered.", "Leave one of the two out.")
    elif not number and len(choices) + others < 1:
        section.wrong(None, "There is nothing to choose from.", "Add choices:, others: 3, or number: true.",
                      "lab-missing")  # fmt: skip
    elif len(choices) + others > MOST_CHOICES:
        section.wrong("choices", f"These are more than {MOST_CHOICES} choices.", "Two to five are read best.")
    return made if ask and words else None


def _choices(section: Section) -> list[Choice]:
    found = []
    for one in section.sections("choices"):
        value = one.text("is")
        words, after = one.text("say", value), one.text("after", "")
        words = words.capitalize() if words in ("yes", "no") else words
        one.end()
        if value is not None:
            found.append(Choice(value, words, after, one.line()))
    return found


def hints_in(section: Section) -> tuple[str, ...]:
    """A place, a field, the line: at most three, each deeper than the one before."""
    hints = section.texts("hints")
    if len(hints) > HINTS:
        section.wrong("hints", "There are more than three hints.", "A place, a field, the line.")
    return hints[:HINTS]


def _fix(section: Section, shared: Shared) -> Task | None:
    scene = scene_in(section, shared)
    solution = section.text("solution", "solution")
    if solution not in shared.folders:
        section.wrong("solution" if section.has("solution") else None, f'There is no solution in "{solution}".',
                      "Put the mended files there, under the names that they have.", "lab-missing")  # fmt: skip
    files = section.texts("files")
    for name in files:
        if name not in shared.folders.get(scene.manifests, {}):
            section.wrong("files", f'There is no "{name}" among the manifests.', "Name files of the lab.")
    checks = section.texts("checks", None)
    flow = flow_in(section, shared, needed=False)
    return Fix(section.text("id", "") or f"line-{section.line()}", section.text("task"), scene, flow, files, checks,
               solution, hints_in(section), section.line())  # fmt: skip


TASKS: dict[str, Callable[[Section, Shared], Task | None]] = {
    "picture": _picture,
    "watch": _watch,
    "predict": _predict,
    "fix": _fix,
}


def task_of(name: str, text: str, line: int, file: str, shared: Shared) -> Task | None:
    """The task that a fence holds."""
    if not text.strip():
        text = "{}"
    section = read_yaml(text, file, line, shared.problems)
    if section is None:
        return None
    task = TASKS[name](section, shared)
    section.end()
    return task
