"""Settings that can be had, but not without a word: ranges that overlap, a machine nowhere, half of a dual stack."""

from collections.abc import Iterable, Sequence

from simulator.cluster.model import Node
from simulator.cluster.problems import Problems
from simulator.cluster.profile import Profile, misplaced, overlaps
from simulator.cluster.profile_document import written_setting
from simulator.diagnostics import Level
from simulator.manifests.manifest import Manifest


def check_profile(profile: Profile, documents: Sequence[Manifest], nodes: Iterable[Node], problems: Problems) -> None:
    """Each is told at the line of its ClusterProfile document, if it is from one."""
    for key, cidr, other, taken in overlaps(profile):
        message = f"{cidr} ({key}) and {taken} ({other}) overlap, so some addresses mean two things."
        hint = f"Choose another range: --set {key}=..."
        _tell(problems, documents, (key, other), "ranges-overlap", message, hint)
    for key, address, other, taken in misplaced(profile):
        message = f"{address} ({key}) is in or beside {taken} ({other}): packets for it are sent there."
        hint = f"Choose an address apart from all ranges: --set {key}=..."
        _tell(problems, documents, (key, other), "machine-in-range", message, hint)
    _check_control_plane(profile, documents, nodes, problems)
    _check_families(profile, documents, problems)


def _check_control_plane(
    profile: Profile, documents: Sequence[Manifest], nodes: Iterable[Node], problems: Problems
) -> None:
    address = profile.control_plane_address
    if address in profile.underlay or any(address in node.addresses for node in nodes):
        return
    message = (
        f"The control plane's address {address} is not in the underlay, {profile.underlay}, and no Node has it: "
        "nobody has a way to it."
    )
    hint = f"Choose an address in the underlay, as in --set controlPlane={profile.underlay[10]}."
    _tell(problems, documents, ("controlPlane", "underlay"), "control-plane-unreachable", message, hint)


def _check_families(profile: Profile, documents: Sequence[Manifest], problems: Problems) -> None:
    pods, services = ({cidr.version for cidr in cidrs} for cidrs in (profile.cluster_cidrs, profile.service_cidrs))
    if pods == services:
        return
    key, lacks = ("serviceCIDR", pods - services) if pods - services else ("clusterCIDR", services - pods)
    whose, others = ("Services", "pods") if key == "serviceCIDR" else ("Pods", "Services")
    message = f"{whose} have no IPv{lacks.pop()} range, but {others} have: in that family nobody reaches a Service."
    hint = "Give both the same families: --set clusterCIDR=...,... --set serviceCIDR=...,..."
    _tell(problems, documents, (key, "clusterCIDR", "serviceCIDR"), "dual-stack-half", message, hint)


def _tell(
    problems: Problems, documents: Sequence[Manifest], keys: tuple[str, ...], id_: str, message: str, hint: str
) -> None:
    """At the line of the first of these settings that a document says."""
    found = (place for key in keys if (place := written_setting(documents, key)) is not None)
    manifest, path = next(found, (None, ()))
    problems.add(Level.WARNING, id_, message, hint, manifest, path)
