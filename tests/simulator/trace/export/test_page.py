"""A trace as one file: it holds everything, runs only its own code, and no text in it is markup."""

import base64
import hashlib
import json
import re

import msgspec
import pytest

from simulator.trace.export.excerpts import AROUND, excerpts
from simulator.trace.export.page import Player, Spoken, data, inline, page
from simulator.trace.model import Trace
from tests.scenarios.test_scenarios import SCENARIOS, seen

PLAYER = Player("start()", "body{color:red}")
HOSTILE = "</script><script>alert(1)</script><!--"


@pytest.fixture(scope="module")
def trace() -> Trace:
    return seen(SCENARIOS[0]).trace


def made(trace: Trace, name: str = "default/client", texts: dict[str, str] | None = None) -> str:
    graph = json.dumps({"pods": [name]}).encode()
    return page(trace, Spoken(name, "web:80", "TCP"), graph, texts or {}, PLAYER).decode()


def kept(text: str) -> dict:
    found = re.search(r'<script type="application/json" id="netviz-replay">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_trace_the_graph_and_the_question_are_in_it(trace: Trace) -> None:
    told = kept(made(trace))
    assert told["trace"]["key"] == trace.key
    assert sum(len(leg["steps"]) for leg in told["trace"]["legs"]) == sum(len(leg.steps) for leg in trace.legs)
    assert told["graph"] == {"pods": ["default/client"]}
    assert told["asked"] == {"from": "default/client", "to": "web:80", "protocol": "TCP"}


def test_only_its_own_code_may_run_and_nothing_may_be_fetched(trace: Trace) -> None:
    text = made(trace)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    for kind, code in (("script", PLAYER.script), ("style", PLAYER.style)):
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1]
        assert f"<{kind}>{code}</{kind}>" in text
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r'(?:src|href)="(?!data:)', text)


@pytest.mark.parametrize("name", [HOSTILE, "a\u2028b", "&lt;", 'x" onload="y', "\u202eright", "😀" * 60])
def test_names_are_told_as_they_are_and_are_never_markup(trace: Trace, name: str) -> None:
    text = made(trace, name)
    assert kept(text)["asked"]["from"] == name
    assert text.count("<script") == 2
    assert text.count("</script>") == 2
    assert "<!--" not in text
    assert 'onload="' not in text


def test_the_lines_that_caused_something_come_with_their_neighbours_and_no_others(trace: Trace) -> None:
    origin = next(o for leg in trace.legs for s in leg.steps for o in s.origins if o.line is not None)
    assert origin.line is not None
    lines = excerpts(trace, {origin.file: "\n".join(str(number) for number in range(1, 9999)), "other.yaml": "x"})
    assert lines.keys() == {origin.file}
    told = {int(number) for number in lines[origin.file]}
    assert set(range(max(1, origin.line - AROUND), origin.line + AROUND + 1)) <= told
    assert 9000 not in told
    assert all(text == number for number, text in lines[origin.file].items())


def test_code_that_would_end_its_own_element_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="</script"):
        inline("let x = '</SCRIPT>'")
    assert inline("a\r\nb\n") == "a\nb"


def test_json_stays_the_same_json() -> None:
    value = {"<&>": ["\u2028", "</script>", "\\u003c"]}
    assert json.loads(data(msgspec.json.encode(value))) == value
