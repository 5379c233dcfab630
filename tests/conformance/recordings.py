"""The recorded truth (../shared/conformance/oracle) and the engine's answers to the same questions.

36 scenarios on a real control plane, real kube-proxy, real CNI plugins and a real kernel. `held` says for every flow in
every set-up whether all of the walk was equal, by the recorder's own comparison.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.compilers.fidelity import known_by, setup_of
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.conversation import converse, open_session
from simulator.trace.model import Flow
from simulator.trace.tracing import every_way
from simulator.trace.wire import outcome

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "oracle"
SCENARIOS = sorted(p.parent.name for p in ORACLE.glob("public/*/scenario.yaml"))
MISSING = "needs ../shared/conformance/oracle, which is not here"
KERNEL_AND_PROXY = "kernel 6.18, kube-proxy 1.36.2"

Json = dict[str, Any]
Setup = tuple[str, str, int]
"""Proxy mode, overlay, br_netfilter: how the recordings name what they were made in."""
SETUPS: list[Setup] = list(product(("iptables", "nftables"), ("host-gw", "vxlan"), (1, 0)))


class Recorded(msgspec.Struct):
    """A flow as it was recorded in one set-up; `paths` are the rules that its first packet met."""

    flow: Json
    result: Json
    paths: list[Json] | None

    @property
    def outcomes(self) -> list[Json]:
        return list(self.result["outcomes"])

    @property
    def question(self) -> Json:
        """The flow without its answers; a sticky client is told which server it had first, as that is left to chance."""
        asked = {k: self.flow[k] for k in ("id", "src", "dst", "port", "proto", "via", "http") if k in self.flow}
        if self.flow.get("sticky"):
            asked["pin"] = [next((o["server"] for o in self.outcomes if o.get("server")), None)]
        return asked


class Held(msgspec.Struct):
    """How a flow went against its recording: by level whether it was equal (None: not recorded), the first difference,
    and what its steps are known by."""

    name: str
    levels: dict[str, bool | None]
    difference: str | None
    kinds: set[tuple[Any, str]]

    @property
    def equal(self) -> bool:
        return False not in self.levels.values()


def checker() -> ModuleType:
    """The recorder's own comparison."""
    if str(ORACLE) not in sys.path:
        sys.path.insert(0, str(ORACLE))
    import check_oracle

    return check_oracle


def manifests(scenario: str) -> Path:
    return ORACLE / "public" / scenario / "scenario.yaml"


def read(scenario: str, name: str) -> Any:
    return json.loads((ORACLE / "public" / scenario / "expected" / name).read_text())


def recorded(scenario: str, setup: Setup) -> list[Recorded]:
    """Every flow that was recorded in a set-up."""
    paths = {
        (f["id"], r["proxy"], r["overlay"], r["br_netfilter"]): r["outcomes"]
        for f in read(scenario, "rulepath.json")["flows"]
        for r in f["results"]
    }
    return [
        Recorded(flow, result, paths.get((flow["id"], *setup)))
        for flow in read(scenario, "flows.json")["flows"]
        for result in flow["results"]
        if (result["proxy"], result["overlay"], result["br_netfilter"]) == setup
    ]


def settings(scenario: str, setup: Setup) -> dict[str, str]:
    """What a scenario was recorded with, as --set says it."""
    proxy, overlay, br_netfilter = setup
    found = {
        "cni": "bridge",
        "proxy": proxy,
        "overlay": overlay,
        "sysctl.net.bridge.bridge-nf-call-iptables": str(br_netfilter),
    }
    if read(scenario, "flows.json").get("lab", {}).get("hairpin") == 0:
        found["cni.hairpinMode"] = "false"
    return found


def held(scenario: str, setup: Setup) -> Iterator[Held]:
    """Every flow of a scenario in a set-up, walked and held against its recording."""
    source = SourceFile("scenario.yaml", manifests(scenario).read_bytes())
    cluster = build_cluster(read_manifests([source]), settings(scenario, setup))
    network = compile_network(cluster)
    for record in recorded(scenario, setup):
        asked = record.question
        target = asked["dst"] if asked.get("port") is None or asked["proto"] == "ICMP" else _target(asked)
        flow = msgspec.structs.replace(
            ask(cluster, asked["src"], target, asked["proto"]).flow,
            via=asked.get("via"), http_path=asked.get("http"), pin=tuple(asked.get("pin", ())),
        )  # fmt: skip
        told, said = answers(network, flow)
        levels, difference = checker().compare(record.outcomes, told, record.paths, setup[0])
        steps = [step for each in said for leg in each.legs for step in leg.steps]
        kinds = {
            (setup_of(cluster.profile, s.packet), kind) for s in steps for kind in known_by(s, network.netns(s.netns))
        }
        yield Held(f"{scenario}/{asked['id']}", levels, difference, kinds)


def _target(asked: Json) -> str:
    return f"[{asked['dst']}]:{asked['port']}" if ":" in asked["dst"] else f"{asked['dst']}:{asked['port']}"


def answers(network: Network, flow: Flow) -> tuple[list[Json], Sequence[Any]]:
    """Every outcome that chance allows; of a sticky client its first two connections."""
    if not flow.pin:
        ways = every_way(network, flow)
        return [outcome(way.session, way.said, flow) for way in ways], [way.said for way in ways]

    def pinned(options: Sequence[Any]) -> int:
        return next((i for i, option in enumerate(options) if option.pick == flow.pin[0]), 0)

    first, second = open_session(network, flow, pinned, 0), open_session(network, flow, pinned, 0)
    said = [converse(first, flow)]
    second.recent = first.recent
    said.append(converse(second, flow))
    return [
        {"nth": n} | outcome(s, x, flow) for n, (s, x) in enumerate(zip((first, second), said, strict=True), 1)
    ], said
