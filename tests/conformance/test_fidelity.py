"""Badges are earned: the table behind them says what the flows of the suite hold, no less and no more."""

import pytest

from scripts.fidelity import RECORDED, REPLAYED, TABLE, Kinds, counted, recorded_flows, source_text
from scripts.fidelity_doc import DOCUMENT, document, held_steps
from simulator.compilers.fidelity_table import SOURCES
from tests.conformance import replays
from tests.conformance.recordings import MISSING, SCENARIOS

STALE = "written by `make fidelity`, and no longer what is held: run it again"


@pytest.mark.oracle
@pytest.mark.skipif(not SCENARIOS, reason=MISSING)
def test_the_table_is_what_the_recordings_hold() -> None:
    what = next(source.what for source in SOURCES if source.flows_are == RECORDED)
    assert source_text(counted(what, RECORDED, recorded_flows())) in TABLE.read_text(encoding="utf-8"), STALE


@pytest.fixture(scope="module")
def held_by_replays() -> list[Kinds]:
    return []


@pytest.mark.oracle
@pytest.mark.parametrize("built", replays.SETUPS, ids=lambda built: "-".join(map(str, built)))
def test_the_kernel_does_what_the_model_does(built: replays.Built, held_by_replays: list[Kinds]) -> None:
    lack = replays.missing()
    if lack is not None:
        pytest.skip(lack)
    flows = list(replays.replayed(built))
    assert [f"{flow.name}: {'; '.join(flow.differences)}" for flow in flows if flow.differences] == []
    held_by_replays += [flow.kinds for flow in flows]


@pytest.mark.oracle
def test_the_table_is_what_the_replays_hold(held_by_replays: list[Kinds]) -> None:
    if not held_by_replays:
        pytest.skip("nothing was replayed")
    what = next(source.what for source in SOURCES if source.flows_are == REPLAYED)
    assert source_text(counted(what, REPLAYED, held_by_replays)) in TABLE.read_text(encoding="utf-8"), STALE


def test_the_document_has_what_the_table_says() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert document(text, SOURCES, but="modelled") == text, STALE


def test_nothing_that_is_held_is_called_modelled_everywhere() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").partition("<!-- modelled -->")[2].partition("<!-- /modelled -->")[0]
    named = {word.strip("` ,.\n") for word in text.split(", ")}
    assert "encapsulate.vxlan" not in named
    assert not named & held_steps(SOURCES)
