"""What policies allow in two states, pair by pair: also where no Service leads."""

from simulator.analysis.diff.allowed import Wanted, allowed_changes
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
"""
CLIENT = "  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: 80}]}]\n"
WANTED = Wanted("default/client[Pod]", "default/web[Pod]", Protocol.TCP, 80)


def cluster(text: str) -> Cluster:
    return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))


def told(old: str, new: str, *wanted: Wanted) -> list[tuple[str, str, str]]:
    found = allowed_changes(cluster(old), cluster(new), frozenset(wanted))
    return [(str(d.question), d.changes[0].old[0], d.changes[0].new[0]) for d in found]


def test_nothing_is_told_where_nothing_changes_or_nobody_has_policies():
    assert told(PODS, PODS) == []
    without = PODS[: PODS.rindex("---")]
    assert told(without, without) == []


def test_a_pair_that_is_opened_is_told_unless_it_was_wanted():
    assert told(PODS, PODS + CLIENT) == [("default/client -> default/web", "none", "TCP 80")]
    assert told(PODS, PODS + CLIENT, WANTED) == []


def test_more_than_was_wanted_is_told():
    everything = CLIENT.replace(", ports: [{port: 80}]", "")
    assert told(PODS, PODS + everything, WANTED) == [("default/client -> default/web", "none", "all")]


def test_what_is_closed_is_told():
    assert told(PODS + CLIENT, PODS) == [("default/client -> default/web", "TCP 80", "none")]


def test_the_outside_is_told_by_its_range():
    block = "  ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]\n"
    assert told(PODS, PODS + block) == [("203.0.113.0-203.0.113.255 -> default/web", "none", "all")]
