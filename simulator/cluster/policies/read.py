"""Every policy of an upload. What the API server would refuse is left out whole, and said."""

from collections.abc import Iterable

from simulator.cluster.fields import Reader, natural
from simulator.cluster.policies.cluster_policy import ADMIN, BASELINE, CLUSTER, read_cluster_policy
from simulator.cluster.policies.model import TIERS, Policy, Tier
from simulator.cluster.policies.network_policy import read_network_policy
from simulator.cluster.problems import Problems
from simulator.diagnostics import Level
from simulator.manifests.manifest import Manifest

NETWORK = "NetworkPolicy"
GROUPS = {
    NETWORK: ("networking.k8s.io", "extensions"),
    ADMIN: ("policy.networking.k8s.io",), BASELINE: ("policy.networking.k8s.io",),
    CLUSTER: ("policy.networking.k8s.io",),
}  # fmt: skip
"""Kinds of policy and the API groups that they are of: a NetworkPolicy of projectcalico.org is something else."""
VERSIONS = {
    NETWORK: ("networking.k8s.io/v1", "extensions/v1beta1"), ADMIN: ("policy.networking.k8s.io/v1alpha1",),
    BASELINE: ("policy.networking.k8s.io/v1alpha1",), CLUSTER: ("policy.networking.k8s.io/v1alpha2",),
}  # fmt: skip
WITHOUT_DOMAIN = ("", "apps", "batch")
"""Groups that nobody can add to: there is no policy in them."""


def read_policies(manifests: Iterable[Manifest], problems: Problems) -> tuple[Policy, ...]:
    """The policies in the order in which they count: by tier, then by priority, then by name."""
    found = []
    for manifest in manifests:
        group = manifest.api_version.rpartition("/")[0]
        if manifest.kind not in GROUPS or group not in (*GROUPS[manifest.kind], *WITHOUT_DOMAIN):
            continue
        policy = _read(manifest, problems)
        if policy is not None:
            found.append(policy)
    found.sort(key=lambda p: (TIERS.index(p.tier), p.priority, p.namespace or "", natural(p.name), p.kind))
    _tell_same_priority(found, problems)
    return tuple(found)


def _read(manifest: Manifest, problems: Problems) -> Policy | None:
    own = Problems()
    reader = Reader(manifest, own)
    if manifest.api_version not in VERSIONS[manifest.kind]:
        own.error("no-such-version", f"There is no {manifest.kind} in {manifest.api_version}.",
                  f"Write apiVersion: {VERSIONS[manifest.kind][0]}.", manifest, ("apiVersion",))  # fmt: skip
    policy = read_network_policy(reader) if manifest.kind == NETWORK else read_cluster_policy(reader)
    problems.extend(own)
    if not any(problem.level is Level.ERROR for problem in own.ordered()):
        return policy
    problems.error(
        "object-left-out", f"This {manifest.kind} is left out: the API server would refuse it.",
        "Mend the lines that are named; until then nothing here is decided by it.", manifest,
    )  # fmt: skip
    return None


def _tell_same_priority(policies: Iterable[Policy], problems: Problems) -> None:
    """Which of two policies of one priority comes first, the API leaves open."""
    first: dict[tuple[str, Tier, int], Policy] = {}
    for policy in policies:
        if policy.kind in (NETWORK, BASELINE):
            continue
        other = first.setdefault((policy.kind, policy.tier, policy.priority), policy)
        if other is not policy and policy.source is not None:
            problems.error(
                "policy-same-priority",
                f"{other.ref} has the priority {policy.priority}, too: which of the two counts first is undefined.",
                "Give each policy of a tier a priority of its own.", policy.source.manifest, ("spec", "priority"),
            )  # fmt: skip
