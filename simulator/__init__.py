"""NetViz engine: manifests in, packet traces out.

    from simulator import SourceFile, build_cluster, compile_network, parse_flow, read_manifests, trace_flow

    manifests = read_manifests([SourceFile("shop.yaml", data)])
    cluster = build_cluster(manifests, {"proxy": "nftables"})
    network = compile_network(cluster)
    trace = trace_flow(network, parse_flow(cluster, "default/client", "web:80"))

Text in, values out: no Django, no files, no clock, and chance is an argument. Each arrow is a border at which a real
program prints the same:

    YAML -> manifests -> cluster -> compilers -> linux -> datapath -> trace
            objects      what the   what each    tables   the walk    a value
            with lines   control-   program      of every yields
                         lers make  writes       host     Steps

Compilers never see packets, and the walk never sees Kubernetes: they meet in the kernel's tables, as kube-proxy and the
kernel do. A host passes a packet through netfilter's hooks:

    in --> PREROUTING --> (route) --> FORWARD --> POSTROUTING --> out
                             |                         ^
                           INPUT                    (route)
                             |                         |
                             v                       OUTPUT
                         programs ---------------------^

and a bridge with br_netfilter sends its frames through the same hooks before they are routed, if ever they are.

What is named here is the door; each name is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.analysis.ask import parse_flow
    from simulator.cluster import build_cluster
    from simulator.compilers import compile_network
    from simulator.diagnostics import Problem
    from simulator.manifests import SourceFile, read_manifests
    from simulator.steps import Step
    from simulator.trace.model import Flow, Trace
    from simulator.trace.tracing import trace as trace_flow

__all__ = [
    "Flow",
    "Problem",
    "SourceFile",
    "Step",
    "Trace",
    "build_cluster",
    "compile_network",
    "parse_flow",
    "read_manifests",
    "trace_flow",
]

_WHERE = {
    "Flow": "simulator.trace.model",
    "Problem": "simulator.diagnostics",
    "SourceFile": "simulator.manifests",
    "Step": "simulator.steps",
    "Trace": "simulator.trace.model",
    "build_cluster": "simulator.cluster",
    "compile_network": "simulator.compilers",
    "parse_flow": "simulator.analysis.ask",
    "read_manifests": "simulator.manifests",
    "trace_flow": "simulator.trace.tracing",
}
_CALLED = {"trace_flow": "trace"}
"""The package `trace` has the function's own name here."""


def __getattr__(name: str) -> Any:
    """PEP 562."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), _CALLED.get(name, name))


def __dir__() -> list[str]:
    return __all__
