"""netviz lab: the labs there are, and what is wrong with those in a folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli.failure import Failure
from simulator.cli.output import GREEN, RED, clean, paint, write, write_bytes

if TYPE_CHECKING:
    from netviz.labs.model import Lab
    from simulator.diagnostics import Problem

OK = 0
NO = 1


def run(args: argparse.Namespace) -> int:
    return _list(args) if args.action == "list" else _check(args)


def _list(args: argparse.Namespace) -> int:
    from netviz.labs.library import labs
    from simulator.trace.encode import to_json

    found = labs()
    if args.format == "json":
        write_bytes(to_json({"labs": [_listed(lab) for lab in found]}))
        return OK
    for lab in found:
        number = "" if lab.number is None else str(lab.number)
        write(f"{number:>3}  {lab.title} ({lab.minutes} min)")
        write(f"     {lab.summary}")
    return OK


def _listed(lab: "Lab") -> dict[str, Any]:
    kinds = [screen.task.kind for screen in lab.screens if screen.task is not None]
    return {"slug": lab.slug, "number": lab.number, "session": lab.session, "title": lab.title,
            "summary": lab.summary, "minutes": lab.minutes, "optional": lab.optional, "tasks": kinds}  # fmt: skip


def _check(args: argparse.Namespace) -> int:
    from netviz.labs.check import check
    from netviz.labs.library import files_of
    from netviz.labs.reading import Problems

    found: list[tuple[str, tuple[Problem, ...]]] = []
    for folder in _folders(args):
        problems = Problems()
        files = files_of(folder, problems)
        found.append((folder.name, (*problems, *(check(folder.name, files, args.seeds) if files else ()))))
    return _tell(found, args.format)


def _folders(args: argparse.Namespace) -> list[Path]:
    if args.all == bool(args.folders):
        raise Failure("Which labs?", "Name their folders, or give --all for those that come with NetViz.")
    if args.seeds < 1:
        raise Failure("--seeds is at least 1.", "Without it, 20 variants of each lab are tried.")
    if args.all:
        from netviz.labs.library import folders

        return folders()
    named = [Path(folder).resolve() for folder in args.folders]
    missing = next((given for given, folder in zip(args.folders, named, strict=True) if not folder.is_dir()), None)
    if missing is not None:
        raise Failure(f"{missing}: no such folder.", "A lab is a folder with lab.md in it.")
    return named


def _tell(found: "list[tuple[str, tuple[Problem, ...]]]", form: str) -> int:
    from simulator.trace.encode import to_json

    count = sum(len(problems) for _, problems in found)
    if form == "json":
        write_bytes(to_json({"labs": [{"slug": slug, "problems": problems} for slug, problems in found]}))
        return NO if count else OK
    for slug, problems in found:
        write(f"{paint('sound', GREEN) if not problems else paint('wrong', RED)}  {clean(slug)}")
        for problem in problems:
            place = clean(problem.file or slug) + (f":{problem.line}" if problem.line else "")
            write(f"    {place}: {clean(problem.message)}")
            write(f"        {clean(problem.hint)}  [{problem.id}]")
    write(f"{len(found)} lab{'s' if len(found) != 1 else ''}, {count} problem{'s' if count != 1 else ''}")
    return NO if count else OK
