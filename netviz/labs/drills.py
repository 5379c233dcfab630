"""Fault drills: a healthy cluster, broken in one way by seed. Who drills asks a few traces and names the fault."""

from collections.abc import Callable

import msgspec

from netviz.labs.drill_cluster import Plan, manifests
from netviz.labs.model import FlowSpec
from netviz.labs.world import World
from simulator.chance import Random

TRACES = 3
CHOICES = 5
ALIKE = 3
WORKS = "delivered"
INWARD = "a policy at the server"
SETUPS: tuple[dict[str, str], ...] = (
    {"cni": "bridge", "proxy": "iptables", "overlay": "host-gw"},
    {"cni": "bridge", "proxy": "nftables", "overlay": "host-gw"},
    {"cni": "ptp", "proxy": "iptables", "overlay": "host-gw"},
    {"cni": "bridge", "proxy": "iptables", "overlay": "vxlan"},
)


class Breakage(msgspec.Struct, frozen=True):
    """One way to break it: the plan changed, or faults. `title` is offered as an answer, `because` told afterwards.

    `ends` is how it looks from the client, in the plainest set-up: others that look so are offered beside it. Of one
    `family` no packet tells one from the other, so only one of them is offered.
    """

    id: str
    ends: str
    title: str
    because: str
    change: Callable[[Plan], Plan] | None = None
    faults: Callable[[Plan], tuple[str, ...]] | None = None
    needs: dict[str, str] = {}
    family: str = ""


class Drill(msgspec.Struct, frozen=True):
    """A drill: what is broken is `breakage`, and nobody is told before they have answered."""

    seed: int
    plan: Plan
    settings: dict[str, str]
    breakage: Breakage
    choices: tuple[Breakage, ...]
    flow: FlowSpec

    def healthy(self) -> World:
        return World(manifests(self.plan), self.settings)

    def broken(self) -> World:
        change, faults = self.breakage.change, self.breakage.faults
        plan = change(self.plan) if change else self.plan
        return World(manifests(plan), self.settings, faults(self.plan) if faults else ())


def _with(**changes: object) -> Callable[[Plan], Plan]:
    return lambda plan: msgspec.structs.replace(plan, **changes)


def _at_servers(kind: str) -> Callable[[Plan], tuple[str, ...]]:
    return lambda plan: tuple(f"{kind}:default/{plan.web}-{n}" for n in (1, 2))


