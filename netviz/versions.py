"""Versions of a workspace: each change keeps what was there before, to be undone, looked at and restored."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from netviz import quotas
from netviz.models import Version, Workspace
from netviz.refusal import Refusal
from netviz.work import Taken


def record(workspace: Workspace, taken: Taken, made_by: str) -> None:
    """Put what was taken in force, as a version after the present one."""
    quotas.check_stored(len(taken.bundle) * 2 - workspace.size)
    with transaction.atomic():
        if not workspace.version:
            workspace.version = _write(workspace, 0, "upload", made=workspace.created)
        parent = workspace.version
        _take_over(workspace, taken.snapshot, taken.bundle, taken.files)
        workspace.version = _write(workspace, parent, made_by)
        _save(workspace)
        _prune(workspace)


def undo(workspace: Workspace) -> Version:
    """Go back to what the present version was made from."""
    now = _present(workspace)
    before = _numbered(workspace, now.parent) if now else None
    if before is None:
        raise Refusal(
            409, "nothing-to-undo", "There is nothing to undo here.", "This is the oldest version that is kept."
        )
    return _put(workspace, before)


def redo(workspace: Workspace) -> Version:
    """Go forward to the newest version that was made from the present one."""
    later = (
        workspace.versions.filter(parent=workspace.version).order_by("-number").first() if workspace.version else None
    )
    if later is None:
        raise Refusal(409, "nothing-to-redo", "There is nothing to redo here.", "This is the newest version.")
    return _put(workspace, later)


def restore(workspace: Workspace, number: int) -> Version:
    """What an earlier version was, as a new one: so restoring can be undone, too."""
    wanted = find(workspace, number)
    with transaction.atomic():
        parent = workspace.version
        _take_over(workspace, wanted.snapshot, bytes(wanted.bundle), wanted.files)
        workspace.version = _write(workspace, parent, "restore")
        _save(workspace)
        _prune(workspace)
    return find(workspace, workspace.version)


def find(workspace: Workspace, number: int) -> Version:
    found = _numbered(workspace, number)
    if found is None:
        raise Refusal(
            404,
            "unknown-version",
            "There is no version {number} of this workspace.",
            "The newest {most} are kept.",
            number=number,
            most=settings.NETVIZ_MAX_VERSIONS,
        )
    return found


def listed(workspace: Workspace) -> list[Version]:
    """All that are kept, the newest first, without their bundles."""
    return list(workspace.versions.defer("bundle").order_by("-number"))


def ways(workspace: Workspace) -> tuple[bool, bool]:
    """Whether there is something to undo, and to redo."""
    numbers = {version.number: version.parent for version in listed(workspace)}
    return numbers.get(workspace.version, 0) in numbers, workspace.version in numbers.values()


def _present(workspace: Workspace) -> Version | None:
    return _numbered(workspace, workspace.version)


def _numbered(workspace: Workspace, number: int) -> Version | None:
    return workspace.versions.filter(number=number).first() if number else None


def _put(workspace: Workspace, version: Version) -> Version:
    _take_over(workspace, version.snapshot, bytes(version.bundle), version.files)
    workspace.version = version.number
    _save(workspace)
    return version


def _take_over(workspace: Workspace, snapshot: str, bundle: bytes, files: list[dict[str, object]]) -> None:
    workspace.snapshot, workspace.bundle, workspace.files, workspace.size = snapshot, bundle, files, len(bundle)


def _save(workspace: Workspace) -> None:
    workspace.save(update_fields=["snapshot", "bundle", "size", "files", "version"])


def _write(workspace: Workspace, parent: int, made_by: str, made: datetime | None = None) -> int:
    """What the workspace holds now, as a version; its number."""
    newest = workspace.versions.order_by("-number").values_list("number", flat=True).first() or 0
    Version.objects.create(
        workspace=workspace,
        number=newest + 1,
        parent=parent,
        made_by=made_by,
        snapshot=workspace.snapshot,
        bundle=workspace.bundle,
        files=workspace.files,
        size=workspace.size,
        made=made or timezone.now(),
    )
    return newest + 1


def _prune(workspace: Workspace) -> None:
    """Keep the newest, and the one in force."""
    newest = list(workspace.versions.order_by("-number").values_list("pk", flat=True)[: settings.NETVIZ_MAX_VERSIONS])
    workspace.versions.exclude(pk__in=newest).exclude(number=workspace.version).delete()
