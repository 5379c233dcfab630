"""What the worker processes do: everything that needs the simulator. The web process only passes bytes.

A `Bundle` is an upload as it is kept: masked text, the profile's settings, and the problems of files that have
no text. Its hash is the snapshot. `netviz/worker.py` keeps the clusters of the latest snapshots.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256

import msgspec

from netviz import comparing, mending
from netviz.bundle import NoBundle
from netviz.elements import lines_of
from netviz.find import Filter, Index
from netviz.find import answer as found_answer
from netviz.folding import View, folded
from netviz.matrix import matrix
from netviz.protocol import LegHead, Problems, TraceHead
from netviz.replay_page import replay_page
from netviz.work import Answers, Connection, Refused, Taken, TraceQuestion
from simulator.analysis.ask import Asked, FlowError, ask, world_of
from simulator.analysis.diff.flows import Question
from simulator.analysis.why import explained
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.cluster.breaking import broken
from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import FaultError, parse_faults
from simulator.cluster.objects import objects
from simulator.cluster.profile import SettingError
from simulator.compilers import compile_network
from simulator.diagnostics import Problem
from simulator.linux.network import Network
from simulator.manifests import Limits, ManifestSet, SourceFile, read_manifests
from simulator.trace.encode import to_json
from simulator.trace.export import exported
from simulator.trace.export.page import Spoken
from simulator.trace.model import TRACE_VERSION, Earlier, Trace
from simulator.trace.tracing import SessionError, trace

ENGINE_VERSION = f"1.{TRACE_VERSION}"


class Bundle(msgspec.Struct, frozen=True):
    """An upload as it is kept, with the limits that it was read by: it stays the cluster that it was."""

    files: tuple[tuple[str, str], ...]
    settings: dict[str, str]
    problems: tuple[Problem, ...] = ()
    limits: dict[str, int] = {}


class Loaded(msgspec.Struct, frozen=True):
    """A compiled upload. `named` is it with the DNS server that questions by name need: its own, or an assumed one."""

    snapshot: str
    bundle: Bundle
    cluster: Cluster
    network: Network
    problems: tuple[Problem, ...]
    named: "World"
    index: Index


class World(msgspec.Struct, frozen=True):
    """A cluster and its network."""

    cluster: Cluster
    network: Network


def load(bundle: bytes) -> Loaded:
    """Compile a kept upload."""
    kept = msgspec.json.decode(bundle, type=Bundle)
    with _without_collecting():
        cluster = _built(read_manifests(_sources(kept.files), Limits(**kept.limits)), kept.settings)
        return _loaded(kept, snapshot_of(bundle), cluster)


def snapshot_of(bundle: bytes) -> str:
    return sha256(bundle).hexdigest()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Collecting garbage while a cluster is made would only look at what is going to stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _sources(files: Sequence[tuple[str, str]]) -> list[SourceFile]:
    return [SourceFile(path, text.encode()) for path, text in files]


def _built(manifests: ManifestSet, settings: Mapping[str, str]) -> Cluster:
    try:
        return build_cluster(manifests, settings)
    except SettingError as error:
        raise Refused(400, "bad-setting", f"{error.key}: {error.message}", error.hint) from None


def _loaded(kept: Bundle, snapshot: str, cluster: Cluster) -> Loaded:
    key = f"{ENGINE_VERSION} {snapshot}"
    network = compile_network(cluster, key)
    with_names = with_addons(cluster)
    named = network if with_names is cluster else compile_network(with_names, key)
    lost = set(kept.problems)
    problems = (*(p for p in cluster.problems if p not in lost), *kept.problems)
    index = Index(with_names, named, kept.files, problems, snapshot)
    return Loaded(snapshot, kept, cluster, network, problems, World(with_names, named), index)


def take(
    files: Sequence[tuple[str, bytes]] | None,
    settings: Mapping[str, str] | None,
    base: bytes | None,
    limits: Mapping[str, int],
    add: bool = False,
) -> tuple[Taken, Loaded]:
    """Read an upload, mask it, and say what is wrong with it.

    Files or settings that are not given stay as in `base`; with `add` the files come to those of `base`, and
    replace those of the same name.
    """
    before = msgspec.json.decode(base, type=Bundle) if base is not None else Bundle((), {})
    chosen = dict(before.settings if settings is None else settings)
    within = Limits(**limits)
    sources = _sources(before.files) if files is None else [SourceFile(path, data) for path, data in files]
    with _without_collecting():
        manifests = read_manifests(sources, within)
        if add and files is not None:
            rest = [(path, text) for path, text in before.files if path not in manifests.texts]
            manifests = read_manifests([*_sources(rest), *sources], within)
        cluster = _built(manifests, chosen)
        lost = tuple(p for p in cluster.problems if p.file is not None and p.file not in manifests.texts)
        bundle = to_json(kept := Bundle(tuple(manifests.texts.items()), chosen, lost, dict(limits)))
        loaded = _loaded(kept, snapshot_of(bundle), cluster)
    taken = Taken(
        bundle=bundle,
        snapshot=loaded.snapshot,
        problems=to_json(loaded.problems),
        files=[{"path": path, "lines": lines_of(text)} for path, text in kept.files],
        objects=len(manifests.manifests),
    )
    return taken, loaded


def graph(loaded: Loaded, view: View | None = None) -> bytes:
    return to_json(loaded.index.graph if view is None else folded(loaded.index.graph, view))


def find(loaded: Loaded, text: str, only: Filter, most: int, most_kinds: int) -> bytes:
    """What the find box finds, among what `only` lets through."""
    return to_json(found_answer(loaded.index, text, only, most, most_kinds))


def objects_of(loaded: Loaded) -> bytes:
    return to_json({"items": objects(loaded.cluster, None)})


def problems(loaded: Loaded) -> bytes:
    return to_json(Problems(loaded.problems))


def file(loaded: Loaded, path: str) -> str:
    for label, text in loaded.bundle.files:
        if label == path:
            return text
    known = ", ".join(label for label, _ in loaded.bundle.files[:6])
    raise Refused(
        404,
        "unknown-file",
        "This workspace has no file of that name.",
        f"Its files are: {known}." if known else "It has no files.",
    )


def whole_trace(loaded: Loaded, question: TraceQuestion) -> bytes:
    return to_json(answered(loaded, question))


def exported_trace(loaded: Loaded, form: str, question: TraceQuestion) -> bytes:
    """The trace to be taken away: as html, pcapng, mermaid or markdown."""
    found, files = answered(loaded, question), dict(loaded.bundle.files)
    if form != "html":
        return exported(found, form, files)
    try:
        spoken = Spoken(question.source, question.target, question.protocol)
        return replay_page(found, spoken, loaded.index.graph, files)
    except NoBundle as missing:
        raise Refused(503, "no-bundle", missing.message, missing.hint) from None


def stepwise_trace(loaded: Loaded, question: TraceQuestion) -> Answers:
    """The trace in the pieces that a socket sends."""
    found = answered(loaded, question)
    fields = msgspec.structs.asdict(found)
    fields["legs"] = tuple(LegHead(leg.kind, leg.packet, leg.disposition, leg.cause) for leg in found.legs)
    return Answers(
        key=found.key,
        head=to_json(TraceHead(**fields)),
        steps=[to_json(step) for leg in found.legs for step in leg.steps],
        disposition=found.disposition.value,
    )


def answered(loaded: Loaded, question: TraceQuestion) -> Trace:
    """Ask the simulator, with what is to be broken first."""
    return answer(in_broken(loaded, question.faults), question.connection, question.after, question.size)


def in_broken(loaded: Loaded, faults: Sequence[str]) -> Loaded:
    """The same upload with things broken in it; the latest few are kept, for one asks many times about the same."""
    if not faults:
        return loaded
    key = (loaded.snapshot, tuple(faults))
    found = _broken.pop(key, None) or _break(loaded, faults)
    _broken[key] = found
    while len(_broken) > KEPT_BROKEN:
        del _broken[next(iter(_broken))]
    return found


def _break(loaded: Loaded, texts: Sequence[str]) -> Loaded:
    revision = f"{ENGINE_VERSION} {loaded.snapshot}"
    try:
        faults = parse_faults(texts)
        named = broken(loaded.named.cluster, faults)
        network = compile_network(named, revision)
        if loaded.named.cluster is loaded.cluster:
            return msgspec.structs.replace(loaded, cluster=named, network=network, named=World(named, network))
        cluster = broken(loaded.cluster, faults, loaded.named.cluster)
        own = compile_network(cluster, revision)
    except FaultError as error:
        raise Refused(400, error.code, error.message, error.hint) from None
    return msgspec.structs.replace(loaded, cluster=cluster, network=own, named=World(named, network))


KEPT_BROKEN = 8
_broken: dict[tuple[str, tuple[str, ...]], Loaded] = {}


def breakable(loaded: Loaded, at: str) -> bytes:
    """What can be broken at an element of the picture."""
    from netviz.breaking import menu

    return to_json(menu(loaded.named.cluster, loaded.named.network, at))


def answer(loaded: Loaded, connection: Connection, after: Sequence[Connection] = (), size: int = 0) -> Trace:
    """Ask the simulator; `after` are the connections that the session held before, `size` the bytes of data."""
    asked = _asked(loaded, connection)
    asked = msgspec.structs.replace(asked, flow=msgspec.structs.replace(asked.flow, size=size))
    earlier = [Earlier(_asked(loaded, before).flow, before.seed, before.picks) for before in after]
    flows = (asked.flow, *(before.flow for before in earlier))
    by_name = any(world_of(loaded.cluster, loaded.named.cluster, flow) is not loaded.cluster for flow in flows)
    world = loaded.named if by_name else World(loaded.cluster, loaded.network)
    try:
        found = trace(world.network, asked.flow, connection.seed, picks=connection.picks, after=earlier)
    except SessionError as error:
        raise Refused(400, error.code, error.message, error.hint) from None
    found = msgspec.structs.replace(found, assumptions=(*found.assumptions, *asked.assumptions))
    return explained(world.cluster, found)


def _asked(loaded: Loaded, connection: Connection) -> Asked:
    cluster = loaded.named.cluster
    by_dns = cluster.profile.addons != "none"
    try:
        return ask(cluster, connection.source, connection.target, connection.protocol, by_dns)
    except FlowError as error:
        raise Refused(400, error.code, error.message, error.hint) from None


def connectivity(loaded: Loaded, most: int) -> bytes:
    """Who reaches whom. What is made is kept until the end, so there is no garbage to look for on the way."""
    gc.disable()
    try:
        return to_json(matrix(loaded.cluster, most))
    finally:
        gc.enable()


def fixes(loaded: Loaded, source: str, target: str, protocol: str, compared: bool) -> bytes:
    """What would mend a flow; `compared`: and what else that would change."""
    question = _question(loaded, source, target, protocol)
    return to_json(mending.offered(loaded.bundle, question, compared))


def mended_files(loaded: Loaded, source: str, target: str, protocol: str, number: int) -> list[tuple[str, bytes]]:
    question = _question(loaded, source, target, protocol)
    return mending.mended_files(loaded.bundle, question, number)


def _question(loaded: Loaded, source: str, target: str, protocol: str) -> Question:
    """The question, once it is clear that it can be asked."""
    _asked(loaded, Connection(source, target, protocol, 0))
    return Question(source, target, protocol)


def diff(loaded: Loaded, before: Loaded) -> bytes:
    """What has changed since another upload."""
    return to_json(mending.changed(before.cluster, loaded.cluster))


def compared(loaded: Loaded, before: Loaded, question: TraceQuestion) -> bytes:
    """One flow in two states of a cluster, side by side; what is broken is broken in both."""
    old, new = (comparing.asked(partial(answered, state, question)) for state in (before, loaded))
    return to_json(comparing.compared(old, new))


def texts(loaded: Loaded) -> bytes:
    """All files, as they are edited."""
    files = tuple(comparing.FileText(path, text) for path, text in loaded.bundle.files)
    return to_json(comparing.Files(loaded.snapshot, files))


OPERATIONS = {
    "graph": graph,
    "find": find,
    "objects": objects_of,
    "problems": problems,
    "file": file,
    "whole-trace": whole_trace,
    "exported-trace": exported_trace,
    "stepwise-trace": stepwise_trace,
    "breakable": breakable,
    "connectivity": connectivity,
    "fixes": fixes,
    "mended-files": mended_files,
    "diff": diff,
    "compared": compared,
    "texts": texts,
}
"""What may be asked about a loaded upload."""
