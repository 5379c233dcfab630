"""Network policies: which one keeps a pod to itself, and which rule nearly lets the connection through."""

from typing import Any

import msgspec

from simulator.analysis.blame import Case, explanation
from simulator.cluster.http.front import CONTROLLER
from simulator.cluster.policies.decide import Considered, Reason, Verdict, decide
from simulator.cluster.policies.match import NEARNESS, Clause, Failed, in_block
from simulator.cluster.policies.model import Action, BlockPeer, Direction, Policy, Rule
from simulator.cluster.policies.view import PolicyView, Side
from simulator.manifests.edit import inline
from simulator.origin import Origins
from simulator.packet.headers import IPAddress
from simulator.trace.model import Explanation

MOST_NAMED = 3
NAME_LABEL = "kubernetes.io/metadata.name"
OF_CONTROLLERS = frozenset(
    ("pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name", "pod-template-generation",
     "apps.kubernetes.io/pod-index")
)  # fmt: skip
"""Labels that say which copy a pod is, not what it is."""
PORT_CLAUSES = (Clause.PORT, Clause.PROTOCOL, Clause.PORT_NAME)


class Denial(msgspec.Struct, frozen=True):
    """A connection that policies do not allow: its two ends as they see them, and what they say."""

    source: Side
    destination: Side
    verdict: Verdict

    @property
    def subject(self) -> Side:
        return self.destination if self.verdict.direction is Direction.INGRESS else self.source

    @property
    def peer(self) -> Side:
        return self.source if self.verdict.direction is Direction.INGRESS else self.destination

    @property
    def nearest(self) -> Considered | None:
        """The rule that would allow it but for one clause; of several the one that came furthest."""
        allowing = [c for c in self.verdict.considered if c.rule.action is Action.ALLOW and c.failed is not None]
        return max(allowing, key=lambda c: NEARNESS[c.failed.clause] if c.failed else -1, default=None)


def denial_of(case: Case) -> Denial | None:
    """What policies say of the packet where it was dropped; None where they would let it pass."""
    packet = case.step.packet
    if not case.cluster.policies or packet.dport is None:
        return None
    view = PolicyView(case.cluster)
    source, destination = _asking(case, view, packet.ip.src), _asked(case, view, packet.ip.dst, packet.dport)
    for direction in (Direction.EGRESS, Direction.INGRESS):
        verdict = decide(view, source, destination, packet.ip.protocol, packet.dport, direction)
        if not verdict.allowed:
            return Denial(source, destination, verdict)
    return None


def _asking(case: Case, view: PolicyView, address: IPAddress) -> Side:
    """Who sends; a hostNetwork pod is known by the question, as its address is its node's."""
    pod = case.cluster.pods.get(case.flow.asker or "")
    return view.of_pod(pod) if pod is not None and address in pod.ips else _side(case, view, address)


def _asked(case: Case, view: PolicyView, address: IPAddress, port: int) -> Side:
    """Who is sent to; a hostNetwork pod is known by its port."""
    for pod in case.cluster.pods_on(case.step.host):
        declared = (p.number for c in pod.containers for p in c.ports)
        if pod.host_network and view.is_policed(pod) and address in pod.ips and port in declared:
            return view.of_pod(pod)
    return _side(case, view, address)


def _side(case: Case, view: PolicyView, address: IPAddress) -> Side:
    pod = case.cluster.pod_by_ip(address)
    return view.of_pod(pod) if pod is not None else view.of_address(address)


def denied_by_policy(case: Case) -> Explanation | None:
    """The explanation of a drop that policies ask for."""
    denial = denial_of(case)
    if denial is None:
        return None
    verdict = denial.verdict
    if verdict.reason is Reason.ISOLATED:
        return _isolated(case, denial)
    assert verdict.policy is not None
    assert verdict.rule is not None
    name = f' "{verdict.rule.name}"' if verdict.rule.name else ""
    return explanation(
        "policy-denies",
        f"{verdict.policy.ref} denies it: its rule {_place(verdict.rule, verdict.direction)}{name} speaks about "
        f"{_name(denial.peer)} and {_port(case)}.",
        verdict.policy.origin(*verdict.rule.path),
        f"Put a rule for {_name(denial.peer)} before it, or narrow it.",
    )


