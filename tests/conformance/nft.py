"""nft itself, to read a text and say what it understood."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

needs_nft = pytest.mark.skipif(
    not (shutil.which("nft") and shutil.which("unshare") and os.geteuid() == 0),
    reason="needs nft, unshare and root (Debian: apt install nftables)",
)

Listed = dict[str, Any]


def listed_text(text: str) -> str:
    """What nft list ruleset prints after nft -f has read a text, in a network namespace of its own."""
    return _said(text, "nft list ruleset")


def _said(text: str, question: str) -> str:
    command = ["unshare", "-n", "sh", "-c", f"nft -f - && {question}"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:500]
    return done.stdout


def listed(text: str) -> list[Listed]:
    """What nft makes of a text, in a network namespace of its own; handles, which are chance, are left out."""
    found = [one for one in json.loads(_said(text, "nft -j list ruleset"))["nftables"] if "metainfo" not in one]
    for one in found:
        for body in one.values():
            body.pop("handle", None)
    return found
