"""What can be broken is a closed set of texts, each read, checked and told in a sentence."""

import pytest

from simulator import SourceFile, build_cluster, read_manifests
from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import KINDS, MAX_FAULTS, Fault, FaultError, checked, parse_faults

MANIFESTS = b"""
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: default}
spec: {nodeName: node-a, containers: [{name: web, image: web}]}
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return build_cluster(read_manifests([SourceFile("web.yaml", MANIFESTS)]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_every_kind_is_read_found_and_told_and_written_as_it_was(kind: str, cluster: Cluster) -> None:
    text = f"{kind}:{KINDS[kind].example}"
    (found,) = checked(cluster, parse_faults([text]))
    assert str(found.fault) == text
    assert found.host in found.says
    assert found.says.endswith(".")
    assert "{" not in found.says


def test_a_device_may_be_of_a_pod_or_a_machine(cluster: Cluster) -> None:
    texts = ["link-cut:default/web-0/eth0", "link-cut:node-a/veth@default/web-0", "mtu:router/eth0=1400"]
    found = checked(cluster, parse_faults(texts))
    assert [(f.host, f.what) for f in found] == [
        ("default/web-0", "eth0"), ("node-a", "veth@default/web-0"), ("router", "eth0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("pod-stoped:default/web-0", "bad-fault", 'Did you mean "pod-stopped"?'),
        ("earthquake:node-a", "bad-fault", "Faults are pod-stopped, "),
        ("pod-stopped", "bad-fault", 'Write it as in "pod-stopped:default/web-0".'),
        ("mtu:node-a/eth0=12", "bad-fault", 'Write it as in "mtu:node-a/eth0=1400".'),
        ("mtu:node-a/eth0", "bad-fault", 'Write it as in "mtu:node-a/eth0=1400".'),
        ("pod-stopped:default/web-1", "unknown-fault-target", "Did you mean default/web-0?"),
        ("node-cut:node-z", "unknown-fault-target", "Did you mean node-"),
        ("link-cut:node-a", "bad-fault", 'Write it as in "link-cut:node-a/eth0".'),
        ("route-forgotten:node-a/here", "bad-fault", 'Write it as in "route-forgotten:node-a/10.244.2.0/24".'),
        ("sysctl-off:node-a/net.ipv4.ip_forwarding", "unknown-fault-target", "Did you mean net.ipv4.ip_forward"),
        ("port-blocked:node-a/99999/UDP", "bad-fault", 'Write it as in "port-blocked:node-b/8472/UDP".'),
        ("fdb-forgotten:default/web-0/mac", "unknown-fault-target", "Name its node."),
    ],
)
def test_a_text_that_will_not_do_is_refused_with_a_hint(text: str, code: str, words: str, cluster: Cluster) -> None:
    with pytest.raises(FaultError) as refused:
        checked(cluster, parse_faults([text]))
    assert refused.value.code == code
    assert words in refused.value.hint


def test_the_same_fault_twice_is_one_and_too_many_are_refused() -> None:
    assert parse_faults(["node-cut:node-a", " node-cut:node-a "]) == (Fault("node-cut", "node-a"),)
    with pytest.raises(FaultError) as refused:
        parse_faults([f"node-cut:node-{n}" for n in range(MAX_FAULTS + 1)])
    assert refused.value.code == "too-many-faults"
