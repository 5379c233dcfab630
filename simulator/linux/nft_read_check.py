"""Whether what rules name is there, has the right type, and leads to an end.

The kernel refuses such rules, too: net/netfilter/nf_tables_api.c:nft_chain_validate(), nft_lookup_init().
"""

from collections.abc import Iterable, Iterator

from simulator.linux import nftables as nft
from simulator.linux.nft_read_drafts import TableDraft
from simulator.linux.nft_read_values import ADDRESS_TYPES, field_type
from simulator.linux.reading import INVALID, UNKNOWN, ParseProblem, Problems, Token, short

MAX_JUMPS = 16
"""NFT_JUMP_STACK_SIZE"""


def check(draft: TableDraft, problems: Problems) -> None:
    """Tell, and leave out, rules and elements that name what is not there."""
    for found in draft.sets.values():
        for key, (element, token) in list(found.elements.items()):
            if wrong := _verdict(draft, element.verdict):
                _tell(problems, wrong, token, draft.place(found.name))
                del found.elements[key]
    for chain in draft.chains.values():
        kept = []
        for rule, token in chain.rules:
            wrong = next((w for statement in rule.statements if (w := _statement(draft, statement))), None)
            if wrong is None:
                kept.append((rule, token))
            else:
                _tell(problems, wrong, token, draft.place(chain.name))
        chain.rules = kept


Wrong = tuple[str, str, str]
"""Code, message, hint."""


def _tell(problems: Problems, wrong: Wrong, token: Token, place: str) -> None:
    code, message, hint = wrong
    problems.add(ParseProblem(message, hint, token.line, column=token.column, code=code), place)


def _statement(draft: TableDraft, statement: nft.Statement) -> Wrong | None:
    address = (ADDRESS_TYPES[draft.family],)
    if isinstance(statement, nft.AddressInSet):
        return _set(draft, statement.set, address, verdicts=False)
    if isinstance(statement, nft.UpdateSet):
        return _set(draft, statement.set, address, verdicts=False, dynamic=True)
    if isinstance(statement, nft.KeyInSet):
        return _set(draft, statement.set, _types(draft, statement.fields), verdicts=False)
    if isinstance(statement, nft.VerdictMap):
        return _set(draft, statement.map, _types(draft, statement.fields), verdicts=True)
    return next((wrong for name in chains_of(statement) if (wrong := _chain(draft, name))), None)


def _types(draft: TableDraft, fields: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(field_type(field, draft.family) for field in fields)


def _set(
    draft: TableDraft, name: str, types: tuple[str | None, ...], verdicts: bool, dynamic: bool = False
) -> Wrong | None:
    what = "map" if verdicts else "set"
    if name in draft.unread:
        return UNKNOWN, f"{what} {short(name)} could not be read", "Its own problem says why."
    found = draft.sets.get(name)
    if found is None or found.verdicts is not verdicts:
        return INVALID, f"{what} {short(name)} is not declared", f"Add the {what} to this table."
    if found.type != types:
        hint = f"It holds {' . '.join(found.type)}."
        return INVALID, f"{what} {short(name)} holds values of another type than the rule looks up", hint
    if dynamic and found.timeout is None:
        return INVALID, f"set {short(name)} is none that packets fill", "Give it flags dynamic,timeout and a timeout."
    return None


def _chain(draft: TableDraft, name: str) -> Wrong | None:
    found = draft.chains.get(name)
    if found is None:
        return INVALID, f"chain {short(name)} is not declared", "Add the chain to this table."
    if found.base is not None:
        return INVALID, f"chain {short(name)} is a base chain", "Only the kernel enters a chain with a hook."
    return None


def _verdict(draft: TableDraft, verdict: nft.Verdict | None) -> Wrong | None:
    return None if verdict is None else _statement(draft, verdict)


def chains_of(statement: nft.Statement) -> Iterator[str]:
    """The chains that a statement itself names."""
    if isinstance(statement, nft.Jump | nft.Goto):
        yield statement.chain
    elif isinstance(statement, nft.GotoRandom):
        yield from statement.chains
    elif isinstance(statement, nft.InlineVerdictMap):
        for _, verdict in statement.entries:
            yield from chains_of(verdict)
