"""Questions that a step offers: one right answer, and it is the engine's."""

import json

import pytest

from netviz import engine
from netviz.classroom.questions import offers
from netviz.work import TraceQuestion

CLUSTER = b"""\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


@pytest.fixture(scope="module")
def trace():
    _, loaded = engine.take([("a.yaml", CLUSTER)], None, None, {})
    return json.loads(engine.whole_trace(loaded, TraceQuestion("default/client", "10.96.0.20:80")))


def at_every_step(trace):
    steps = [step for leg in trace["legs"] for step in leg["steps"]]
    return [(index, offer) for index in range(len(steps)) for offer in offers(trace, index)]


def test_every_question_has_different_choices_and_an_answer_among_them(trace) -> None:
    asked = at_every_step(trace)
    assert {offer.id for _, offer in asked} >= {"next-place", "next-hook", "field:ip.dst", "end"}
    for index, offer in asked:
        texts = [choice.text for choice in offer.choices]
        assert len(set(texts)) == len(texts) >= 2
        assert 0 <= offer.answer < len(texts)
        assert offer.seen > index


def test_the_destination_that_the_pod_sees_is_its_own(trace) -> None:
    first = next(offer for _, offer in at_every_step(trace) if offer.id == "field:ip.dst")
    right = first.choices[first.answer]
    delivered = trace["legs"][0]["steps"][-1]["packet"]["ip"]["dst"]
    assert right.text == delivered != "10.96.0.20"
    assert "10.96.0.20" in {choice.text for choice in first.choices}


def test_beyond_the_trace_nothing_is_asked(trace) -> None:
    assert offers(trace, 100_000) == []
    assert offers(trace, -1) == []
