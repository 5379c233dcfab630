"""The build: the bundle is made when its sources change and only then, from packages locked by hash."""

import json
import os
import re
from pathlib import Path

import pytest

from hatch_build import INPUTS, digest, is_fresh, packages_are_there, stamp

REPOSITORY = Path(__file__).resolve().parent.parent
HOST = re.compile(r"https?://|--(extra-)?index-url|--find-links")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with a bundle of exactly its sources."""
    for name in (*INPUTS, "static/src/pages/home.ts"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    stamp(tmp_path).parent.mkdir(parents=True)
    stamp(tmp_path).write_text(digest(tmp_path))
    return tmp_path


def test_a_bundle_of_these_sources_is_kept(root: Path) -> None:
    assert is_fresh(root)


@pytest.mark.parametrize(
    "name", [*INPUTS, "static/src/pages/home.ts", "static/src/new.ts", "static/css/app.css", "templates/base.html"]
)
def test_a_changed_source_makes_it_stale(root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("changed")
    assert not is_fresh(root)


def test_a_source_that_went_makes_it_stale(root: Path) -> None:
    (root / "static/src/pages/home.ts").unlink()
    assert not is_fresh(root)


def test_a_bundle_without_a_stamp_was_not_finished(root: Path) -> None:
    stamp(root).unlink()
    assert not is_fresh(root)


def test_packages_are_fetched_when_the_lock_is_newer_than_they(root: Path) -> None:
    assert not packages_are_there(root)
    installed = root / "node_modules" / ".package-lock.json"
    installed.parent.mkdir()
    installed.write_text("{}")
    assert packages_are_there(root)
    os.utime(installed, (0, 0))
    assert not packages_are_there(root)


@pytest.mark.parametrize("lock", sorted((REPOSITORY / "requirements").glob("*.lock")), ids=lambda path: path.name)
def test_python_packages_are_locked_by_hash_and_to_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert not HOST.search(text)
    pinned = re.findall(r"^[\w.-]+==\S+(?: ;[^\\]*)? \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^\w", text, re.MULTILINE))


def test_npm_packages_are_locked_by_hash_and_to_no_host() -> None:
    packages = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name
