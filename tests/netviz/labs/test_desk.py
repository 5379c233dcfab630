"""Every screen of every lab can be shown, answered and checked; a waiting packet has not yet come to its answer."""

import json

import pytest

from netviz.labs.desk import Variant, lab_of, work
from netviz.labs.library import labs
from netviz.labs.model import Fix, Predict

LABS = [lab.slug for lab in labs()]


def asked(operation: str, *arguments: object) -> dict:
    return json.loads(work(operation, arguments))


def seqs(scene: dict) -> list[int]:
    return [step["seq"] for leg in scene["trace"]["legs"] for step in leg["steps"]]


@pytest.mark.parametrize("slug", LABS)
def test_every_screen_is_shown_and_done(slug: str) -> None:
    variant = Variant(slug, 5)
    page = asked("page", variant)
    assert len(page["screens"]) == len(lab_of(variant).screens)
    for number, screen in enumerate(lab_of(variant).screens):
        scene = asked("scene", variant, number)
        if isinstance(screen.task, Predict):
            told = asked("answer", variant, number, "0")
            assert told["right"] == (told["choice"] == 0) or screen.task.number
            if scene["trace"] is not None and told["trace"] is not None and screen.task.stop is None:
                assert max(seqs(scene)) <= told["step"]
                assert len(seqs(scene)) <= len(seqs(told))
        elif isinstance(screen.task, Fix):
            assert asked("checks", variant, number, {})["credit"] < 1
            solution = lab_of(variant).folders[screen.task.solution]
            edited = [file["path"] for file in page["screens"][number]["task"]["files"]]
            mended = {path: solution[path] for path in edited if path in solution}
            done = asked("checks", variant, number, mended)
            assert done["credit"] == 1, done["checks"]
            for check in done["checks"]:
                if check["trace"]:
                    assert seqs(asked("show", variant, number, mended, check["id"]))
    assert asked("end", variant)["truth"]
