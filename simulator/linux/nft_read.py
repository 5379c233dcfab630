"""Reading what nft list ruleset prints, and what programs give to nft -f: the opposite of `nft_list.py`.

What is not understood is told with its line and column and left out; the rest of the text is read all the same. Words
come from `nft_read_tokens.py`, statements from `nft_read_statements.py`, tables from `nft_read_tables.py`; whether what
they name is there is for `nft_read_check.py`. All of it takes time in proportion to the text.
"""

import msgspec

from simulator.diagnostics import Problem
from simulator.linux import nftables as nft
from simulator.linux.nft_read_check import check
from simulator.linux.nft_read_tables import TableReader
from simulator.linux.nft_read_tokens import tokens
from simulator.linux.reading import Problems


class Reading(msgspec.Struct, frozen=True):
    """The tables that were understood, in the order of the text, and what was not."""

    ruleset: tuple[nft.Table, ...]
    problems: tuple[Problem, ...]


def read(text: str, file: str | None = None) -> Reading:
    """Everything that can be read, and a problem for everything that cannot."""
    problems = Problems()
    ruleset = _read(text, problems)
    return Reading(ruleset, problems.told(file))


def parse(text: str) -> nft.Ruleset:
    """All of it; the first thing that is not understood is raised as a ParseProblem."""
    problems = Problems()
    ruleset = _read(text, problems)
    if problems.first is not None:
        raise problems.first
    return ruleset


def _read(text: str, problems: Problems) -> tuple[nft.Table, ...]:
    reader = TableReader(problems)
    reader.read(tokens(text, problems))
    for draft in reader.drafts.values():
        check(draft, problems)
    return tuple(draft.table() for draft in reader.drafts.values())
