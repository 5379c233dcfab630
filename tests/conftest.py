"""Fixtures that every part of the suite uses."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded truth and real manifests beside the repository; it is not part of it."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (recorded conformance data and the manifest corpus), which is not here")
    return folder
