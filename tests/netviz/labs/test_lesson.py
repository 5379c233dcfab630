"""What a class gets from a lab: its questions with the engine's answers, in words without marks, and notes."""

import json

from netviz.labs import desk
from netviz.labs.desk import Variant
from netviz.labs.library import labs
from netviz.labs.model import Fix, Predict


def taught(slug: str, screen: int = 0) -> dict:
    return json.loads(desk.work("lesson", (Variant(slug, 0), screen)))


def right(question: dict) -> str:
    return question["choices"][question["answer"]]["text"]


def test_the_questions_of_a_lab_come_with_the_engines_answer() -> None:
    first, second, ping = taught("08-where-the-clusterip-lives")["questions"]
    assert first["question"] == "On which hop does 10.96.10.1 disappear?"
    assert right(first) == "node-a, PREROUTING"
    assert first["place"]["flow"] == {"from": "default/client-a", "to": "10.96.10.1:80", "protocol": "TCP"}
    assert first["place"]["step"] < first["seen"]
    assert right(second) == "10.244.1.2, client-a itself"
    assert second["explanation"].startswith("Only the destination was rewritten")
    assert ping["place"]["flow"]["protocol"] == "ICMP"


def test_a_number_gets_others_to_choose_from() -> None:
    outside = taught("12-the-ndots-walk")["questions"][2]
    numbers = [int(choice["text"]) for choice in outside["choices"]]
    assert numbers == sorted(numbers)
    assert right(outside) == "8"
    assert len(outside["choices"]) > 2


def test_questions_about_another_cluster_are_left_out() -> None:
    assert [q["id"] for q in taught("20-refused-or-timed-out", 1)["questions"]] == ["lab:refused-by-pod"]


def test_the_notes_say_what_is_asked_and_what_is_right() -> None:
    notes = taught("08-where-the-clusterip-lives")["notes"]
    assert "*node-a, PREROUTING*" in notes
    assert "kube-proxy wrote a DNAT rule there" in notes


def test_every_screen_of_every_lab_can_be_taught() -> None:
    for lab in labs():
        for at, screen in enumerate(lab.screens):
            if isinstance(screen.task, Predict | Fix):
                told = taught(lab.slug, at)["questions"]
                assert all(0 <= q["answer"] < len(q["choices"]) for q in told)
                assert not any(mark in json.dumps(told) for mark in ("`", "<code", "**"))
