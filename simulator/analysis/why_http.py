"""Why a proxy answered with an error: no rule, a reference that leads nowhere, a backend that is not there.

Everything on the way there worked: the client has an answer, only not the one that it wanted.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.blame import explanation
from simulator.origin import Origins
from simulator.steps import Considered, Disposition, Outcome, Step, StepKind
from simulator.trace.model import Explanation, Flow, LegKind, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

ERROR, NOT_FOUND = 400, 404
MEANING = {
    403: "The proxy does not let this client in.", 404: "No rule of the proxy is for this request.",
    421: "The request came over a connection that was opened for another name.",
    500: "The rule that takes the request leads nowhere.", 502: "The proxy could not reach its backend.",
    503: "The rule is right, but nobody stands behind its Service.", 504: "The backend was too slow, or silent.",
}  # fmt: skip
LOOK = "The proxy's step has its rule and its lines."
MOST_RULES = 3

Explain = Callable[["Cluster", Trace], Explanation | None]


def answered_well(trace: Trace) -> bool:
    """Whether no proxy on the way has answered with an error, or hung up."""
    return (trace.status is None or trace.status < ERROR) and _hang_up(trace) is None


def _has_called(step: Step) -> bool:
    """Whether the proxy that hangs up here had opened a connection of its own."""
    return bool(step.text.params.get("target"))


def _hang_up(trace: Trace) -> Step | None:
    steps = (step for leg in trace.legs for step in leg.steps if step.text.id == "proxy.hang-up")
    return next(steps, None)


def hung_up(cluster: "Cluster", trace: Trace, explain: Explain) -> Explanation | None:
    """Why a proxy has closed the connection without a word: a name in the handshake that no listener is for, a
    listener without its certificate, no route; or its own connection came to nothing."""
    step = _hang_up(trace)
    if step is None:
        return None
    inner = explain(cluster, _own_connection(trace)) if _has_called(step) else None
    if inner is not None:
        first = f"{step.text.params['owner']} took the connection, but its own to {step.text.params['target']} failed."
        return msgspec.structs.replace(inner, message=f"{first} {inner.message}")
    why = step.text.params.get("why") or "Nobody is there to hand it to"
    return explanation(
        "proxy-hangs-up",
        f"{step.text.params['owner']} took the connection and closed it: {why[:1].lower()}{why[1:]}.",
        step.origins,
        "Ask for a name that a listener has a certificate and a route for, or give it both. "
        "The proxy's step has what it looked at.",
    )


def explain_answer(cluster: "Cluster", trace: Trace, explain: Explain) -> Explanation | None:
    """Which decision of the proxy made the error, and the line behind it; or why its own connection came to nothing."""
    if answered_well(trace):
        return None
    steps = [step for leg in trace.legs for step in leg.steps if step.kind is StepKind.PROXY]
    if not steps:
        return None
    last = steps[-1]
    first = MEANING.get(trace.status or 0, "The proxy answers with an error.")
    if last.text.id == "proxy.failed":
        inner = explain(cluster, _own_connection(trace))
        if inner is not None:
            return msgspec.structs.replace(inner, message=f"{first} {inner.message}")
    near = _nearest(steps[0].considered) if trace.status == NOT_FOUND else None
    words = f"{first} {last.text.params.get('why', '')}."
    return explanation(f"http-{trace.status}", words, last.origins[-1:], _hint(cluster, last.origins) or near or LOOK)


def failing_connection(trace: Trace) -> Trace:
    """The connection that came to nothing: the proxy's own to its backend, or the client's."""
    last = next(
        (step for leg in reversed(trace.legs) for step in reversed(leg.steps) if step.kind is StepKind.PROXY), None
    )
    called = last is not None and (
        last.text.id == "proxy.failed" or (last.text.id == "proxy.hang-up" and _has_called(last))
    )
    failed = called and not answered_well(trace)
    return _own_connection(trace) if failed else trace


def sent_on(trace: Trace) -> Explanation | None:
    """That a proxy's answer is to ask elsewhere: nothing is wrong, but the client has not got there yet."""
    steps = (step for leg in trace.legs for step in leg.steps if step.text.params.get("location"))
    step = next(steps, None)
    if step is None:
        return None
    owner, location = step.text.params["owner"], step.text.params["location"]
    message = f"{owner} sends the client on to {location}. A browser asks for that next; curl does with -L."
    return explanation(f"http-{trace.status}", message, step.origins[-1:], "")


def unsigned(cluster: "Cluster", trace: Trace) -> Explanation | None:
    """That the proxy had no certificate for the name, which clients that check it don't accept."""
    steps = [step for leg in trace.legs for step in leg.steps if step.text.id == "proxy.tls-own"]
    if not steps:
        return None
    name = steps[0].text.params["sni"]
    for ingress in cluster.web.ingresses.values():
        for tls in ingress.tls:
            if tls.secret and name in (tls.hosts or [rule.host for rule in ingress.rules]):
                return explanation(
                    "tls-secret-missing",
                    f"There is no Secret {ingress.namespace}/{tls.secret} with a certificate for {name}: the proxy "
                    "shows one of its own, and clients that check certificates hang up.",
                    ingress.origin(*tls.path, "secretName"),
                    f"Add it: kubectl create secret tls {tls.secret} -n {ingress.namespace} --cert=... --key=...",
                )
    return explanation(
        "tls-no-certificate",
        f"No object names a certificate for {name}: the proxy shows one of its own, and clients that check "
        "certificates hang up.",
        steps[0].origins,
        "Add a tls section with that host and a Secret, or ask by http.",
    )


def _own_connection(trace: Trace) -> Trace:
    """The proxy's connection as a trace of its own: who is to blame is the same question again."""
    own = next(leg for leg in reversed(trace.legs) if leg.kind is LegKind.PROXIED)
    target = own.packet.ip.dst
    flow = Flow(own.steps[0].netns, f"{target}:{own.packet.dport}", target, own.packet.dport)
    leg = msgspec.structs.replace(own, kind=LegKind.REQUEST)
    outcome = Outcome.REFUSED if own.disposition is Disposition.REFUSED else Outcome.TIMEOUT
    return msgspec.structs.replace(
        trace, flow=flow, legs=(leg,), disposition=outcome, cause=own.cause, server=None, status=None
    )


def _hint(cluster: "Cluster", origins: Origins) -> str | None:
    """What `netviz check` would say about one of the lines, of the one to blame first."""
    told: dict[tuple[str | None, int | None], str] = {
        (problem.file, problem.line): problem.hint for problem in reversed(cluster.problems) if problem.hint
    }
    return next((told[o.file, o.line] for o in reversed(origins) if (o.file, o.line) in told), None)


def _nearest(considered: tuple[Considered, ...]) -> str | None:
    """For a request that no rule takes: the rules that were looked at, and what each of them wants."""
    if not considered:
        return None
    told = "; ".join(f"{one.rule.text.partition(':')[0]}: {one.failed}" for one in considered[:MOST_RULES])
    return f"These rules were near: {told}."
