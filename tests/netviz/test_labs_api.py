"""Labs over HTTP: a right answer, a hint and an explanation leave the server when they are asked for, never before."""

import json

import pytest
from django.test import Client

from netviz.labs.library import CONTENT

FIX = "/api/v1/labs/06-nobody-behind-it"
PREDICT = "/api/v1/labs/08-where-the-clusterip-lives"
DNAT = "node-a PREROUTING"


@pytest.fixture
def labs(client: Client, real_engine: None) -> Client:
    return client


def post(labs: Client, address: str, **body: object):
    return labs.post(address, json.dumps(body), content_type="application/json")


def steps(scene: dict) -> list[dict]:
    return [step for leg in scene["trace"]["legs"] for step in leg["steps"]]


def mended() -> str:
    """The solution's pods, with the values of seed 0."""
    text = (CONTENT / "06-nobody-behind-it/solution/pods.yaml").read_text()
    values = {"pod": "testpod", "client": "client", "label": "deployment", "listens": "8080"}
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def test_the_course_is_listed_in_its_order(labs: Client) -> None:
    found = labs.get("/api/v1/labs").json()["labs"]
    assert [lab["session"] for lab in found] == sorted(lab["session"] for lab in found)
    assert all(lab["tasks"] for lab in found)


def test_a_page_has_choices_and_no_answers(labs: Client) -> None:
    page = labs.get(PREDICT).json()
    task = page["screens"][0]["task"]
    assert (task["kind"], len(task["choices"]), task["hints"]) == ("predict", 4, 3)
    text = json.dumps(page)
    assert "kube-proxy wrote a DNAT rule" not in text  # the explanation
    assert "before the route is chosen" not in text  # a hint
    assert "It is easy to think" not in text  # the misconception


def test_the_packet_waits_and_the_rest_of_its_way_is_not_sent(labs: Client) -> None:
    scene = labs.get(f"{PREDICT}/scene", {"screen": 0}).json()
    assert scene["waits"] == "node-a/veth@default/client-a"
    assert {step["packet"]["ip"]["dst"] for step in steps(scene)} == {"10.96.10.1"}
    assert scene["trace"]["disposition"] is None
    assert scene["trace"]["server"] is None


def test_an_answer_is_graded_by_the_engine_and_shows_the_step(labs: Client) -> None:
    told = post(labs, f"{PREDICT}/answer", screen=0, answer=3).json()
    assert (told["right"], told["choice"], told["value"]) == (False, 1, DNAT)
    decided = steps(told)[told["step"]]
    assert (decided["netns"], decided["hook"], decided["kind"]) == ("node-a", "PREROUTING", "nat")
    assert "DNAT rule" in told["explanation"]
    assert post(labs, f"{PREDICT}/answer", screen=0, answer=1).json()["right"] is True


def test_neighbours_have_other_names(labs: Client) -> None:
    assert labs.get(PREDICT, {"seed": 1}).json()["screens"][0] != labs.get(PREDICT, {"seed": 2}).json()["screens"][0]


def test_hints_come_one_by_one(labs: Client) -> None:
    first = labs.get(f"{FIX}/hint", {"screen": 2, "depth": 0}).json()
    assert first["more"] is True
    assert labs.get(f"{FIX}/hint", {"screen": 2, "depth": 2}).json()["more"] is False
    assert labs.get(f"{FIX}/hint", {"screen": 2, "depth": 3}).status_code == 404


def test_checks_fail_hold_in_part_and_hold(labs: Client) -> None:
    start = post(labs, f"{FIX}/checks", screen=2, files={}).json()
    assert 0 < start["credit"] < 1
    assert start["explanation"] == ""
    failing = next(check for check in start["checks"] if check["id"] == "answers")
    assert failing["holds"] is False
    assert failing["said"].startswith("Now: rejected, decided at node-a FORWARD. A rule refuses the packet")
    done = post(labs, f"{FIX}/checks", screen=2, files={"pods.yaml": mended()}).json()
    assert done["credit"] == 1
    assert "EndpointSlice" in done["explanation"]


def test_a_failing_check_is_shown_where_it_fails(labs: Client) -> None:
    shown = post(labs, f"{FIX}/show", screen=2, files={}, check="answers").json()
    assert steps(shown)[shown["step"]]["cause"] == "rule-reject"


def test_out_of_a_lab_chance_picks_what_it_picked_there(labs: Client) -> None:
    told = labs.get("/api/v1/labs/11-talking-to-yourself/files", {"screen": 1}).json()
    assert (told["seed"], told["picks"]) == (0, [])  # a single pod: nothing is left to chance
    told = labs.get("/api/v1/labs/10-a-third-a-half-the-rest/files", {"screen": 2}).json()
    assert [file["path"] for file in told["files"]] == ["web.yaml"]
    assert told["picks"] == [0]


@pytest.mark.parametrize(
    ("address", "body", "status", "code"),
    [
        ("/api/v1/labs/no-such-lab/answer", {"screen": 0, "answer": 0}, 404, "unknown-lab"),
        (f"{PREDICT}/answer", {"screen": 0, "answer": 9}, 400, "bad-answer"),
        (f"{PREDICT}/answer", {"screen": 0, "answer": "x"}, 400, "bad-request"),
        (f"{PREDICT}/answer", {"screen": 99, "answer": 0}, 404, "unknown-screen"),
        (f"{PREDICT}/checks", {"screen": 0, "files": {}}, 400, "no-fix"),
        (f"{FIX}/answer", {"screen": 2, "answer": 0}, 400, "no-question"),
        (f"{FIX}/checks", {"screen": 2, "files": {"../etc/passwd": "x"}}, 400, "unknown-file"),
        (f"{FIX}/checks", {"screen": 2, "files": {"pods.yaml": "x" * 600_000}}, 413, "upload-too-large"),
        (f"{FIX}/show", {"screen": 2, "files": {}, "check": "nothing"}, 404, "no-trace"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(labs: Client, address, body, status, code) -> None:
    answer = post(labs, address, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]


def test_broken_yaml_fails_checks_and_breaks_nothing(labs: Client) -> None:
    answer = post(labs, f"{FIX}/checks", screen=2, files={"pods.yaml": "metadata: {name: [", "service.yaml": ""})
    assert answer.status_code == 200
    assert answer.json()["credit"] == 0
    assert {problem["level"] for problem in answer.json()["problems"]} & {"error"}


def test_other_sites_may_not_ask(labs: Client) -> None:
    assert (
        labs.post(
            f"{FIX}/checks", "{}", content_type="application/json", headers={"Origin": "https://evil.example"}
        ).status_code
        == 403
    )
