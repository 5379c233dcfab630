"""The shape of the house: who may import whom, what the engine never does, and where tests live."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ENGINE = REPOSITORY / "simulator"

# Everybody's leaves: values that any package may name.
LEAVES = {"steps", "origin", "diagnostics", "chance"}

# A package may import what stands to its right, itself and the leaves; nothing else of the engine.
MAY_IMPORT: dict[str, set[str]] = {
    "origin": set(),
    "diagnostics": set(),
    "chance": set(),
    "steps": {"packet"},
    "packet": set(),
    "manifests": set(),
    "cluster": {"manifests", "packet"},
    "linux": {"packet"},
    "programs": {"packet"},
    "compilers": {"cluster", "manifests", "linux", "programs", "packet"},
    "datapath": {"linux", "packet"},
    "trace": {"linux", "datapath", "programs", "packet"},
    "analysis": {"manifests", "cluster", "compilers", "linux", "datapath", "programs", "packet", "trace"},
}
SEES_ALL = {"", "cli", "__main__"}

# Text in, values out: no clock, no chance of its own, no threads, no files, no web framework.
NEVER = {
    "asyncio", "concurrent", "datetime", "django", "channels", "http", "multiprocessing", "netviz", "os", "pathlib", "random",
    "secrets", "shutil", "signal", "socket", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
# Dear at start-up: a small question on the command line must not pay for them.
TOO_SLOW_TO_LOAD = {"dataclasses", "inspect", "networkx"}
# Their answers differ from run to run, or they speak to the world.
NEVER_CALLED = {"hash", "open", "print", "input", "exec", "eval"}
# The command line is the engine's one door to files, streams and the site.
DOOR = {"os", "sys", "netviz", "pathlib"}


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def package(path: Path) -> str:
    """The engine's package that a file belongs to; "" for the engine's own __init__."""
    first = path.relative_to(ENGINE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}", node.lineno


def names_of_engine(path: Path) -> Iterator[tuple[str, int]]:
    """The engine's packages that a file imports, `from simulator import x` spelled out."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "simulator":
            yield from ((alias.name, node.lineno) for alias in node.names)
    for name, line in imports(tree):
        if name.startswith("simulator."):
            yield name.split(".")[1], line


def shown(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


ENGINE_MODULES = modules(ENGINE)
INNER_MODULES = [path for path in ENGINE_MODULES if package(path) not in SEES_ALL]


def test_every_package_of_the_engine_has_its_place_in_the_law() -> None:
    known = MAY_IMPORT.keys() | SEES_ALL
    strangers = sorted({package(path) for path in ENGINE_MODULES} - known)
    assert not strangers, f"say in MAY_IMPORT what these may import: {strangers}"


@pytest.mark.parametrize("path", INNER_MODULES, ids=shown)
def test_imports_go_one_way(path: Path) -> None:
    mine = package(path)
    allowed = MAY_IMPORT[mine] | LEAVES | {mine} if mine not in LEAVES else MAY_IMPORT[mine] | LEAVES
    wrong = [f"line {line}: {name}" for name, line in names_of_engine(path) if name not in allowed]
    assert not wrong, f"{shown(path)} ({mine}) may import {sorted(allowed)}, not {wrong}"


@pytest.mark.parametrize("path", ENGINE_MODULES, ids=shown)
def test_the_engine_is_text_in_values_out(path: Path) -> None:
    never = NEVER - DOOR if package(path) in SEES_ALL else NEVER
    wrong = [f"line {n}: {name}" for name, n in imports(ast.parse(path.read_bytes())) if name.split(".")[0] in never]
    assert not wrong, f"{shown(path)} imports {wrong}"


@pytest.mark.parametrize("path", ENGINE_MODULES, ids=shown)
def test_the_engine_loads_fast(path: Path) -> None:
    topology = path == ENGINE / "linux" / "topology.py"
    slow = TOO_SLOW_TO_LOAD - {"networkx"} if topology else TOO_SLOW_TO_LOAD
    wrong = [f"line {n}: {name}" for name, n in imports(ast.parse(path.read_bytes())) if name.split(".")[0] in slow]
    assert not wrong, f"{shown(path)} imports {wrong}"


@pytest.mark.parametrize("path", INNER_MODULES, ids=shown)
def test_the_engine_calls_nothing_that_differs_from_run_to_run(path: Path) -> None:
    calls = (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call))
    named = ((node.func.id, node.lineno) for node in calls if isinstance(node.func, ast.Name))
    wrong = [f"line {line}: {name}()" for name, line in named if name in NEVER_CALLED]
    assert not wrong, f"{shown(path)} calls {wrong}"


def test_few_commands_know_the_site() -> None:
    knows = {
        shown(path)
        for path in ENGINE_MODULES
        for name, _ in imports(ast.parse(path.read_bytes()))
        if name.split(".")[0] == "netviz"
    }
    assert knows <= {f"simulator/cli/{command}.py" for command in ("serve", "replay", "take_away", "lab")}


@pytest.mark.parametrize("part", ["simulator", "netviz"])
def test_a_test_is_found_where_its_subject_is(part: str) -> None:
    """tests/PART/a/test_b.py speaks of PART/a/b.py, PART/a/b/ or the package PART/a itself."""
    lost = [shown(path) for path in modules(REPOSITORY / "tests" / part) if not has_subject(path)]
    assert not lost, f"these tests have no module of their name: {lost}"


def has_subject(test: Path) -> bool:
    if not test.name.startswith("test_"):
        return True
    folder = REPOSITORY / test.parent.relative_to(REPOSITORY / "tests")
    name = test.stem.removeprefix("test_")
    named = (folder / f"{name}.py").is_file() or (folder / name).is_dir()
    return named or (name == folder.name and folder.is_dir())


@pytest.mark.parametrize("part", ["simulator", "netviz"])
def test_every_package_has_tests(part: str) -> None:
    packages = {path.parent for path in modules(REPOSITORY / part) if path.name not in ("__init__.py", "__main__.py")}
    bare = sorted(shown(folder) for folder in packages if not is_tested(folder))
    assert not bare, f"no test looks at these: {bare}"


def is_tested(folder: Path) -> bool:
    """Whether a test mirrors the folder; migrations and commands are the site's own and tested through it."""
    if {"migrations", "management"} & set(folder.parts):
        return True
    mirror = REPOSITORY / "tests" / folder.relative_to(REPOSITORY)
    return any(mirror.rglob("test_*.py")) or (mirror.parent / f"test_{folder.name}.py").is_file()
