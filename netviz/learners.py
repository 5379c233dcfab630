"""Learners: progress in the labs under a private link, and labs that somebody brings along."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone

from netviz.labs import files as lab_files
from netviz.labs.reading import Problems
from netviz.models import Learner, OwnLab
from netviz.refusal import Refusal
from netviz.security import new_slug, new_token, token_hash
from simulator.manifests import Limits, SourceFile
from simulator.manifests.archive import expand, is_archive
from simulator.manifests.masking import mask_secrets

HEADER = "X-NetViz-Learner"
KEPT_DAYS = 400
MOST_LEARNERS = 100_000
MOST_OWN_LABS = 50
Name = Annotated[str, msgspec.Meta(max_length=80)]


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a task."""

    credit: Annotated[float, msgspec.Meta(ge=0, le=1)]
    answer: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    right: bool | None = None


class LabProgress(msgspec.Struct, frozen=True, omit_defaults=True):
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    done: Annotated[dict[Name, Done], msgspec.Meta(max_length=100)]
    finished: bool = False
    """Once done, it stays so, also when another variant of it is begun."""


class Course(msgspec.Struct, frozen=True):
    """As a browser keeps it, and as its file has it."""

    labs: Annotated[dict[Name, LabProgress], msgspec.Meta(max_length=300)]
    version: int = 1


def create(course: Course) -> tuple[Learner, str]:
    """A new private link; its token is told this once."""
    Learner.objects.filter(changed__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
    if Learner.objects.count() >= MOST_LEARNERS:
        raise Refusal(503, "full", "No more progress can be kept here.", "Save it as a file instead.")
    token = new_token()
    return Learner.objects.create(token_hash=token_hash(token), labs=msgspec.to_builtins(course.labs)), token


def find(request: HttpRequest) -> Learner:
    """Whose private link a request carries."""
    token = request.headers.get(HEADER, "")
    found = Learner.objects.filter(token_hash=token_hash(token)).first() if token else None
    if found is None:
        raise Refusal(404, "unknown-learner", "Nothing is kept under this link.", "Make a new one on the map of labs.")
    return found


def keep(learner: Learner, course: Course) -> None:
    learner.labs = msgspec.to_builtins(course.labs)
    learner.save(update_fields=["labs", "changed"])


def forget(learner: Learner) -> None:
    """Deletes what is kept under a link, and the labs that were brought along under it."""
    learner.delete()


def told(learner: Learner) -> dict[str, Any]:
    """What is kept, and the labs that were brought along."""
    own = [{"slug": lab.key, "title": lab.title, "url": f"/labs/{lab.key}/", "tasks": lab.tasks}
           for lab in learner.own_labs.order_by("pk")]  # fmt: skip
    return {"version": 1, "labs": learner.labs, "own": own}


def own_lab(key: str) -> OwnLab | None:
    return OwnLab.objects.filter(key=key).first()


def remove(learner: Learner, key: str) -> None:
    """Takes back a lab that was brought along under this link."""
    if not learner.own_labs.filter(key=key).delete()[0]:
        raise Refusal(404, "unknown-lab", "There is no such lab under this link.", "Look at the map of labs.")


def variant_files(lab: OwnLab) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(lab.files.items()))


def unpacked(name: str, data: bytes, limits: Limits) -> dict[str, str]:
    """The texts of an archive, without the folder that they are all in. Values of Secrets are not kept."""
    file = SourceFile(name, data)
    if not is_archive(file):
        raise Refusal(
            400, "no-archive", "A lab comes as a .zip or .tar.gz of its folder.", "Pack the folder and try again."
        )
    found, problems = expand(file, limits, lab_files.TEXT_ENDINGS)
    told = Problems()
    inside = [(one.path.removeprefix(f"{name}/"), one.data) for one in found]
    if problems:
        raise Refusal(400, "bad-lab", problems[0].message, problems[0].hint)
    texts = lab_files.texts(_bare(inside), told, "lab")
    if told:
        raise Refusal(400, "bad-lab", told[0].message, told[0].hint)
    return {path: text if path.endswith(".md") else mask_secrets(text) for path, text in texts.items()}


def _bare(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Without the one folder around everything."""
    top = {name.partition("/")[0] for name, _ in files}
    if len(top) != 1 or any("/" not in name for name, _ in files):
        return files
    return [(name.partition("/")[2], data) for name, data in files]


def bring(learner: Learner, title: str, texts: dict[str, str], tasks: list[str]) -> OwnLab:
    if learner.own_labs.count() >= MOST_OWN_LABS:
        hint = "Remove one, or begin a new link."
        raise Refusal(409, "full", "{most} labs of your own are kept.", hint, most=MOST_OWN_LABS)
    return OwnLab.objects.create(learner=learner, key=new_slug(), title=title[:200], files=texts, tasks=tasks)