def _isolated(case: Case, denial: Denial) -> Explanation:
    verdict, near = denial.verdict, denial.nearest
    named = _names_the_service(case, denial)
    ingress = verdict.direction is Direction.INGRESS
    by = " and ".join(policy.ref for policy in verdict.isolating[:MOST_NAMED])
    lets = (
        f"lets {_name(denial.peer)} in on {_port(case)}"
        if ingress
        else f"lets it reach {_name(denial.peer)} on {_port(case)}"
    )
    message = f"{_name(denial.subject)} is isolated for {verdict.direction.value} by {by}, and no rule {lets}."
    if named is not None:
        return explanation("policy-isolates", message + named[0], named[1], _new_rule(case, denial))
    if near is None or near.failed is None:
        origins = verdict.isolating[0].origin("spec", "podSelector")
        return explanation("policy-isolates", message, origins, _new_rule(case, denial))
    message += (
        f" Nearest is {_place(near.rule, verdict.direction)} of {near.policy.ref}: it wants {_wanted(near)}, "
        f"and here it is {near.failed.found}.{_meant_the_service(case, near.failed)}"
    )
    return explanation("policy-isolates", message, near.origins, _change(case, denial, near))


def _meant_the_service(case: Case, failed: Failed) -> str:
    """The port that clients call is not the one that policies see."""
    port = case.door.port if case.door is not None else None
    if case.door is None or port is None or failed.wanted != f"{port.port}/{port.protocol.value}":
        return ""
    return f" {port.port} is the port of Service {case.door.service.key}; policies look at the pod's own port."


def _wanted(near: Considered) -> str:
    assert near.failed is not None
    alone = near.failed.clause is Clause.NAMESPACE and "=" not in near.failed.wanted and near.policy.namespace
    if not alone or near.failed.wanted != f"namespace {near.policy.namespace}":
        return near.failed.wanted
    return f"a pod of {near.failed.wanted}, as a podSelector without a namespaceSelector means its policy's own"


def _names_the_service(case: Case, denial: Denial) -> tuple[str, Origins] | None:
    """A rule that names the address which was called, and not the one that policies see: the Service's."""
    called = case.door.service.cluster_ips if case.door is not None else ()
    if denial.verdict.direction is not Direction.EGRESS or case.flow.address not in called:
        return None
    there = Side(None, (case.flow.address,))
    for each in denial.verdict.considered:
        for peer in each.rule.peers or ():
            block = next((b for b in peer.blocks if in_block(b, there)), None) if isinstance(peer, BlockPeer) else None
            if block is not None:
                return (
                    f" {_place(each.rule, Direction.EGRESS)} of {each.policy.ref} names {block.cidr}, where the "
                    f"Service's own address {case.flow.address} is. Policies see a packet after kube-proxy has put the "
                    "address of a pod in its place."
                ), each.policy.origin(*peer.path)
    return None


def _change(case: Case, denial: Denial, near: Considered) -> str:
    """What to add to the nearest rule."""
    assert near.failed is not None
    there = _place(near.rule, denial.verdict.direction)
    if made_up(denial.peer):
        return f"Add your own Ingress controller to {there} by its namespace and labels; this one is only assumed."
    if near.failed.clause in PORT_CLAUSES:
        return f"Add to {there}.ports: {inline(port_item(case))}."
    side = "from" if denial.verdict.direction is Direction.INGRESS else "to"
    return f"Add to {there}.{side}: {inline(peer_item(denial.peer, near.policy))}."


def made_up(side: Side) -> bool:
    """A proxy that NetViz has put there: nobody's policy can name it by the labels that it has here."""
    return side.pod is not None and side.pod.source is None and CONTROLLER in side.pod.labels


def _new_rule(case: Case, denial: Denial) -> str:
    policy = denial.verdict.isolating[0]
    if made_up(denial.peer):
        return (
            f"Let {policy.ref} admit your own Ingress controller by its namespace and labels; this one is only assumed."
        )
    side = "from" if denial.verdict.direction is Direction.INGRESS else "to"
    rule = {side: [peer_item(denial.peer, policy)], "ports": [port_item(case)]}
    return f"Add to spec.{denial.verdict.direction.value} of {policy.ref}: {inline(rule)}."


def peer_item(side: Side, policy: Policy) -> dict[str, Any]:
    """The other end as a NetworkPolicy names it."""
    pod = side.pod
    if pod is None:
        address = side.addresses[0]
        return {"ipBlock": {"cidr": f"{address}/{address.max_prefixlen}"}}
    found: dict[str, Any] = {}
    if pod.namespace != policy.namespace:
        found["namespaceSelector"] = {"matchLabels": {NAME_LABEL: pod.namespace}}
    labels = {key: value for key, value in sorted(pod.labels.items()) if key not in OF_CONTROLLERS}
    return found | {"podSelector": {"matchLabels": labels} if labels else {}}


def port_item(case: Case) -> dict[str, Any]:
    packet = case.step.packet
    return {"port": packet.dport, "protocol": packet.ip.protocol.value}


def _place(rule: Rule, direction: Direction) -> str:
    return f"{direction.value}[{rule.index}]"


def _name(side: Side) -> str:
    if side.pod is not None:
        return side.pod.key
    return side.node or ", ".join(map(str, side.addresses)) or "somebody outside"


def _port(case: Case) -> str:
    return f"{case.step.packet.dport}/{case.step.packet.ip.protocol.value}"
