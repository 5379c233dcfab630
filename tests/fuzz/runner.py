"""Runs worlds through the model and the kernel, and keeps what does not agree.

`python -m tests.fuzz.runner --flows 10000 --seed 1`; the last line of output is one JSON object.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings

from netviz.replay.compare import Verdict
from netviz.replay.lab import lab
from netviz.replay.names import namespaces, run_prefix
from netviz.replay.plan import make_plan
from netviz.replay.probe import machine
from netviz.replay.run import questions, replay
from simulator.analysis.ask import FlowError, ask
from simulator.cluster import build_cluster
from simulator.cluster.breaking import broken
from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import parse_faults
from simulator.compilers import compile_network
from simulator.linux import iptables_restore
from simulator.linux.iptables import Chain
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.model import Flow
from tests.fuzz.flows import flows
from tests.fuzz.worlds import World, randomly, worlds

FOUND = Path(__file__).with_name("found")
WORLDS_AT_A_TIME = 20
COLD_FLOWS = 20
"""Cold neighbours are made anew for each flow, which takes time."""


class Tally(msgspec.Struct):
    """How far a run has come."""

    set_ups: int = 0
    flows: int = 0
    mismatches: int = 0
    by: Counter[str] = msgspec.field(default_factory=Counter)


def build(world: World) -> tuple[Cluster, Network]:
    """The world's cluster and network, the foreign rules first in their chains."""
    whole = build_cluster(read_manifests([SourceFile("world.yaml", world.manifests().encode())]), world.settings)
    cluster = broken(whole, parse_faults(world.faults))
    network = compile_network(cluster)
    for node in cluster.nodes:
        for family, tables in network.netns(node).tables.items():
            for table, name, text in world.foreign:
                if (rule := text if family == 4 else for_ipv6(text)) is not None:
                    add_rule(tables.tables[table].chains[name], family, table, rule)
    return cluster, network


def for_ipv6(text: str) -> str | None:
    """The same for IPv6, None for what speaks of IPv4 addresses, or would stop neighbours from finding each other."""
    if "." in text or "-p icmp" in text:
        return None
    return text.replace("icmp-host-prohibited", "icmp6-adm-prohibited").replace("icmp-port", "icmp6-port")


def add_rule(chain: Chain, family: int, table: str, text: str) -> None:
    """Put somebody else's rule first, or change the chain's policy."""
    if text.startswith("policy "):
        chain.policy = text.removeprefix("policy ")
        return
    parsed = iptables_restore.parse(f"*{table}\n:{chain.name} ACCEPT [0:0]\n-A {chain.name} {text}\nCOMMIT\n", family)
    chain.rules = (*parsed.tables[table].chains[chain.name].rules, *chain.rules)


def asked(cluster: Cluster, entries: list[dict[str, Any]]) -> Iterator[tuple[str, Flow]]:
    """The flows that can be asked at all."""
    for entry in entries:
        host = f"[{entry['dst']}]" if ":" in entry["dst"] else entry["dst"]
        target = f"{host}:{entry['port']}" if "port" in entry else entry["dst"]
        try:
            flow = ask(cluster, entry["src"], target, entry["proto"]).flow
        except FlowError:
            continue
        yield entry["id"], msgspec.structs.replace(flow, via=entry.get("via"), balancer=None, http_path=entry.get("http"),
                                                 size=entry.get("size", 0))  # fmt: skip


def compare(world: World, entries: list[dict[str, Any]]) -> list[Verdict]:
    """Verdicts on flows of one world."""
    cluster, network = build(world)
    plan = make_plan(network, namespaces(cluster), run_prefix())
    again = {entry["id"] for entry in entries if entry.get("again")}
    questions_asked = questions(network, list(asked(cluster, entries)), again)
    with lab(plan) as built:
        return list(replay(built, questions_asked, network))


def fuzz(number: int, wanted: int, per_world: int, proxies: tuple[str, ...], say: Any = None) -> Tally:
    """Compare until `wanted` flows have been, starting from a seed."""
    tally = Tally()
    while tally.flows < wanted:
        _some(number * 1_000_003 + tally.set_ups, tally, wanted, per_world, proxies)
        if say is not None:
            say(tally)
    return tally


def _some(number: int, tally: Tally, wanted: int, per_world: int, proxies: tuple[str, ...]) -> None:
    @seed(number)
    @settings(max_examples=WORLDS_AT_A_TIME, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(worlds(proxies))
    def one(world: World) -> None:
        if tally.flows >= wanted:
            return
        most = COLD_FLOWS if world.settings.get("neighbors") == "cold" else per_world
        entries = flows(build(world)[0], randomly(world), min(most, wanted - tally.flows))
        verdicts = compare(world, entries)
        tally.set_ups += 1
        tally.flows += len(verdicts)
        tally.by.update(_kinds(world, verdicts, entries))
        for verdict in verdicts:
            if not verdict.equal:
                tally.mismatches += 1
                keep(world, verdict, entries, f"{number}-{tally.set_ups}-{verdict.id}")

    one()


def _kinds(world: World, verdicts: list[Verdict], entries: list[dict[str, Any]]) -> Counter[str]:
    """How many flows were of which kind."""
    held = world.settings
    words = [held["proxy"], held["overlay"], held["cni"], f"neighbors {held.get('neighbors', 'warm')}"]
    words += ["foreign rules"] if world.foreign else []
    words += ["faults"] if world.faults else []
    words += ["policies"] if any("NetworkPolicy" in found["kind"] for found in world.objects) else []
    found = Counter(dict.fromkeys(words, len(verdicts)))
    by_id = {entry["id"]: entry for entry in entries}
    for verdict in verdicts:
        asked = by_id[verdict.id.removesuffix("-again")]
        found[asked["proto"]] += 1
        found["IPv6" if ":" in asked["dst"] else "IPv4"] += 1
        found["second connections"] += verdict.id.endswith("-again")
        found[f"result {verdict.kernel['result']}"] += 1
    return found


def keep(world: World, verdict: Verdict, entries: list[dict[str, Any]], name: str) -> None:
    """Everything that is needed to see it again."""
    folder = FOUND / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifests.yaml").write_text(world.manifests())
    told = {
        "settings": world.settings,
        "foreign": world.foreign,
        "faults": world.faults,
        "flow": next(entry for entry in entries if verdict.id.startswith(entry["id"])),
        "differences": verdict.differences,
        "model": verdict.model,
        "kernel": verdict.kernel,
    }
    (folder / "mismatch.json").write_text(json.dumps(told, indent=1))


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--flows", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--per-world", type=int, default=60)
    words.add_argument("--proxy", action="append")
    args = words.parse_args()
    missing = machine()
    if missing is not None:
        print(f"{missing.message} {missing.hint}", file=sys.stderr)
        return 2
    os.nice(10)

    def say(tally: Tally) -> None:
        print(f"{tally.flows} flows, {tally.mismatches} mismatches", file=sys.stderr, flush=True)

    tally = fuzz(args.seed, args.flows, args.per_world, tuple(args.proxy or ("iptables", "nftables")), say)
    told = {"seed": args.seed, "set_ups": tally.set_ups, "flows": tally.flows, "mismatches": tally.mismatches}
    print(json.dumps(told | {"by": dict(sorted(tally.by.items()))}))
    return 1 if tally.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
