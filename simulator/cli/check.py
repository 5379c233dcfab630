"""netviz check: every problem in the manifests, each with its page. Exit 1 if one of them is an error."""

import argparse
from collections.abc import Sequence
from typing import Any

from simulator.cli.inputs import load
from simulator.cli.output import BOLD, DIM, GREEN, RED, clean, paint, write, write_bytes
from simulator.diagnostics import Level, Problem

ORDER = (Level.ERROR, Level.WARNING, Level.INFO)
FOLDER = "docs/problems"
SARIF_LEVEL = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def run(args: argparse.Namespace) -> int:
    problems = load(args.paths, args.settings).problems
    if args.format == "text":
        _text(problems)
    else:
        from simulator.trace.encode import to_json

        told = (
            _sarif(problems, args.pages) if args.format == "sarif" else {"problems": _with_pages(problems, args.pages)}
        )
        write_bytes(to_json(told))
    return 1 if any(p.level is Level.ERROR for p in problems) else 0


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """As the contract has it: `line` is always there, null for a whole file."""
    told = []
    for problem in problems:
        entry: dict[str, Any] = {
            "level": problem.level.value, "id": problem.id, "message": problem.message, "hint": problem.hint,
            "file": problem.file, "line": problem.line,
        }  # fmt: skip
        if problem.column is not None:
            entry["column"] = problem.column
        if problem.object is not None:
            entry["object"] = problem.object
        told.append(entry)
    return told


def _with_pages(problems: Sequence[Problem], base: str | None) -> list[dict[str, Any]]:
    """`page`: where it is published, or its place in the sources."""
    folder = (base or FOLDER).rstrip("/")
    return [{**entry, "page": f"{folder}/{entry['id']}.md"} for entry in as_json(problems)]


def _text(problems: Sequence[Problem]) -> None:
    for problem in problems:
        place = ":".join(str(p) for p in (problem.file, problem.line, problem.column) if p is not None)
        level = paint(problem.level.value, RED if problem.level is Level.ERROR else BOLD)
        about = f"{problem.object}: " if problem.object else ""
        write(f"{clean(place) or '-'}: {level} {problem.id}: {clean(about + problem.message)}")
        if problem.hint:
            write(paint(f"    hint: {clean(problem.hint)}", DIM))
    counts = [(level, sum(p.level is level for p in problems)) for level in ORDER]
    told = ", ".join(f"{count} {level.value}{'s' if count != 1 else ''}" for level, count in counts if count)
    write(told or paint("No problems.", GREEN))


def _sarif(problems: Sequence[Problem], base: str | None) -> dict[str, Any]:
    """SARIF 2.1.0, as code hosts show it beside the lines."""
    rules = [_rule(id_, base) for id_ in sorted({p.id for p in problems})]
    tool = {"driver": {"name": "NetViz", "rules": rules}}
    results = [_sarif_result(p) for p in problems]
    return {"version": "2.1.0", "runs": [{"tool": tool, "results": results}]}


def _rule(id_: str, base: str | None) -> dict[str, Any]:
    """With the page's text, so that a reader needs no way to where it is published."""
    from simulator.cli.problem_pages import page_of

    page = page_of(id_, base)
    if page is None:
        return {"id": id_}
    return {
        "id": id_, "shortDescription": {"text": page.title}, "helpUri": page.uri,
        "help": {"text": page.text, "markdown": page.text},
    }  # fmt: skip


def _sarif_result(problem: Problem) -> dict[str, Any]:
    text = f"{problem.message} {problem.hint}".strip()
    result: dict[str, Any] = {"ruleId": problem.id, "level": SARIF_LEVEL[problem.level], "message": {"text": text}}
    if problem.file is not None:
        place: dict[str, Any] = {"artifactLocation": {"uri": problem.file}}
        if problem.line is not None:
            place["region"] = {"startLine": problem.line}
            if problem.column is not None:
                place["region"]["startColumn"] = problem.column
        result["locations"] = [{"physicalLocation": place}]
    return result
