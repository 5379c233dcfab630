"""A question's chances and sessions: settled by number, by name or by seed, and remembered from connection to connection."""

import pytest

from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.encode import to_json
from simulator.trace.model import Earlier, Flow, Trace
from simulator.trace.tracing import MAX_EARLIER, SessionError, branches, trace

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: c, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]%s}
"""
STICKY = ", sessionAffinity: ClientIP"


def shop(more: str = "", **settings: str) -> tuple[Network, Flow]:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", (SHOP % more).encode())]), settings)
    return compile_network(cluster), ask(cluster, "client", "web:80", "TCP").flow


def earlier(flow: Flow, count: int) -> list[Earlier]:
    return [Earlier(flow, seed) for seed in range(count)]


def source_port(found: Trace) -> int | None:
    return found.legs[0].packet.sport


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_pick_takes_the_option_of_that_number(proxy: str, index: int) -> None:
    network, flow = shop(proxy=proxy)
    found = trace(network, flow, picks=[index])
    choice = found.choices[0]
    assert (choice.picked, choice.options[index].pick) == (index, found.server)
    assert sum(option.probability for option in choice.options) == pytest.approx(1)
    assert found.legs[0].steps[choice.at].chances[0].picked == index


def test_where_picks_end_the_seed_draws() -> None:
    network, flow = shop()
    assert trace(network, flow, seed=5, picks=[]) == trace(network, flow, seed=5)
    drawn = {trace(network, flow, seed=seed).server for seed in range(20)}
    assert len(drawn) == 3


def test_a_pick_that_is_not_offered_is_refused_in_words() -> None:
    network, flow = shop()
    with pytest.raises(SessionError, match="3 options") as refused:
        trace(network, flow, picks=[3])
    assert refused.value.code == "bad-pick"


def test_every_branch_can_be_asked_for_by_its_picks() -> None:
    network, flow = shop()
    for branch in branches(network, flow):
        picks = [choice.picked for choice in branch.trace.choices]
        assert trace(network, flow, picks=picks).server == branch.trace.server


def test_each_connection_of_a_session_has_a_port_of_its_own() -> None:
    network, flow = shop()
    assert [source_port(trace(network, flow, after=earlier(flow, n))) for n in range(3)] == [40000, 40001, 40002]


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_affinity_remembers_the_client_for_the_rest_of_the_session(proxy: str) -> None:
    network, flow = shop(STICKY, proxy=proxy)
    first = trace(network, flow, picks=[1])
    again = [trace(network, flow, seed=seed, after=[Earlier(flow, 0, (1,))]) for seed in range(8)]
    assert {found.server for found in again} == {first.server}
    assert not any(found.choices for found in again)
    assert again[0].after == (Earlier(flow, 0, (1,), first.disposition, first.server),)


def test_without_affinity_each_connection_is_drawn_anew() -> None:
    network, flow = shop()
    drawn = {trace(network, flow, seed=seed, after=[Earlier(flow, 0, (1,))]).server for seed in range(20)}
    assert len(drawn) == 3


def test_seed_picks_and_earlier_connections_are_part_of_the_key() -> None:
    network, flow = shop()
    asked = [trace(network, flow), trace(network, flow, 1), trace(network, flow, picks=[0]),
             trace(network, flow, after=earlier(flow, 1)), trace(network, flow, after=earlier(flow, 2))]  # fmt: skip
    assert len({found.key for found in asked}) == len(asked)


def test_the_same_session_gives_the_same_bytes() -> None:
    told = [to_json(trace(*shop(STICKY), seed=4, after=earlier(shop()[1], 3))) for _ in range(2)]
    assert told[0] == told[1]


def test_a_session_has_an_end() -> None:
    network, flow = shop()
    assert trace(network, flow, after=earlier(flow, MAX_EARLIER)).disposition.value == "delivered"
    with pytest.raises(SessionError, match=str(MAX_EARLIER)) as refused:
        trace(network, flow, after=earlier(flow, MAX_EARLIER + 1))
    assert refused.value.code == "too-many-connections"
