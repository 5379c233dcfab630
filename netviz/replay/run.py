"""A replay: a network's flows through the model and through a lab, batch by batch, and the verdicts."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from netviz.replay.compare import Branch, Verdict, judge, model_branches
from netviz.replay.exchange import Exchanges
from netviz.replay.lab import Lab
from netviz.replay.normal import named
from netviz.replay.plan import Plan, Words
from simulator.linux.network import Network
from simulator.linux.socket import Socket
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow

Json = dict[str, Any]
BATCH = 64
PATIENT = 2.0
"""Seconds of silence after which an answer that the model expects is given up."""
ONE_AT_A_TIME = (Protocol.SCTP,)
"""A raw socket hears of every packet of its addresses: two such flows would hear of each other."""


class Question(msgspec.Struct, frozen=True):
    """A flow, its id, and every outcome that the model allows; `again`: the client comes a second time."""

    id: str
    flow: Flow
    branches: Sequence[Branch]
    again: bool = False


def questions(network: Network, flows: Sequence[tuple[str, Flow]], again: Collection[str] = ()) -> list[Question]:
    return [Question(name, flow, model_branches(network, flow, name in again), name in again) for name, flow in flows]


def replay(lab: Lab, asked: Sequence[Question], network: Network) -> Iterator[Verdict]:
    """Send everything; verdicts come batch by batch."""
    exchanges = Exchanges(lab)
    try:
        _listen_where_asked(exchanges, lab.plan, asked)
        for some in batches(asked, 1 if lab.plan.cold else BATCH, lab.plan.own_addresses):
            later = []
            for question, (verdict, branch) in _judged(exchanges, some, network):
                yield verdict
                if question.again and verdict.equal:
                    later.append(Question(f"{question.id}-again", question.flow, branch.then))
            if later:
                yield from (verdict for _, (verdict, _) in _judged(exchanges, later, network))
    finally:
        exchanges.close()


def _judged(
    exchanges: Exchanges, some: Sequence[Question], network: Network
) -> Iterator[tuple[Question, tuple[Verdict, Branch]]]:
    plan = exchanges.plan
    ways = list(dict.fromkeys(_way(network, plan, q.flow) for q in some if q.flow.via))
    found = exchanges.send([q.flow for q in some], ways)
    for question, outcome in zip(some, found, strict=True):
        verdict, branch = judge(question.id, question.branches, with_names(outcome, plan))
        if verdict.kernel["result"] == "timeout" != verdict.model["result"]:
            # A busy machine can be this slow; what is lost is lost the second time, too.
            (second,) = exchanges.send([question.flow], [way for way in ways if question.flow.via], PATIENT)
            verdict, branch = judge(question.id, question.branches, with_names(second, plan))
        yield question, (verdict, branch)


def with_names(outcome: Json, plan: Plan) -> Json:
    parts = {part: [named(hop, plan.hardware) for hop in outcome[part]] for part in ("request", "reply")}
    return outcome | parts


def batches(asked: Sequence[Question], size: int, machines: Collection[str] = ()) -> list[list[Question]]:
    """Flows that do not disturb each other: an address has one way to it, a raw socket one conversation.

    A flow whose way leads to an address of a `machine` is alone: others speak with that machine, too. So is one that
    says how much it sends: what it learns of its way is for the next one to learn anew.
    """
    found: list[tuple[list[Question], dict[Any, Any]]] = []
    for question in asked:
        wants = _wants(question.flow, machines)
        for some, taken in found:
            if len(some) < size and all(taken.get(key, value) == value for key, value in wants.items()):
                some.append(question)
                taken.update(wants)
                break
        else:
            found.append(([question], wants))
    return [some for some, _ in found]


def _wants(flow: Flow, machines: Collection[str]) -> dict[Any, Any]:
    """What a flow needs to be so while it is under way."""
    alone = flow.size > 0 or (flow.via is not None and str(flow.address) in machines)
    wants: dict[Any, Any] = {("way", flow.address): flow.via, "alone": object() if alone else None}
    if flow.protocol in ONE_AT_A_TIME:
        wants[("raw", flow.source, flow.address)] = (flow.port, object())
    return wants


def _way(network: Network, plan: Plan, flow: Flow) -> Words:
    """The route that the router has for the length of a flow: the address by way of a node."""
    from simulator.trace.conversation import open_session

    session = open_session(network, flow, lambda options: 0, 0)
    route = session.extra_routes["router"][0]
    assert route.device is not None
    devices = {model: real for real, model in plan.spaces["router"].devices.items()}
    return str(route.destination), "via", str(route.gateway), "dev", devices[route.device]


def _listen_where_asked(exchanges: Exchanges, plan: Plan, asked: Sequence[Question]) -> None:
    """A pod of which nothing is known listens on whatever is asked: on what the model says it was asked."""
    for question in asked:
        for branch in question.branches:
            hop = branch.outcome["request"][-1] if branch.outcome["request"] else None
            space = plan.spaces.get(hop["ns"]) if hop else None
            if hop and space and space.any_port and hop["dir"] == "in" and hop.get("dport"):
                exchanges.programs.listen(space, Socket(Protocol(hop["proto"]), None, hop["dport"], space.owner))
