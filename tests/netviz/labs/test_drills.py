"""Drills: healthy before, broken after, the fault among the choices, and the same for the same seed."""

import pytest

from netviz.labs.drill_cluster import Plan, manifests
from netviz.labs.drills import BREAKAGES, CHOICES, SETUPS, TRACES, WORKS, Drill, drill, grade
from netviz.labs.model import FlowSpec
from simulator.chance import Random

WAYS = [(one, settings) for one in BREAKAGES for settings in SETUPS if one.needs.items() <= settings.items()]


@pytest.mark.parametrize(("breakage", "settings"), WAYS, ids=lambda value: getattr(value, "id", None))
def test_what_works_is_broken_by_it(breakage, settings) -> None:
    plan = Plan.drawn(Random(3))
    flow = FlowSpec("symptom", f"default/{plan.client}", f"{plan.web}:{plan.port}", "TCP", 0, None, 0)
    made = Drill(0, plan, settings, breakage, (), flow)
    assert made.healthy().trace(flow).disposition.value == WORKS
    ends = made.broken().trace(flow).disposition.value
    assert ends != WORKS
    if settings == next(known for one, known in WAYS if one is breakage):
        assert ends == breakage.ends


def test_there_are_fifteen_ways_and_more() -> None:
    assert len(BREAKAGES) >= 15
    assert len({one.id for one in BREAKAGES}) == len(BREAKAGES) == len({one.title for one in BREAKAGES})


def test_every_way_comes_up_and_is_among_its_choices() -> None:
    drills = [drill(seed) for seed in range(300)]
    assert {one.breakage.id for one in drills} == {one.id for one in BREAKAGES}
    assert all(one.breakage in one.choices and len({c.id for c in one.choices}) == CHOICES for one in drills)


def test_what_no_packet_tells_apart_is_not_offered_together() -> None:
    for made in map(drill, range(200)):
        families = [one.family for one in made.choices if one.family]
        assert len(families) == len(set(families))


def test_the_right_one_has_no_place_of_its_own() -> None:
    places = {one.choices.index(one.breakage) for one in map(drill, range(60))}
    assert places == set(range(CHOICES))


def test_the_same_seed_is_the_same_drill() -> None:
    one, again = drill(41), drill(41)
    assert (one.breakage.id, manifests(one.plan), one.settings) == (
        again.breakage.id,
        manifests(again.plan),
        again.settings,
    )


def test_a_fault_that_took_more_traces_counts_half() -> None:
    assert (grade(True, TRACES), grade(True, TRACES + 1), grade(False, 1)) == (1.0, 0.5, 0.0)
