"""Workloads become the pods that their controllers would make.

Deployments (by way of ReplicaSets), StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers, Jobs and CronJobs.
A workload whose Pods are in the upload is left as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from simulator.cluster.fields import natural, part
from simulator.cluster.model import Labels
from simulator.cluster.pod_template import PodTemplate, read_template
from simulator.cluster.problems import Problems
from simulator.cluster.selectors import selector_of
from simulator.manifests.limits import SETTINGS as LIMITS
from simulator.manifests.manifest import Manifest, Path

TEMPLATE: dict[str, Path] = {
    "Deployment": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Where a workload's pod template is."""

MAKES = {"ReplicaSet": "Deployment", "Job": "CronJob"}
"""Controllers that are themselves made by another one, which appends a dash and a word to its own name."""

DEEPEST = 4
"""So many owners above each other are followed."""

Key = tuple[str, str, str]
"""Kind, namespace, name."""


class Status(msgspec.Struct, frozen=True):
    """What a Pod of the upload says about itself. `ready` and `phase` None: nothing said."""

    phase: str | None = None
    ready: bool | None = None
    addresses: tuple[tuple[str, Path], ...] = ()
    terminating: bool = False
    host_ip: str | None = None


NOTHING_SAID = Status()


class Draft(msgspec.Struct, frozen=True):
    """A pod that has no node and no address yet. `owner`: "Deployment web"."""

    name: str
    namespace: str
    template: PodTemplate
    owner: str | None = None
    status: Status = NOTHING_SAID
    ordinal: int = 0

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


class Workload(msgspec.Struct, frozen=True):
    """A workload to be expanded; `count` None: one pod for each node that will have it (a DaemonSet)."""

    manifest: Manifest
    template: PodTemplate
    count: int | None
    first: int = 0

    @property
    def namespace(self) -> str:
        return self.manifest.namespace or "default"

    def drafts(self, count: int, taken: Iterable[str]) -> Iterator[Draft]:
        """web-0, web-1, ...; where another pod has such a name already, web-deployment-0 and so on."""
        kind, name = self.manifest.kind, self.manifest.name
        ordinals = range(self.first, self.first + count)
        stem = name
        if any(f"{self.namespace}/{name}-{i}" in taken for i in ordinals):
            stem = f"{name}-{kind.lower()}"
        for i in ordinals:
            yield Draft(f"{stem}-{i}", self.namespace, self.template, f"{kind} {name}", ordinal=i)


def bare_pods(manifests: Iterable[Manifest], workloads: Mapping[Key, Manifest], problems: Problems) -> list[Draft]:
    """The Pods of the upload, by namespace and name."""
    found = []
    for manifest in manifests:
        template = read_template(manifest, (), manifest.body, problems)
        owner = _outermost(manifest, workloads)
        found.append(
            Draft(
                manifest.name, manifest.namespace or "default", template,
                f"{owner[0]} {owner[2]}" if owner else None, _status(manifest.body),
            )
        )  # fmt: skip
    found.sort(key=lambda draft: (draft.namespace, natural(draft.name)))
    return found


def workloads_of(
    manifests: Iterable[Manifest], known: Mapping[Key, Manifest], owners: set[Key], most: int, problems: Problems
) -> list[Workload]:
    """The workloads that have to be expanded, by namespace and name. `owners` have Pods in the upload; no more than
    `most` pods are made."""
    found = []
    left = most
    for manifest in sorted(manifests, key=lambda m: (m.namespace or "", natural(m.name), m.kind)):
        if _key(manifest) in owners or _outermost(manifest, known) is not None:
            continue
        prefix = TEMPLATE[manifest.kind]
        body = part(manifest.body, *(str(key) for key in prefix))
        if not body or not _consistent(manifest, body, problems):
            continue
        template = read_template(manifest, prefix, body, problems)
        count = _count(manifest, problems)
        if count is not None and count > left:
            problems.warning(
                "too-many-pods",
                f"{manifest.ref} asks for {count} pods; {left} are made, which makes {most} in all.",
                f"Lower replicas: a picture of so many pods tells nothing more. Or raise {LIMITS['pods']}.",
                manifest, ("spec", "replicas"),
            )  # fmt: skip
            count = left
        left -= count or 0
        found.append(Workload(manifest, template, count, _first_ordinal(manifest)))
    return found


