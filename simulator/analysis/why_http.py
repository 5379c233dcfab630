"""Why a proxy answered with an error: no rule, a reference that leads nowhere, a backend that is not there.

Everything on the way there worked: the client has an answer, only not the one that it wanted.
"""

from typing import TYPE_CHECKING

from simulator.analysis.blame import explanation
from simulator.origin import Origins
from simulator.steps import Considered, Step, StepKind
from simulator.trace.model import Explanation, LegKind, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

ERROR, NOT_FOUND = 400, 404
MEANING = {
    403: "The proxy does not let this client in.", 404: "No rule of the proxy is for this request.",
    421: "The request came over a connection that was opened for another name.",
    500: "The rule that takes the request leads nowhere.", 502: "The proxy could not reach its backend.",
    503: "The rule is right, but nobody stands behind its Service.", 504: "The backend was too slow, or silent.",
}  # fmt: skip
REMEDY = "Compare the targetPort of the Service with the ports of the pod, and look at the proxy's own packet."
LOOK = "The proxy's step has its rule and its lines."
MOST_RULES = 3


def answered_well(trace: Trace) -> bool:
    """Whether no proxy on the way has answered with an error."""
    return trace.status is None or trace.status < ERROR


def explain_answer(cluster: "Cluster", trace: Trace) -> Explanation | None:
    """Which decision of the proxy made the error, and the line behind it."""
    if answered_well(trace):
        return None
    steps = [step for leg in trace.legs for step in leg.steps if step.kind is StepKind.PROXY]
    if not steps:
        return None
    last = steps[-1]
    first = MEANING.get(trace.status or 0, "The proxy answers with an error.")
    words = f"{first} {_said(trace, last)}".strip()
    near = _nearest(steps[0].considered) if trace.status == NOT_FOUND else None
    fix = _hint(cluster, last.origins) or near or (REMEDY if last.text.id == "proxy.failed" else LOOK)
    return explanation(f"http-{trace.status}", words, last.origins[-1:], fix)


def _said(trace: Trace, last: Step) -> str:
    """What the proxy's own words add."""
    if last.text.id != "proxy.failed":
        return f"{last.text.params.get('why', '')}."
    own = next((leg for leg in reversed(trace.legs) if leg.kind is LegKind.PROXIED), None)
    cause = f" ({own.cause.value})" if own is not None and own.cause is not None else ""
    return f"Its connection to {last.text.params.get('target')} came to nothing{cause}."


def _hint(cluster: "Cluster", origins: Origins) -> str | None:
    """What `netviz check` would say about one of the lines."""
    places = {(origin.file, origin.line) for origin in origins}
    return next((p.hint for p in cluster.problems if (p.file, p.line) in places and p.hint), None)


def _nearest(considered: tuple[Considered, ...]) -> str | None:
    """For a request that no rule takes: the rules that were looked at, and what each of them wants."""
    if not considered:
        return None
    told = "; ".join(f"{one.rule.text.partition(':')[0]}: {one.failed}" for one in considered[:MOST_RULES])
    return f"These rules were near: {told}."
