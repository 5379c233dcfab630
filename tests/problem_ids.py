"""The ids of all problems that the code can tell, read from the source: each place where a problem is made names one."""

import ast
from collections.abc import Iterator
from pathlib import Path

from simulator.cluster.http.gateway_checks import IDS
from simulator.linux.reading import INVALID, UNKNOWN
from simulator.manifests.limits import _WHAT

SOURCE = Path(__file__).resolve().parent.parent / "simulator"
METHODS = {"error": 0, "warning": 0, "info": 0, "add": 1, "wrong": 0}
"""Which argument of `problems.error(...)` and its like is the id; a message and a hint come after it."""
PARAMETER = "id_"
"""What a function calls an id that it is handed."""
ELSEWHERE = {
    ("cluster/http/gateway_checks.py", "_condition"): set(IDS.values()),
    ("cluster/nodes.py", "_tell_lacking"): {"node-without-address", "node-without-pod-cidr"},
    ("linux/reading.py", "_told"): {INVALID, UNKNOWN},
    ("manifests/limits.py", "problem"): {f"limit-{limit.replace('_', '-')}" for limit in _WHAT},
}
"""Functions that take the id from a table or a value, with the ids that they can take."""


def told_ids() -> set[str]:
    """Every id; a place whose id can't be read is an AssertionError with its line."""
    return {id_ for path in sorted(SOURCE.rglob("*.py")) for id_ in _of_file(path)}


def _of_file(path: Path) -> Iterator[str]:
    name, tree = path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    helpers = {f.name: at for f in functions if (at := _position(f)) is not None}
    for function in functions:
        handed = _position(function) is not None
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            expression = _id_of(call, helpers)
            if expression is None or (handed and isinstance(expression, ast.Name) and expression.id == PARAMETER):
                continue
            yield from _read(expression, constants) or _listed(name, function.name, call)


def _position(function: ast.FunctionDef) -> int | None:
    names = [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]
    return names.index(PARAMETER) if PARAMETER in names else None


def _id_of(call: ast.Call, helpers: dict[str, int]) -> ast.expr | None:
    """The argument that is an id, if this call makes a problem."""
    called = call.func
    if isinstance(called, ast.Name):
        at = 1 if called.id == "Problem" else helpers.get(called.id)
    elif isinstance(called, ast.Attribute):
        at = (METHODS | helpers).get(called.attr)
    else:
        at = None
    return call.args[at] if at is not None and len(call.args) > at + 2 else None


def _read(expression: ast.expr, constants: dict[str, object]) -> set[str]:
    if isinstance(expression, ast.IfExp):
        return _read(expression.body, constants) | _read(expression.orelse, constants)
    value = constants.get(expression.id) if isinstance(expression, ast.Name) else None
    value = expression.value if isinstance(expression, ast.Constant) else value
    return {value} if isinstance(value, str) else set()


def _listed(file: str, function: str, call: ast.Call) -> set[str]:
    assert (file, function) in ELSEWHERE, f"{file}:{call.lineno} makes a problem with an id that can't be read"
    return ELSEWHERE[file, function]