BREAKAGES: tuple[Breakage, ...] = (
    Breakage("selector", "rejected", "The Service's selector matches no pod",
             "The selector asks for a label that no pod carries, so there is no endpoint, and the node refuses.",
             change=lambda plan: msgspec.structs.replace(plan, selector=f"{plan.web}-v2")),
    Breakage("target-port", "refused", "The Service's targetPort is not the one that the pods listen on",
             "The connection reaches a pod, and on that port nobody listens: the pod answers with RST.",
             change=lambda plan: msgspec.structs.replace(plan, target=plan.listens + 1)),
    Breakage("target-name", "rejected", "The Service's targetPort is a name that no container port has",
             "A name that no container declares leads nowhere: the pods are no endpoints, and the node refuses.",
             change=_with(target="web-port")),
    Breakage("service-port", "timeout", "The Service listens on another port than the client asks for",
             "The Service has the address, but not this port. Its packets are not translated.",
             change=lambda plan: msgspec.structs.replace(plan, offers=plan.port + 1)),
    Breakage("renamed", "nxdomain", "There is no Service of this name",
             "No Service has the name, so DNS says that it does not exist.",
             change=lambda plan: msgspec.structs.replace(plan, service=f"{plan.web}-svc")),
    Breakage("namespace", "nxdomain", "The Service is in another namespace than the client",
             "A short name is looked up in the client's own namespace, and there is no such Service there.",
             change=_with(service_namespace="shop")),
    Breakage("headless", "refused", "The Service is headless, so its targetPort translates nothing",
             "A headless Service gives the pods' own addresses. The client asks the pod for the Service's port.",
             change=_with(headless=True)),
    Breakage("no-pods", "rejected", "The Service's pods are gone",
             "No pod carries the label any more, so there is no endpoint, and the node refuses.",
             change=_with(servers=False)),
    Breakage("policy-ingress", "timeout", "A NetworkPolicy lets nobody in to the server",
             "A policy selects the server's pods and allows no source, so what arrives is dropped at their node.",
             change=_with(allowed=()), family=INWARD),
    Breakage("policy-label", "timeout", "A NetworkPolicy lets in a label that the client does not carry",
             "The policy's podSelector names another label than the client's, so the client is dropped.",
             change=_with(allowed=("customer",)), family=INWARD),
    Breakage("policy-port", "timeout", "A NetworkPolicy allows the Service's port, not the pod's",
             "Policies see a packet after its translation: the port to allow is the one that the pod listens on.",
             change=lambda plan: msgspec.structs.replace(plan, policy_port=plan.port), family=INWARD),
    Breakage("policy-egress", "timeout", "A NetworkPolicy lets the client out to DNS, and nowhere else",
             "The name is found, and the connection itself is dropped as it leaves the client.",
             change=_with(egress="dns")),
    Breakage("policy-dns", "timeout", "A NetworkPolicy keeps the client from asking DNS",
             "The policy allows the way to the server, and forgets that a name has to be asked for first.",
             change=_with(egress="server")),
    Breakage("unready", "rejected", "The server's pods are not ready",
             "Pods whose probe fails are no endpoints. They would answer, but no rule leads to them.",
             faults=_at_servers("pod-unready")),
    Breakage("crashed", "rejected", "The server's containers have crashed",
             "Nobody listens in the pods, and as they are not ready, no rule leads to them either.",
             faults=_at_servers("pod-crashed")),
    Breakage("node-cut", "unreachable", "The server's node is unplugged",
             "The node was cut off a moment ago: its pods still count as ready, and packets to them vanish.",
             faults=lambda plan: ("node-cut:node-b",)),
    Breakage("forwarding", "timeout", "The server's node does not forward packets",
             "net.ipv4.ip_forward is 0 on node-b: packets arrive, and the node does not pass them on to its pods.",
             faults=lambda plan: ("sysctl-off:node-b/net.ipv4.ip_forward",)),
    Breakage("uplink", "unreachable", "The uplink of the client's node is down",
             "eth0 of node-a is down. Pods on node-a still reach each other, and nothing beyond.",
             faults=lambda plan: ("link-cut:node-a/eth0",)),
    Breakage("proxy", "timeout", "kube-proxy's rules are gone on the client's node",
             "Nothing translates the Service's address any more, so packets go to an address that nobody has.",
             faults=lambda plan: ("proxy-flushed:node-a",)),
    Breakage("bridge", "unreachable", "The bridge of the server's node is down",
             "cni0 on node-b is down, and with it the route to the pods that hang on it.",
             faults=lambda plan: ("link-cut:node-b/cni0",), needs={"cni": "bridge"}),
    Breakage("tunnel", "timeout", "A firewall drops the tunnel between the nodes",
             "UDP port 8472 is blocked on node-b, and all that nodes say to each other's pods goes through it.",
             faults=lambda plan: ("port-blocked:node-b/8472/UDP",), needs={"overlay": "vxlan"}),
    Breakage("conntrack", "timeout", "The client's node cannot remember another connection",
             "The conntrack table of node-a is full: what belongs to no known connection is dropped.",
             faults=lambda plan: ("conntrack-full:node-a",)),
)  # fmt: skip


def drill(seed: int) -> Drill:
    """The same drill for the same seed."""
    random = Random(seed * 7919 + 17)
    settings = SETUPS[random.below(len(SETUPS))]
    possible = [one for one in BREAKAGES if one.needs.items() <= settings.items()]
    breakage = possible[random.below(len(possible))]
    plan = Plan.drawn(random)
    flow = FlowSpec("symptom", f"default/{plan.client}", f"{plan.web}:{plan.port}", "TCP", 0, None, 0)
    return Drill(seed, plan, settings, breakage, _choices(random, breakage, possible), flow)


def _choices(random: Random, breakage: Breakage, possible: list[Breakage]) -> tuple[Breakage, ...]:
    """The right one among others, those that look alike first, in no order that tells."""
    alike = [one for one in possible if one is not breakage and one.ends == breakage.ends]
    rest = [one for one in possible if one.ends != breakage.ends]
    found = [breakage]
    while len(found) < CHOICES:
        left = alike if alike and len(found) <= ALIKE else rest
        one = left.pop(random.below(len(left)))
        if not one.family or all(one.family != other.family for other in found):
            found.append(one)
    return tuple(found.pop(random.below(len(found))) for _ in range(len(found)))


def grade(right: bool, asked: int) -> float:
    """All of it for the fault named within the traces that are allowed; half of it for one that took more."""
    if not right:
        return 0.0
    return 1.0 if asked <= TRACES else 0.5
