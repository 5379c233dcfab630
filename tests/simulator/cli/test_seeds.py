"""The examples of the texts that this project started from behave as their README says."""

import pytest


@pytest.fixture
def seeds(shared):
    return shared / "corpus" / "seeds"


def test_two_containers_talk_over_the_loopback_of_their_pod_alone(netviz, seeds):
    told = netviz(
        "trace",
        seeds / "two-containers.yaml",
        "--from",
        "default/testpod/c00",
        "--to",
        "localhost:80",
        "--format",
        "json",
    ).json
    assert told["disposition"] == "delivered"
    steps = [step for leg in told["legs"] for step in leg["steps"]]
    assert {step["netns"] for step in steps} == {"default/testpod"}
    assert {step["device"] for step in steps if step.get("device")} == {"lo"}
    assert {step["packet"]["ip"]["ttl"] for step in steps} == {64}


def test_the_demo_service_selects_nothing_and_why_says_what_would_match(netviz, seeds):
    paths = (seeds / "two-containers.yaml", seeds / "service-that-selects-nothing.yaml")
    flow = ("--from", "default/testpod", "--to", "demoservice:80")
    assert netviz("trace", *paths, *flow, "--expect", "rejected").status == 0
    ran = netviz("why", *paths, *flow)
    assert ran.status == 1
    assert "service-that-selects-nothing.yaml:9 Service default/demoservice spec.selector" in ran.out
    assert "`name: deployment`" in ran.out
    assert "Pod default/testpod" in ran.out


@pytest.mark.parametrize(
    "name", ["ingress-gce.yaml", "ingress-run-on.yaml", "networkpolicy-run-on.yaml", "deny-all.yaml"]
)
def test_every_seed_can_be_checked(netviz, seeds, name: str):
    ran = netviz("check", seeds / name, "--format", "json")
    assert ran.status in (0, 1)
    if name.endswith("run-on.yaml"):
        assert ran.status == 1
        assert ran.json["problems"]
