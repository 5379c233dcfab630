"""Every lab that comes with NetViz is sound; a lab that is not is told so with file and line."""

import pytest

from netviz.labs.check import check
from netviz.labs.grade import offered, world_of
from netviz.labs.library import CONTENT, files_of, folders, load
from netviz.labs.model import Predict
from netviz.labs.reading import Problems

LABS = [folder for folder in folders() if folder.parent == CONTENT]

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: %s, labels: {app: %s}}
spec: {nodeName: node-a, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: wbe}, ports: [{port: 80, targetPort: 8080}]}
"""
HEAD = """\
---
title: A lab
summary: One line.
flows:
  call: {from: default/client, to: "web:80"}
---

## One screen

Text.

"""
PREDICT = """\
```predict
question: How does it end?
ask: verdict
choices:
  - {is: rejected}
  - {is: timeout}
```
"""
FIX = """\
```fix
id: mend
task: Mend it.
checks: [answers]
```
"""
CHECKS = """\
checks:
  - {id: answers, must: it answers, ask: verdict, is: delivered}
"""


def a_lab(text: str = HEAD + PREDICT, **files: str) -> dict[str, str]:
    manifests = {
        "manifests/client.yaml": POD % ("client", "client"),
        "manifests/web.yaml": POD % ("web", "web"),
        "manifests/service.yaml": SERVICE,
    }
    return {"lab.md": text, **manifests, **{name.replace("__", "/") + ".yaml": held for name, held in files.items()}}


def mended() -> str:
    return SERVICE.replace("wbe", "web")


def told(files: dict[str, str]) -> list[tuple[str, str | None, int | None]]:
    return [(p.id, p.file, p.line) for p in check("mine", files, seeds=3)]


@pytest.mark.parametrize("folder", LABS, ids=lambda folder: folder.name)
def test_a_lab_of_netviz_is_sound_under_every_seed(folder) -> None:
    problems = Problems()
    files = files_of(folder, problems)
    assert not problems
    assert not check(folder.name, files)


@pytest.mark.parametrize("folder", LABS, ids=lambda folder: folder.name)
def test_only_the_right_choice_is_told_yes(folder) -> None:
    lab = load(folder.name, 0)
    assert lab is not None
    for task in (screen.task for screen in lab.screens):
        if isinstance(task, Predict) and not task.number:
            held = offered(lab, task, world_of(lab, task.scene))
            assert [at for at, choice in enumerate(held.choices) if choice.after.startswith("Yes")] == [held.right]


def test_a_problem_that_nobody_can_tell_is_no_check() -> None:
    asks = "checks:\n  - {id: answers, must: it is clean, ask: {problem: selector-matches-nothin}, is: no}\n"
    (found,) = (p for p in check("mine", a_lab(HEAD + FIX, checks=asks, solution__service=mended()), 1) if p.line == 2)
    assert (found.id, found.file) == ("lab-unknown-problem", "mine/checks.yaml")
    assert found.hint == 'Is "selector-matches-nothing" meant?'


def test_a_sound_lab_has_no_problems() -> None:
    assert told(a_lab()) == []
    assert told(a_lab(HEAD + FIX, checks=CHECKS, solution__service=mended())) == []


def test_a_lab_without_a_text_is_none() -> None:
    assert told({}) == [("lab-missing", "mine", None)]


@pytest.mark.parametrize(
    ("old", "new", "line", "name"),
    [
        ("title:", "titel:", 2, "lab-unknown-key"),
        ("default/client", "default/{{who}}", 5, "lab-unknown-variable"),
        ("ask: verdict", "ask: verdct", 14, "lab-unknown-question"),
        ("ask: verdict", "ask: {header: ip.src}", 14, "lab-missing"),
        ("ask: verdict", "ask: {header: ip.src, at: node-a, when: now}", 14, "lab-unknown-key"),
        ("ask: verdict", "ask: verdict\nflow: cal", 15, "lab-unknown-flow"),
        ("is: rejected", "is: refused", 13, "lab-no-right-choice"),
        ("is: timeout", "is: rejected", 13, "lab-no-right-choice"),
        ("How does it end?", "Guess", 13, "lab-wrong-value"),
        ("choices:", "choices: [", 16, "lab-yaml"),
        ("default/client", "default/nobody", 13, "lab-not-asked"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, name: str) -> None:
    assert (name, "mine/lab.md", line) in told(a_lab((HEAD + PREDICT).replace(old, new, 1)))


def test_a_start_that_passes_is_no_start() -> None:
    lab = a_lab(HEAD + FIX, checks=CHECKS, solution__service=mended()) | {"manifests/service.yaml": mended()}
    assert told(lab) == [("lab-start-passes", "mine/lab.md", 13)]


def test_a_solution_that_solves_nothing_is_told_at_the_check() -> None:
    lab = a_lab(HEAD + FIX, checks=CHECKS, solution__service=SERVICE)
    assert told(lab) == [("lab-solution-fails", "mine/checks.yaml", 2)]


def test_a_check_that_nobody_asks_for_is_told() -> None:
    more = CHECKS + "  - {id: more, must: so, ask: {endpoints: default/web}, is: 1}\n"
    lab = a_lab(HEAD + FIX, checks=more, solution__service=mended())
    assert told(lab) == [("lab-unused-check", "mine/checks.yaml", 3)]


def test_what_goes_wrong_under_one_seed_only_is_found() -> None:
    text = (
        (HEAD + PREDICT).replace("flows:", "variables:\n  web: [web, client]\nflows:").replace("web:80", "{{web}}:80")
    )
    assert [name for name, _, _ in told(a_lab(text))] == ["lab-no-right-choice"]
