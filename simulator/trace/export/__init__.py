"""Taking a trace away: as a capture, a sequence diagram, a report."""

from collections.abc import Mapping

from simulator.trace.model import Trace


def exported(trace: Trace, form: str, texts: Mapping[str, str]) -> bytes:
    """The trace as pcapng, mermaid or markdown; a report quotes the manifests, masked, by `texts`."""
    if form == "pcapng":
        from simulator.trace.export.pcapng import pcapng

        return pcapng(trace)
    if form == "mermaid":
        from simulator.trace.export.mermaid import mermaid

        return mermaid(trace).encode(errors="replace")
    from simulator.trace.export.report import report

    return report(trace, texts).encode(errors="replace")