def owners_of(drafts: Iterable[Draft]) -> set[Key]:
    """The workloads that have Pods in the upload."""
    return {(kind, d.namespace, name) for d in drafts if d.owner for kind, _, name in [d.owner.partition(" ")]}


def _key(manifest: Manifest) -> Key:
    return manifest.kind, manifest.namespace or "default", manifest.name


def _outermost(manifest: Manifest, workloads: Mapping[Key, Manifest]) -> Key | None:
    """Who owns a Pod in the end: its ReplicaSet's Deployment, its Job's CronJob."""
    found: Key | None = None
    there: Manifest | None = manifest
    for _ in range(DEEPEST):
        reference = _controller(there) if there is not None else None
        if reference is None:
            break
        found = str(reference.get("kind") or ""), manifest.namespace or "default", str(reference.get("name") or "")
        there = workloads.get(found)
    if found is not None and found not in workloads:
        stem, dash, _word = found[2].rpartition("-")
        above = MAKES.get(found[0], ""), found[1], stem
        return above if dash and above in workloads else found
    return found


def _controller(manifest: Manifest) -> Mapping[str, Any] | None:
    references = part(manifest.body, "metadata").get("ownerReferences") or []
    mine = (manifest.kind, "Node")  # a static pod belongs to its node
    return next((r for r in references if r.get("controller") is not False and r.get("kind") not in mine), None)


def _status(body: Mapping[str, Any]) -> Status:
    status = part(body, "status")
    terminating = part(body, "metadata").get("deletionTimestamp") is not None
    if not status:
        return Status(terminating=True) if terminating else NOTHING_SAID
    addresses: tuple[tuple[str, Path], ...] = tuple(
        (item["ip"], ("status", "podIPs", i, "ip"))
        for i, item in enumerate(status.get("podIPs") or ())
        if item.get("ip")
    )
    if not addresses and status.get("podIP"):
        addresses = ((status["podIP"], ("status", "podIP")),)
    ready = next((c.get("status") for c in status.get("conditions") or () if c.get("type") == "Ready"), None)
    return Status(
        status.get("phase"), None if ready is None else ready == "True", addresses, terminating, status.get("hostIP")
    )


def _count(manifest: Manifest, problems: Problems) -> int | None:
    spec = part(manifest.body, "spec")
    field = "replicas"
    match manifest.kind:
        case "DaemonSet":
            return None
        case "Job" | "CronJob":
            field = "parallelism"
            job = spec if manifest.kind == "Job" else part(spec, "jobTemplate", "spec")
            at_once = _whole(job.get("parallelism"), 1)
            count = min(at_once, _whole(job.get("completions"), at_once))
        case _:
            count = spec.get("replicas", 1)
    if count < 0:
        problems.error("negative-replicas", f"{field} is {count}; the API server refuses it, and no pod is made.",
                       "Write 0 or more.", manifest, ("spec", field))  # fmt: skip
        return 0
    return int(count)


def _first_ordinal(manifest: Manifest) -> int:
    ordinals = part(manifest.body, "spec").get("ordinals") if manifest.kind == "StatefulSet" else None
    start = ordinals.get("start") if isinstance(ordinals, dict) else 0
    return start if isinstance(start, int) and start >= 0 else 0


def _consistent(manifest: Manifest, body: Mapping[str, Any], problems: Problems) -> bool:
    """The API server refuses a workload that would not select its own pods."""
    labels: Labels = part(body, "metadata").get("labels") or {}
    selector = part(manifest.body, "spec").get("selector")
    if manifest.kind in ("Job", "CronJob"):
        return True
    if not selector:
        if manifest.kind != "ReplicationController" and manifest.api_version == "apps/v1":
            message = f"A {manifest.kind} needs spec.selector; the API server refuses this one."
            hint = "Add selector: with matchLabels that are among the template's labels."
            problems.error("selector-missing", message, hint, manifest, ("spec",))
        return True
    wanted = selector_of({"matchLabels": selector} if manifest.kind == "ReplicationController" else selector)
    if wanted.matches(labels):
        return True
    has = ", ".join(f"{key}={value}" for key, value in labels.items()) or "none"
    problems.error("selector-mismatch", f"This {manifest.kind} selects pods with {wanted}, but its template has other "
                   f"labels ({has}). The API server refuses it, so it has no pods.",
                   "Write the same labels in spec.selector and in spec.template.metadata.labels.", manifest,
                   ("spec", "selector"))  # fmt: skip
    return False


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
