"""nft itself, to read a text and say what it understood."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

needs_nft = pytest.mark.skipif(
    not (shutil.which("nft") and shutil.which("unshare") and os.geteuid() == 0), reason="needs nft, unshare and root"
)

Listed = dict[str, Any]


def listed(text: str) -> list[Listed]:
    """What nft makes of a text, in a network namespace of its own; handles, which are chance, are left out."""
    command = ["unshare", "-n", "sh", "-c", "nft -f - && nft -j list ruleset"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:500]
    found = [one for one in json.loads(done.stdout)["nftables"] if "metainfo" not in one]
    for one in found:
        for body in one.values():
            body.pop("handle", None)
    return found
