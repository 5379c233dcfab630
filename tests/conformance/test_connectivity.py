"""`netviz connectivity` against the answers of other projects' test suites, compared by their own checker."""

import importlib.util
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator.cli import main

KIT = Path("conformance/connectivity")
UNSETTLED = {
    "nca-poc3-poc3": "the kit calls it doubtful: coredns is expected to be cut off, and no policy selects it",
    "npa-err-example_pods_w_same_owner_and_labels_gap_with_bad_match_expression":
        "the kit calls it legal, but the policy's name has an underscore, which other cases of the kit call an error",
}  # fmt: skip


@pytest.fixture(scope="module")
def checker(shared: Path) -> ModuleType:
    """check_connectivity.py, with the command run in this process."""
    spec = importlib.util.spec_from_file_location("check_connectivity", shared / KIT / "check_connectivity.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def answer(case: dict[str, Any], setting: str) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        main(["connectivity", f"{case['_dir']}/manifests", "--format", "json", "--set", setting])
    return json.loads(out.getvalue())


def differences(checker: ModuleType, case: dict[str, Any], setting: str) -> list[str]:
    """What the checker would say; as check_connectivity.run_case() has it."""
    expect, said = case["expect"], answer(case, setting)
    if expect["kind"] == "connections":
        if in_any_order(expect["connections"]) == in_any_order(said["connections"]):
            return []
        return checker.compare(expect["connections"], said["connections"], expect.get("scope", {}))
    if expect["kind"] == "accepted" or expect["class"] == "tool-limitation":
        return checker.problems(said, ["errors"])
    if expect["class"] == "peer-strict":
        return []
    keys = ["errors", "warnings"] if expect.get("severity") == "warning" else ["errors"]
    told = " ".join(checker.problems(said, keys))
    names = [Path(name).name for name in expect.get("files", [])]
    return [] if told and (not names or any(name in told for name in names)) else [f"not told: {expect['wrong']}"]


def is_the_same_unpoliced(case: dict[str, Any]) -> bool:
    """Whether it has hostNetwork pods, and the expected answer does not hang on what policies make of them. For a
    cluster without any, the setting says nothing: one run is enough."""
    if "decides:hostnetwork-pods-policed" in case.get("conventions", []):
        return False
    files = (file for file in Path(case["_dir"], "manifests").rglob("*") if file.is_file())
    return any(b"hostNetwork" in file.read_bytes() for file in files)


def in_any_order(connections: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    """The rows; what is equal to the letter need not be worked out address by address."""
    return sorted((row["src"], row["dst"], row["conns"]) for row in connections)


@pytest.mark.slow
@pytest.mark.parametrize("convention", ["policed", "unpoliced"])
def test_every_case_has_the_expected_answer(shared: Path, checker: ModuleType, convention: str) -> None:
    cases = checker.load_cases(shared / KIT / "public")
    assert cases
    wrong = {}
    for case in cases:
        if case["id"] in UNSETTLED or (convention == "unpoliced" and not is_the_same_unpoliced(case)):
            continue
        found = differences(checker, case, f"policy.hostNetworkPods={convention}")
        if found:
            wrong[case["id"]] = found[:3]
    assert not wrong
