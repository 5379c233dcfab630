"""netviz check: every problem in the manifests. Exit 1 if one of them is an error."""

import argparse
from collections.abc import Sequence
from typing import Any

from simulator.cli.inputs import load
from simulator.cli.output import BOLD, DIM, GREEN, RED, clean, paint, write, write_bytes
from simulator.diagnostics import Level, Problem

ORDER = (Level.ERROR, Level.WARNING, Level.INFO)
SARIF_LEVEL = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def run(args: argparse.Namespace) -> int:
    problems = load(args.paths, args.settings).problems
    if args.format == "text":
        _text(problems)
    else:
        from simulator.trace.encode import to_json

        write_bytes(to_json(_sarif(problems) if args.format == "sarif" else {"problems": as_json(problems)}))
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


def _sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """SARIF 2.1.0, as code hosts show it beside the lines."""
    rules = sorted({p.id for p in problems})
    tool = {"driver": {"name": "NetViz", "rules": [{"id": rule} for rule in rules]}}
    results = [_sarif_result(p) for p in problems]
    return {"version": "2.1.0", "runs": [{"tool": tool, "results": results}]}


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
