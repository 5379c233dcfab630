"""Whether what rules name is there, has the right type, and leads to an end.

The kernel refuses such rules, too: net/netfilter/nf_tables_api.c:nft_chain_validate(), nft_lookup_init().
"""

from collections.abc import Callable, Iterable, Iterator

from simulator.linux import nftables as nft
from simulator.linux.nft_read_drafts import SetDraft, TableDraft
from simulator.linux.nft_read_values import ADDRESS_TYPES, field_type
from simulator.linux.reading import INVALID, UNKNOWN, ParseProblem, Problems, Token, short
from simulator.linux.reading_loops import Loops

MAX_DEPTH = 16
"""NFT_JUMP_STACK_SIZE"""

Wrong = tuple[str, str, str]
"""Code, message, hint."""


def check(draft: TableDraft, problems: Problems) -> None:
    """Tell, and leave out, rules and elements that name what is not there, or what never ends."""
    _leave_out(draft, problems, lambda place, statement: _statement(draft, statement))
    named = {_node(found.name): _chains_in(found) for found in draft.sets.values()}
    nodes = frozenset(named)
    for chain in draft.chains.values():
        named[chain.name] = [name for rule, _ in chain.rules for s in rule.statements for name in _leads_to(s)]
    loops = Loops(named, MAX_DEPTH, nodes)
    if loops.back or loops.deep:
        _leave_out(draft, problems, lambda place, statement: _endless(loops, place, statement))


def _node(map_name: str) -> str:
    """What stands for a map among the chains."""
    return f"@{map_name}"


def _chains_in(found: SetDraft) -> list[str]:
    return [e.verdict.chain for e, _ in found.elements.values() if isinstance(e.verdict, nft.Jump | nft.Goto)]


def _leads_to(statement: nft.Statement) -> Iterator[str]:
    if isinstance(statement, nft.VerdictMap):
        yield _node(statement.map)
    yield from _chains_of(statement)


def _endless(loops: Loops, place: str, statement: nft.Statement) -> Wrong | None:
    for name in _leads_to(statement):
        if (place, name) in loops.back:
            return INVALID, f"{short(name)} leads back to this chain", "The kernel refuses it."
        if (place, name) in loops.deep:
            return INVALID, f"{short(name)} leads too deep", f"The kernel follows {MAX_DEPTH} chains at most."
    return None


def _leave_out(draft: TableDraft, problems: Problems, judge: Callable[[str, nft.Statement], Wrong | None]) -> None:
    """Tell what is wrong with rules and elements, and go on without them."""
    for found in draft.sets.values():
        for key, (element, token) in list(found.elements.items()):
            if element.verdict is not None and (wrong := judge(_node(found.name), element.verdict)):
                _tell(problems, wrong, token, draft.place(found.name))
                del found.elements[key]
    for chain in draft.chains.values():
        kept = []
        for rule, token in chain.rules:
            faults = (judge(chain.name, statement) for statement in rule.statements)
            fault = next((fault for fault in faults if fault is not None), None)
            if fault is None:
                kept.append((rule, token))
            else:
                _tell(problems, fault, token, draft.place(chain.name))
        chain.rules = kept


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
    return next((wrong for name in _chains_of(statement) if (wrong := _chain(draft, name))), None)


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


def _chains_of(statement: nft.Statement) -> Iterator[str]:
    """The chains that a statement itself names."""
    if isinstance(statement, nft.Jump | nft.Goto):
        yield statement.chain
    elif isinstance(statement, nft.GotoRandom):
        yield from statement.chains
    elif isinstance(statement, nft.InlineVerdictMap):
        for _, verdict in statement.entries:
            yield from _chains_of(verdict)
