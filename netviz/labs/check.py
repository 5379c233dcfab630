"""Checking a lab: its words are understood, its start fails, its solution passes, each question has one right answer.

Everything is tried under several seeds, as every learner may get another variant.
"""

from collections.abc import Iterator, Mapping

from netviz.labs.files import LAB
from netviz.labs.grade import credit, offered, run_all, solved, world_of
from netviz.labs.model import Fix, Lab, Picture, Predict, Task, Watch
from netviz.labs.parse import parse
from netviz.labs.reading import Problems
from netviz.labs.world import NotAsked, World
from simulator.diagnostics import Problem

SEEDS = 20


def check(slug: str, files: Mapping[str, str], seeds: int = SEEDS) -> tuple[Problem, ...]:
    """What is wrong with a lab under any of the seeds, each once."""
    found = Problems()
    for seed in range(seeds):
        told = Problems()
        lab = parse(slug, files, seed, told)
        if lab is not None and not told:
            _tried(lab, told)
        found.extend(problem for problem in told if not _known(found, problem))
        if lab is None or not lab.values:
            break
    return tuple(sorted(found, key=lambda p: (p.file or "", p.line or 0, p.id)))


def _known(found: Problems, problem: Problem) -> bool:
    return any((p.id, p.file, p.line) == (problem.id, problem.file, problem.line) for p in found)


def _tried(lab: Lab, problems: Problems) -> None:
    worlds: dict[str, World] = {}
    for task in (screen.task for screen in lab.screens):
        if task is None:
            continue
        world = worlds.setdefault(repr(task.scene), world_of(lab, task.scene))
        try:
            _try(lab, task, world, problems)
        except NotAsked as not_asked:
            _tell(lab, problems, "lab-not-asked", f"{_of(lab)}{not_asked.message}", not_asked.hint, task.line)


def _try(lab: Lab, task: Task, world: World, problems: Problems) -> None:
    if isinstance(task, Picture):
        assert world.cluster is not None
    elif isinstance(task, Watch):
        world.trace(task.flow)
    elif isinstance(task, Predict):
        _predicted(lab, task, world, problems)
    else:
        _fixed(lab, task, problems)


def _of(lab: Lab) -> str:
    """Which variant is spoken of."""
    return f"With seed {lab.seed}: " if lab.seed else ""


def _tell(lab: Lab, problems: Problems, name: str, message: str, hint: str, line: int) -> None:
    problems.tell(name, message, hint, f"{lab.slug}/{LAB}", line)


def _predicted(lab: Lab, task: Predict, world: World, problems: Problems) -> None:
    """One choice is right, no two are the same, and there is more than one."""
    found = offered(lab, task, world)
    value = found.answer.words
    if task.number:
        if not value.isdecimal():
            _tell(lab, problems, "lab-no-number", f'{_of(lab)}The answer is "{value}", and no number.',
                  "Offer choices, or ask for a count.", task.line)  # fmt: skip
        return
    if found.right is None:
        listed = "; ".join(choice.value for choice in found.choices)
        message = f'{_of(lab)}The engine answers "{value}"; the choices are {listed}.'
        _tell(lab, problems, "lab-no-right-choice", message, "One choice, and only one, says so.", task.line)
    said = [choice.value.lower() for choice in found.choices]
    if len(set(said)) < len(said) or len({choice.words for choice in found.choices}) < len(said):
        _tell(lab, problems, "lab-same-choices", f"{_of(lab)}Two choices say the same.", "Remove one.", task.line)
    if len(said) < 2:
        _tell(lab, problems, "lab-missing", f"{_of(lab)}There is no wrong choice.", "Add choices.", task.line)


def _fixed(lab: Lab, task: Fix, problems: Problems) -> None:
    """At the start something fails that the solution mends, and no check is there in vain."""
    for name in task.checks:
        if name not in lab.checks:
            _tell(lab, problems, "lab-unknown-check", f'There is no check "{name}".',
                  f"The checks are: {', '.join(lab.checks) or 'none'}.", task.line)  # fmt: skip
    if not task.checks:
        _tell(lab, problems, "lab-missing", "This fix has no checks.", "Add checks: and their ids.", task.line)
        return
    if credit(run_all(lab, task, None)) >= 1:
        _tell(lab, problems, "lab-start-passes", f"{_of(lab)}All checks hold before anything is mended.",
              "Break something in the manifests, or check more.", task.line)  # fmt: skip
    problems.extend(_unsolved(lab, task))


def _unsolved(lab: Lab, task: Fix) -> Iterator[Problem]:
    said = Problems()
    for result in run_all(lab, task, solved(lab, task)):
        if not result.holds:
            check_ = lab.checks[result.id]
            message = f"{_of(lab)}With the solution this does not hold: {result.must}. {result.said}"
            hint = f'Mend "{task.solution}", or what the check expects.'
            said.tell("lab-solution-fails", message, hint, f"{lab.slug}/checks.yaml", check_.line)
    yield from said
