"""Badges are earned: the table behind them says what the recordings hold, no less and no more."""

import pytest

from scripts.fidelity import TABLE, recorded_flows, source_text
from tests.conformance.recordings import KERNEL_AND_PROXY, MISSING, SCENARIOS


@pytest.mark.oracle
@pytest.mark.skipif(not SCENARIOS, reason=MISSING)
def test_the_table_is_what_the_recordings_hold() -> None:
    text = source_text(KERNEL_AND_PROXY, "recorded flows", recorded_flows())
    assert text in TABLE.read_text(encoding="utf-8"), "the table must be written again: run `make fidelity`"
