"""Manifests that people really publish, and one file in odd forms: nothing crashes, nothing is lost in silence."""

from pathlib import Path

import pytest

from simulator.manifests import ManifestSet, SourceFile, read_manifests

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
SETS = sorted(path.name for path in (CORPUS / "public").glob("*"))
ODD = sorted(path.name for path in (CORPUS / "synthetic/odd").glob("*"))
RUN_ON = ("ingress-run-on.yaml", "networkpolicy-run-on.yaml")


def of_folder(folder: Path) -> list[SourceFile]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [SourceFile(str(path.relative_to(folder)), path.read_bytes()) for path in files]


def of_file(path: Path) -> ManifestSet:
    return read_manifests([SourceFile(path.name, path.read_bytes())])


def assert_sound(found: ManifestSet) -> None:
    """Every object has a line in a file that is shown, every problem words, a remedy and a line that exists."""
    for manifest in found.manifests:
        assert 1 <= manifest.line <= found.texts[manifest.file].count("\n") + 1
    for problem in found.problems:
        assert problem.message
        assert problem.hint
        assert problem.line is None or 1 <= problem.line <= found.texts[problem.file or ""].count("\n") + 1


@pytest.mark.parametrize("name", SETS)
def test_a_public_set_is_read(shared: Path, name: str):
    files = of_folder(shared / "corpus/public" / name)
    found = read_manifests(files)
    assert_sound(found)
    told = {problem.file for problem in found.problems} | {manifest.file for manifest in found.manifests}
    silent = [f.path for f in files if f.path not in told and any(not c.startswith("#") for c in content(f))]
    overridden = {
        p.message.split(" here and in ")[1].split(", line")[0] for p in found.problems if p.id == "duplicate-object"
    }
    assert set(silent) <= overridden


def content(file: SourceFile) -> list[str]:
    lines = (line.strip() for line in file.data.decode("utf-8", "replace").lstrip("\ufeff").split("\n"))
    return [line for line in lines if line and line not in ("---", "...")]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_form_is_read(shared: Path, name: str):
    found = of_file(shared / "corpus/synthetic/odd" / name)
    assert_sound(found)
    assert found.manifests or found.problems


@pytest.mark.parametrize(
    "name",
    ["bom.yaml", "cr-only.yaml", "crlf.yaml", "json-array.json", "json-stream.json", "list.json", "utf16le-bom.yaml"],
)
def test_forms_that_only_look_different_hold_the_same(shared: Path, name: str):
    folder = shared / "corpus/synthetic/odd"
    held = {manifest.ref: manifest.body for manifest in of_file(folder / name).manifests}
    assert held == {manifest.ref: manifest.body for manifest in of_file(folder / "separators.yaml").manifests}


@pytest.mark.parametrize("name", RUN_ON)
def test_lost_line_breaks_are_told_with_a_repair(shared: Path, name: str):
    (problem,) = of_file(shared / "corpus/seeds" / name).problems
    assert problem.id == "lost-line-breaks"
    assert "on a line of its own" in problem.hint
