"""The load balancer outside: which node it hands a client's packet to.

A cloud's balancer (as MetalLB's routes of equal cost) passes the packet on with the client's address and that of the
Service; where it lets a health check decide, only nodes that answer 200 get any. The router carries its packets; on the
picture it is a box of its own beside that.
KEP-1860; cloud-provider's service controller; kube-proxy's pkg/proxy/healthcheck/service_health.go
"""

from msgspec.structs import replace

from simulator.chance import Option
from simulator.datapath.session import Session
from simulator.steps import Chance, Step, Text
from simulator.trace.model import Balancer, Flow, Leg

ROUTER = "router"
FORWARD = "route.forward"
SHOWN = 3
"""So many nodes are named in a sentence, the rest is counted."""


def hand_over(session: Session, flow: Flow) -> str | None:
    """The node that the router hands the flow's address to: as the flow says, else as the balancer draws."""
    session.balanced = None
    if flow.via is not None or flow.balancer is None:
        return flow.via
    nodes = flow.balancer.nodes
    if len(nodes) == 1:
        return nodes[0]
    options = tuple(Option(node, 1 / len(nodes)) for node in nodes)
    picked = session.choose(options)
    session.balanced = Chance(options, picked)
    return nodes[picked]


def tell_balancer(session: Session, flow: Flow, leg: Leg) -> Leg:
    """The router's first routing step is the balancer's: it says why this node, and which others could have been."""
    balancer = flow.balancer
    at = next((i for i, s in enumerate(leg.steps) if s.netns == ROUTER and s.text.id == FORWARD), None)
    if flow.via is not None or balancer is None or at is None:
        return leg
    told = _told(session, balancer, leg.steps[at])
    return replace(leg, steps=(*leg.steps[:at], told, *leg.steps[at + 1 :]))


def _told(session: Session, balancer: Balancer, step: Step) -> Step:
    chance = session.balanced
    node = chance.options[chance.picked].pick if chance is not None else balancer.nodes[0]
    words = {
        "dst": step.text.params["dst"], "dev": step.text.params["dev"], "route": step.text.params["route"],
        "service": balancer.service, "node": node, "nodes": _few(balancer.nodes), "rule": _rule(balancer),
        "check": str(balancer.check or ""), "unhealthy": _few(balancer.unhealthy),
    }  # fmt: skip
    return replace(step, text=Text("route.balanced", words), chances=() if chance is None else (chance,),
                   origins=(*step.origins, *balancer.origins))  # fmt: skip


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _rule(balancer: Balancer) -> str:
    if balancer.check is None:
        return "any"
    return "none" if set(balancer.nodes) <= set(balancer.unhealthy) else "health"
