"""What is read and has no effect is said, so that nobody trusts a policy that is not enforced."""

from simulator.cluster import build_cluster
from simulator.manifests import SourceFile, read_manifests

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
spec:
  podSelector: {}
"""


def test_a_policy_that_is_not_enforced_is_told_with_its_line() -> None:
    cluster = build_cluster(read_manifests([SourceFile("policy.yaml", POLICY.encode())]))
    told = [p for p in cluster.problems if p.id == "not-followed"]
    assert [(p.file, p.line, p.object) for p in told] == [("policy.yaml", 1, "NetworkPolicy default/deny-all")]
    assert "not enforced" in told[0].message
