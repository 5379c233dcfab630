"""All questions by name: what each takes, and the function that answers it."""

from netviz.labs.questions import cluster, flow, way
from netviz.labs.questions.base import Question

KNOWN: dict[str, Question] = {
    # How it ends
    "verdict": Question(flow.verdict),
    "cause": Question(flow.cause),
    "why": Question(flow.why),
    "server": Question(flow.server),
    "status": Question(flow.status),
    "address": Question(flow.address),
    # On the way
    "header": Question(way.header, subject="FIELD", arguments=("at", "leg", "nth"), needs=("at",)),
    "changes": Question(way.changes, subject="FIELD", arguments=("leg", "nth")),
    "next": Question(way.next_device, subject="NAMESPACE/DEVICE", arguments=("leg",)),
    "ends": Question(way.ends, arguments=("leg",)),
    "passes": Question(way.passes, subject="PLACE", arguments=("leg",)),
    "chain": Question(way.chain, subject="NAMESPACE HOOK", arguments=("leg",)),
    "conntrack": Question(way.conntrack, subject="original.src", arguments=("at",), needs=("at",)),
    "share": Question(flow.share, subject="POD"),
    "count": Question(way.count, subject="WHAT", arguments=("leg",)),
    # Many flows
    "who": Question(cluster.who, subject="TARGET", arguments=("from", "protocol", "verdict"), needs=("from",),
                    of_flow=False),
    "unreachable": Question(cluster.unreachable, subject="pods", arguments=("port", "protocol"), of_flow=False),
    # The cluster itself
    "endpoints": Question(cluster.endpoints, subject="NAMESPACE/SERVICE", of_flow=False),
    "problem": Question(cluster.problem, subject="ID", arguments=("of",), of_flow=False),
    "problems": Question(cluster.problems, arguments=("level",), of_flow=False),
    "field": Question(cluster.field, subject="PATH", arguments=("of",), needs=("of",), of_flow=False),
    "object": Question(cluster.object_, subject="KIND NAMESPACE/NAME", of_flow=False),
}  # fmt: skip
