"""What every trace keeps, in random clusters with random questions, warm and cold, connection after connection."""

from collections.abc import Iterator
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.ask import FlowError, ask
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.datapath.walk import MAX_STEPS
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Disposition, Step, StepKind
from simulator.trace.encode import to_json
from simulator.trace.model import Earlier, Flow, LegKind, Trace
from simulator.trace.tracing import hold, settled, trace
from tests.fuzz.flows import flows
from tests.fuzz.worlds import World, worlds

FLOWS = 6
ENDS = {StepKind.DELIVER, StepKind.DROP, StepKind.RESET, StepKind.ICMP}
DECIDED = {"nat.dnat", "nat.snat", "nat.masquerade"}
PAIRS = {"nat.undo-dnat": {"nat.dnat"}, "nat.undo-snat": {"nat.snat", "nat.masquerade"}, "icmp.translated": DECIDED}

few = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def made(world: World, **more: str) -> tuple[Network, list[Flow]]:
    source = SourceFile("world.yaml", world.manifests().encode())
    cluster = build_cluster(read_manifests([source]), world.settings | more)
    return compile_network(cluster), list(asked(cluster, world))


def asked(cluster: Cluster, world: World) -> Iterator[Flow]:
    for one in flows(cluster, Random(world.chance), FLOWS):
        host = f"[{one['dst']}]" if ":" in one["dst"] and "port" in one else one["dst"]
        target = f"{host}:{one['port']}" if "port" in one else host
        try:
            yield ask(cluster, one["src"], target, one["proto"]).flow
        except FlowError:
            continue  # a Service of one family that is asked for by the other


def steps(found: Trace) -> list[Step]:
    return [step for leg in found.legs for step in leg.steps]


@few
@given(worlds(), st.sampled_from(["warm", "cold"]))
def test_the_walk_always_ends_and_each_leg_says_how(world: World, neighbors: str) -> None:
    network, questions = made(world, neighbors=neighbors)
    for flow in questions:
        found = trace(network, flow)
        for leg in found.legs:
            assert 0 < len(leg.steps) <= MAX_STEPS + 1000
            assert not leg.steps[-1].packet.resolution
            if leg.disposition is not Disposition.LOST:
                last = leg.steps[-1]
                assert last.kind in ENDS or last.text.id == "proxy.hang-up", last
        assert [step.seq for step in steps(found)] == list(range(len(steps(found))))


@few
@given(worlds(), st.sampled_from(["warm", "cold"]))
def test_the_same_question_gives_the_same_bytes(world: World, neighbors: str) -> None:
    told = []
    for _ in range(2):
        network, questions = made(world, neighbors=neighbors)
        after: list[Earlier] = []
        for flow in questions:
            found = trace(network, flow, world.chance, after=after[-2:])
            told.append(to_json(found))
            after.append(Earlier(flow, world.chance))
    assert told[: len(told) // 2] == told[len(told) // 2 :]


@few
@given(worlds())
def test_cold_neighbours_change_what_is_asked_but_not_what_becomes_of_a_question(world: World) -> None:
    (warm, questions), (cold, _) = made(world), made(world, neighbors="cold")
    for flow in questions:
        one, other = trace(warm, flow), trace(cold, flow)
        assert (one.disposition, one.cause, one.server) == (other.disposition, other.cause, other.server)
        assert [leg.disposition for leg in one.legs] == [leg.disposition for leg in other.legs]


@few
@given(worlds(), st.sampled_from(["warm", "cold"]))
def test_what_is_undone_was_done_in_that_namespace_to_that_connection(world: World, neighbors: str) -> None:
    network, questions = made(world, neighbors=neighbors)
    for flow in questions:
        found = steps(trace(network, flow))
        for step in found:
            if step.undoes is not None:
                done = found[step.undoes]
                assert done.seq < step.seq
                assert done.netns == step.netns
                assert done.text.id in PAIRS[step.text.id]
                assert {c.key for c in done.state if c.table == "conntrack"} == {
                    c.key for c in step.state if c.table == "conntrack"
                }
            elif step.text.id.startswith("nat.undo"):
                raise AssertionError(f"{step.text.id} at {step.seq} undoes nothing that was told")


@few
@given(worlds(), st.sampled_from(["warm", "cold"]))
def test_every_translation_of_a_request_is_undone_in_an_answer_that_arrives(world: World, neighbors: str) -> None:
    network, questions = made(world, neighbors=neighbors)
    for flow in questions:
        found = trace(network, flow)
        reply = next((leg for leg in found.legs if leg.kind is LegKind.REPLY), None)
        if reply is None or reply.disposition is not Disposition.DELIVERED:
            continue
        request = next(leg for leg in found.legs if leg.kind is LegKind.REQUEST)
        decided = {step.seq for step in request.steps if step.text.id in DECIDED and step.changes}
        assert decided == {step.undoes for step in reply.steps if step.undoes is not None}


@few
@given(worlds())
def test_every_draw_is_a_choice_that_can_be_picked_again(world: World) -> None:
    network, questions = made(world)
    for flow in questions:
        found = trace(network, flow, world.chance)
        held = hold(network, flow, settled(world.chance), world.chance)
        assert tuple(choice.options[choice.picked].pick for choice in found.choices) == held.picks
        again = trace(network, flow, world.chance, picks=[choice.picked for choice in found.choices])
        assert (again.legs, again.choices) == (found.legs, found.choices)
        for choice in found.choices:
            assert abs(sum(option.probability for option in choice.options) - 1) < 1e-6
