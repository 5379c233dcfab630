"""The generated parts of docs/fidelity.md: what is held, by set-up, by step and by rule, and what no scenario holds.

They stand between `<!-- name -->` and `<!-- /name -->`; all else in that document is written by hand.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from simulator.compilers.fidelity import Setup, Source
from simulator.trace.narration.en import TEXTS

DOCS = Path(__file__).resolve().parent.parent / "docs"
DOCUMENT = DOCS / "fidelity.md"
FUZZ = DOCS / "fidelity-fuzz.json"

POSSIBLE = [
    Setup(cni, overlay, proxy, on, version)
    for version, cni, overlay, proxy, on in product(
        (4, 6), ("bridge", "ptp"), ("host-gw", "vxlan"), ("iptables", "nftables"), (True, False)
    )
    if on or cni == "bridge"
]
"""Every set-up that packets can be walked through; a plugin without a bridge has no use for br_netfilter."""


def document(text: str, sources: Sequence[Source], but: str = "") -> str:
    """The document with its generated parts written anew, but for one."""
    parts: dict[str, Callable[[], Iterable[str]]] = {
        "set-ups": lambda: set_ups(sources),
        "steps": lambda: steps(sources),
        "modelled": lambda: not_held(sources),
        "rules": lambda: rules(sources),
        "fuzz": fuzz,
    }
    for name, part in parts.items():
        if name == but:
            continue
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        body = "\n".join(part())
        before, _, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        assert ended, f"docs/fidelity.md has no place for its part {name}"
        text = f"{before}{begin}\n{body}\n{end}{after}"
    return text


def set_ups(sources: Sequence[Source]) -> Iterator[str]:
    """One row a set-up, with the flows that were equal in it."""
    yield f"| CNI | Overlay | kube-proxy | br_netfilter | IP | {' | '.join(_titles(sources))} | Badge |"
    yield f"|---|---|---|---|---|{'---|' * len(sources)}---|"
    for setup in POSSIBLE:
        counts = [dict(source.flows).get(setup, 0) for source in sources]
        bridge_nf = "on" if setup.br_netfilter else "off"
        cells = (
            setup.cni,
            setup.overlay,
            setup.proxy,
            bridge_nf if setup.cni == "bridge" else "",
            f"IPv{setup.ip_version}",
        )
        badge = "`verified`" if any(counts) else "`modelled`"
        yield f"| {' | '.join(cells)} | {' | '.join(map(str, counts))} | {badge} |"


def _titles(sources: Sequence[Source]) -> list[str]:
    return [f"{source.flows_are} ({source.what})" for source in sources]


def steps(sources: Sequence[Source]) -> Iterator[str]:
    """One row for what a step did: on which devices, at which hooks, with which causes."""
    yield f"| What the step did | Where, and with which cause | {' | '.join(_titles(sources))} |"
    yield f"|---|---|{'---|' * len(sources)}"
    kinds = [kind.removeprefix("step ") for kind in _kinds(sources, "step")]
    for name in dict.fromkeys(kind.split(" ")[0] for kind in kinds):
        places = [" ".join(kind.split(" ")[1:]) for kind in kinds if kind.split(" ")[0] == name]
        told = "; ".join(f"`{place}`" for place in places if place)
        yield f"| `{name}` | {told} | {_most(sources, [f'step {name} {place}'.strip() for place in places])} |"


def rules(sources: Sequence[Source]) -> Iterator[str]:
    """One row a chain: how many kinds of rules were met in it, and in how many flows."""
    yield f"| Table and chain | Kinds of rules | {' | '.join(_titles(sources))} |"
    yield f"|---|---|{'---|' * len(sources)}"
    kinds = _kinds(sources, "rule")
    for chain in dict.fromkeys(kind.partition(":")[0] for kind in kinds):
        own = [kind for kind in kinds if kind.partition(":")[0] == chain]
        yield f"| `{chain.removeprefix('rule ')}` | {len(own)} | {_most(sources, own)} |"


def not_held(sources: Sequence[Source]) -> Iterator[str]:
    """What steps can say that no flow held anywhere; variants of a text count as one."""
    names = {name.partition("?")[0] for name in TEXTS}
    yield ", ".join(f"`{name}`" for name in sorted(names - held_steps(sources))) + "."


def held_steps(sources: Sequence[Source]) -> set[str]:
    """What steps did that some flow held somewhere."""
    return {kind.split(" ")[1] for kind in _kinds(sources, "step")}


def _kinds(sources: Sequence[Source], what: str) -> list[str]:
    return sorted({kind for source in sources for kind in source.held if kind.startswith(f"{what} ")})


def _most(sources: Sequence[Source], kinds: Sequence[str]) -> str:
    """By source, the flows that had the one of these kinds that was met most often, over all set-ups."""
    return " | ".join(str(max(sum(source.held.get(kind, ())) for kind in kinds)) for source in sources)


def fuzz() -> Iterator[str]:
    """What `make fuzz` said last, if it was written down."""
    if not FUZZ.is_file():
        yield "No run was written down yet."
        return
    told: dict[str, Any] = json.loads(FUZZ.read_text(encoding="utf-8"))
    yield (
        f"The run that was written down last: seed **{told['seed']}**, **{told['flows']:,}** flows in "
        f"{told['set_ups']:,} random clusters, **{told['mismatches']}** where model and kernel part."
    )
