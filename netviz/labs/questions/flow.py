"""Questions about how a flow ends."""

from fractions import Fraction

from netviz.labs.questions.base import Answer, Asking
from netviz.labs.world import NotAsked
from simulator.analysis.ask import world_of
from simulator.steps import Cause, Outcome
from simulator.trace.model import Trace
from simulator.trace.tracing import every_way

_OUTCOMES = (Outcome.DELIVERED, Outcome.REFUSED, Outcome.REJECTED, Outcome.TIMEOUT, Outcome.UNREACHABLE,
             Outcome.NXDOMAIN)  # fmt: skip
_CAUSES = (Cause.RULE_REJECT, Cause.NO_LISTENER, Cause.RULE_DROP, Cause.NO_ROUTE, Cause.NEIGHBOR_FAILED,
           Cause.NO_SUCH_NAME)  # fmt: skip
MOST_PARTS = 64


def last_step(trace: Trace) -> int | None:
    """Where it was decided how it ends: at the end of the first packet that did not arrive, else of the last."""
    lost = next((leg for leg in trace.legs if leg.cause is not None and leg.steps), None)
    leg = lost or (trace.legs[-1] if trace.legs else None)
    return leg.steps[-1].seq if leg and leg.steps else None


def verdict(asked: Asking) -> Answer:
    """Where it was decided, a trace tells; how it ends is known without one."""
    others = tuple(outcome.value for outcome in _OUTCOMES)
    return Answer(asked.world.ends(asked.flow), asked.flow, None, others)


def cause(asked: Asking) -> Answer:
    found = asked.trace
    others = tuple(cause.value for cause in _CAUSES)
    return Answer(found.cause.value if found.cause else "none", asked.flow, last_step(found), others)


def why(asked: Asking) -> Answer:
    """The cause in the words of Kubernetes, by its code."""
    found = asked.trace
    code = found.explanation.code if found.explanation else "none"
    return Answer(code, asked.flow, last_step(found))


def server(asked: Asking) -> Answer:
    """Whose socket answered."""
    found = asked.trace
    others = tuple(key for key, pod in asked.world.cluster.pods.items() if pod.ips)
    return Answer(found.server or "nobody", asked.flow, last_step(found), others)


def status(asked: Asking) -> Answer:
    found = asked.trace
    others = ("200", "404", "502", "503", "308", "403")
    return Answer("none" if found.status is None else str(found.status), asked.flow, last_step(found), others)


def address(asked: Asking) -> Answer:
    """The address that the client sends to, once its name is resolved."""
    found = asked.trace
    leg = next((leg for leg in found.legs if leg.kind.value == "request"), None)
    if leg is None or not leg.steps:
        return Answer("none", asked.flow, last_step(found))
    cluster = asked.world.cluster
    others = [str(ip) for service in cluster.services.values() for ip in service.cluster_ips]
    others += [str(ip) for pod in cluster.pods.values() for ip in pod.ips]
    return Answer(str(leg.packet.ip.dst), asked.flow, leg.steps[0].seq, tuple(others))


def share(asked: Asking) -> Answer:
    """How much of many connections a pod gets, as a fraction."""
    loaded, flow = asked.world.loaded, asked.trace.flow
    named = world_of(loaded.cluster, loaded.named.cluster, flow) is not loaded.cluster
    network = loaded.named.network if named else loaded.network
    ways = every_way(network, flow)
    if not any(held.said.server == asked.subject for held in ways):
        raise NotAsked(f'"{asked.subject}" never answers {asked.flow.source} to {asked.flow.target}.')
    part = sum(held.probability for held in ways if held.said.server == asked.subject)
    words = str(Fraction(part).limit_denominator(MOST_PARTS))
    chance = next((choice.at for choice in asked.trace.choices), None)
    return Answer(words, asked.flow, chance, ("1", "1/2", "1/3", "1/4", "2/3"))
