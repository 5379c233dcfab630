"""Fixtures that every part of the suite uses."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A machine with much to do is slow, and no test here is about time.
settings.register_profile("netviz", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("netviz")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded truth and real manifests beside the repository; it is not part of it."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (recorded conformance data and the manifest corpus), which is not here")
    return folder
