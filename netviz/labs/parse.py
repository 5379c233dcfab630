"""Files to a Lab: the front matter, the screens between the headings of lab.md, and checks.yaml."""

import re
from collections.abc import Mapping, Sequence

from netviz.labs.computed import computed
from netviz.labs.files import CHECKS, LAB, folders, home
from netviz.labs.model import FlowSpec, Lab, Reading, Screen
from netviz.labs.parse_checks import checks_of
from netviz.labs.parse_tasks import TASKS, Shared, flow_of, task_of
from netviz.labs.reading import Problems, Section, read_yaml
from netviz.labs.variables import draw, neutral, written

_FENCE = re.compile(r"^```(\w*)[^\n]*$")
MOST_SENTENCES = 4


def parse(slug: str, files: Mapping[str, str], seed: int, problems: Problems) -> Lab | None:
    """One variant of a lab; None where there is nothing to show, and why is among the problems."""
    if LAB not in files:
        problems.tell("lab-missing", f"There is no {LAB} in this lab.", "Begin with the title between --- lines.",
                      slug, None)  # fmt: skip
        return None
    drawing = Problems()
    head = _head(neutral(files[LAB]), f"{slug}/{LAB}", drawing)
    values = draw(head, seed) if head else {}
    found = written(files, values, slug, problems)
    if head is not None:
        problems.extend(drawing)
        found = computed(found, slug, head.mapping("settings"), problems)
    return _lab(slug, found, seed, values, problems)


def _split(text: str) -> tuple[str, int]:
    """The front matter, and how many lines it takes with its --- lines; "" where there is none."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return "", 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    return ("", 0) if end is None else ("\n".join(lines[1:end]), end + 1)


def _head(text: str, file: str, problems: Problems) -> Section | None:
    matter, _ = _split(text)
    if not matter:
        problems.tell("lab-missing", f"{LAB} has no front matter.", "Begin the file with ---, title: ..., and ---.",
                      file, 1)  # fmt: skip
        return None
    return read_yaml(matter, file, 2, problems)


def _lab(slug: str, files: Mapping[str, str], seed: int, values: dict[str, str], problems: Problems) -> Lab | None:
    file = f"{slug}/{LAB}"
    head = _head(files[LAB], file, problems)
    if head is None:
        return None
    title, summary = head.text("title"), head.text("summary")
    flows = _flows(head)
    held = folders(files)
    shared = Shared(flows, home(held), head.mapping("settings"), head.texts("faults"), held, problems)
    checks = checks_of(files.get(CHECKS, ""), f"{slug}/{CHECKS}", shared)
    screens = tuple(_screens(files[LAB], file, shared))
    head.raw("variables")
    misconception = head.section("misconception")
    lab = Lab(
        slug=slug, title=title or slug, summary=summary or "", number=head.number("number", None),
        session=head.number("session", None), minutes=head.number("minutes", 10) or 10,
        optional=head.flag("optional"),
        think=misconception.text("think", "") if misconception else "",
        truth=misconception.text("truth", "") if misconception else "",
        commands=head.texts("commands"), reading=tuple(_reading(head)), flows=flows, screens=screens, checks=checks,
        folders=held, seed=seed, values=values,
    )  # fmt: skip
    if misconception:
        misconception.end()
    head.end()
    _whole(lab, file, problems)
    return lab


def _flows(head: Section) -> dict[str, FlowSpec]:
    found = {}
    for name, section in head.named("flows"):
        flow = flow_of(section, name)
        section.end()
        if flow is not None:
            found[name] = flow
    return found


def _reading(head: Section) -> list[Reading]:
    found = []
    for section in head.sections("reading"):
        title, url = section.text("title"), section.text("url")
        if url and not url.startswith(("https://", "http://")):
            section.wrong("url", f'"{url}" is no address of a page.', "Begin it with https://.")
        elif title and url:
            found.append(Reading(title, url))
        section.end()
    return found


def _whole(lab: Lab, file: str, problems: Problems) -> None:
    if not lab.screens:
        problems.tell(
            "lab-missing", "This lab has no screens.", "Begin each with a heading: ## What one sees.", file, 1
        )
    wanted = {name for screen in lab.screens for name in getattr(screen.task, "checks", ())}
    for name, check in lab.checks.items():
        if name not in wanted:
            problems.tell("lab-unused-check", f'No fix asks for the check "{name}".', "Name it in a fix, or remove it.",
                          f"{lab.slug}/{CHECKS}", check.line)  # fmt: skip


def _screens(text: str, file: str, shared: Shared) -> list[Screen]:
    """Each heading of level two begins a screen; a fence called as a task is its task."""
    _, skipped = _split(text)
    found: list[Screen] = []
    block: list[tuple[int, str]] = []
    fenced = False
    for number, line in enumerate(text.split("\n")[skipped:], skipped + 1):
        fenced ^= bool(_FENCE.match(line))
        if line.startswith("## ") and not fenced:
            found += _screen(block, file, shared)
            block = []
        block.append((number, line))
    return found + _screen(block, file, shared)


def _screen(block: Sequence[tuple[int, str]], file: str, shared: Shared) -> list[Screen]:
    text = [pair for pair in block if pair[1].strip()]
    if not text:
        return []
    line, first = text[0]
    if not first.startswith("## "):
        shared.problems.tell("lab-missing", "This text stands before the first heading.",
                             "Begin the screen with ## and what it is about.", file, line)  # fmt: skip
        return []
    before, task, after = _parts(block, file, shared.problems)
    made = task_of(*task, file, shared) if task else None
    return [Screen(first.removeprefix("## ").strip(), before, made, after, line)]


Fence = tuple[str, str, int]
"""The name of a task, its YAML, and the line where that begins."""


def _parts(block: Sequence[tuple[int, str]], file: str, problems: Problems) -> tuple[str, Fence | None, str]:
    """The Markdown before the task, the task, and the Markdown after it."""
    texts: list[list[str]] = [[], []]
    task: Fence | None = None
    name, held, began = "", list[str](), 0
    for number, line in block:
        fence = _FENCE.match(line)
        if name:
            if fence:
                task, name = (name, "\n".join(held), began), ""
            else:
                held.append(line)
        elif fence and fence[1] in TASKS:
            if task:
                problems.tell("lab-two-tasks", "A screen has one task, and this is the second.",
                              "Begin a screen of its own with ##.", file, number)  # fmt: skip
            name, held, began = fence[1], [], number + 1
        elif not line.startswith("## "):
            texts[task is not None].append(line)
    if name:
        problems.tell("lab-missing", f'"{name}" has no end.', "Close it with a line of ```.", file, began - 1)
    return "\n".join(texts[0]).strip(), task, "\n".join(texts[1]).strip()
