"""Tables and chains, as nft lists them and as programs give them to nft -f.

src/parser_bison.y of nftables: table_block, chain_block, base_cmd
"""

from collections.abc import Callable, Sequence

from simulator.linux import nftables as nft
from simulator.linux.nft_read_drafts import ChainDraft, SetDraft, TableDraft
from simulator.linux.nft_read_sets import read_elements, read_set
from simulator.linux.nft_read_statements import rule
from simulator.linux.nft_read_tokens import Words, block, items
from simulator.linux.nft_read_values import FAMILIES
from simulator.linux.reading import ParseProblem, Problems, Token, short

TYPES = ("filter", "nat", "route")
HOOKS = ("prerouting", "input", "forward", "output", "postrouting")
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
POLICIES = ("accept", "drop")


class TableReader:
    """Reads one text; `drafts` are its tables in the order in which they came."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.drafts: dict[tuple[int, str], TableDraft] = {}

    def read(self, found: Sequence[Token]) -> None:
        for item in items(found, self.problems):
            self._guard(item, None, self._top)

    def _guard(self, item: Sequence[Token], place: str | None, read: Callable[[Sequence[Token]], None]) -> None:
        """Read one part; what goes wrong in it is told, and the rest is read all the same."""
        try:
            read(item)
        except ParseProblem as problem:
            self.problems.add(problem, place)

    def _top(self, item: Sequence[Token]) -> None:
        head, body = block(item)
        words = Words(head)
        added = words.accept("add")
        kind = words.next
        if kind not in _KINDS or not (added or kind == "table"):
            hint = "Tables are read as nft list ruleset shows them, or as lines with add."
            raise words.unknown(f"“{short(kind)}” is not known here", hint)
        words.take("what to add")
        _KINDS[kind](self, words, item if kind == "rule" else body)

    def table(self, words: Words, body: Sequence[Token] | None) -> None:
        draft = self._draft(words, new=True)
        _at_end(words)
        for item in items(body or (), self.problems):
            self._guard(item, draft.title, lambda item: self._in_table(draft, item))

    def _draft(self, words: Words, new: bool = False) -> TableDraft:
        family = words.take("the family")
        if family not in FAMILIES:
            words.skip_back()
            hint = "NetViz knows tables of family ip and ip6, one at a time, as kube-proxy writes them."
            raise words.unknown(f"family “{short(family)}” is not known", hint)
        key = FAMILIES[family], words.take_name("the name of the table")
        if new:
            return self.drafts.setdefault(key, TableDraft(*key))
        if key not in self.drafts:
            words.skip_back()
            raise words.invalid(f"table {short(key[1])} is not declared", "Add it first, with add table.")
        return self.drafts[key]

    def _in_table(self, draft: TableDraft, item: Sequence[Token]) -> None:
        head, body = block(item)
        words = Words(head)
        if words.accept("comment"):
            draft.comment = words.take_string("a comment")
            _at_end(words)
        elif words.accept("chain"):
            self._chain(draft, words, body or ())
        elif words.next in ("set", "map"):
            self._set(draft, words, words.take("what it is") == "map", body or ())
        else:
            hint = "NetViz knows chains, sets, maps and a comment."
            raise words.unknown(f"“{short(words.next)}” in a table is not known", hint)

    def _set(self, draft: TableDraft, words: Words, verdicts: bool, body: Sequence[Token]) -> None:
        name = words.take_name("the name of the set")
        _at_end(words)
        found = SetDraft(name, verdicts)
        if name in draft.sets:
            words.skip_back()
            raise words.invalid(f"{short(name)} is declared twice", "A set or map is declared once.")
        if read_set(found, body, draft, self.problems):
            draft.sets[name] = found
        else:
            draft.unread.add(name)

    def _chain(self, draft: TableDraft, words: Words, body: Sequence[Token]) -> None:
        name = words.take_name("the name of the chain")
        _at_end(words)
        chain = draft.chains.setdefault(name, ChainDraft(name))
        for item in items(body, self.problems):
            self._guard(item, draft.place(name), lambda item: _in_chain(chain, Words(item), draft.family))

    def added_chain(self, words: Words, body: Sequence[Token] | None) -> None:
        self._chain(self._draft(words), words, body or ())

    def added_set(self, words: Words, body: Sequence[Token] | None) -> None:
        self._set(self._draft(words), words, False, body or ())

    def added_map(self, words: Words, body: Sequence[Token] | None) -> None:
        self._set(self._draft(words), words, True, body or ())

    def added_rule(self, words: Words, item: Sequence[Token] | None) -> None:
        draft = self._draft(words)
        name = words.take_name("the name of the chain")
        if name not in draft.chains:
            words.skip_back()
            raise words.invalid(f"chain {short(name)} is not declared", "Add it first, with add chain.")
        rest = Words(item or ())
        for _ in range(5):
            rest.take("a word")
        self._guard(item or (), draft.place(name), lambda _: _read_rule(draft.chains[name], rest, draft.family))

    def added_elements(self, words: Words, body: Sequence[Token] | None) -> None:
        draft = self._draft(words)
        name = words.take_name("the name of the set")
        if name in draft.unread:
            return
        if name not in draft.sets:
            words.skip_back()
            raise words.invalid(f"set {short(name)} is not declared", "Add it first, with add set or add map.")
        read_elements(draft.sets[name], body or (), draft, self.problems)


def _at_end(words: Words) -> None:
    if not words.done:
        raise words.invalid(f"“{short(words.next)}” is too much here", "A brace is expected, or the end of the line.")


def _in_chain(chain: ChainDraft, words: Words, family: int) -> None:
    if words.accept("type"):
        chain.base = _base(words)
    elif words.next == "policy":
        _policy(chain, words)
    elif words.accept("comment"):
        chain.comment = words.take_string("a comment")
        _at_end(words)
    else:
        _read_rule(chain, words, family)


def _read_rule(chain: ChainDraft, words: Words, family: int) -> None:
    token = words.token
    chain.rules.append((rule(words, family), token))


def _base(words: Words) -> nft.BaseHook:
    kind = _one_of(words, TYPES, "type")
    words.expect("hook")
    hook = _one_of(words, HOOKS, "hook")
    words.expect("priority")
    found = nft.BaseHook(kind, hook, _priority(words))
    _at_end(words)
    return found


def _one_of(words: Words, known: Sequence[str], what: str) -> str:
    word = words.take(f"the {what}")
    if word not in known:
        words.skip_back()
        raise words.unknown(f"{what} “{short(word)}” is not known", f"NetViz knows {', '.join(known)}.")
    return word


def _priority(words: Words) -> int:
    """A number, or a standard one by name, with or without a distance."""
    if words.accept("-"):
        return -words.number("priority", 2**31)
    if words.next not in PRIORITIES:
        return words.number("priority", 2**31 - 1)
    standard = PRIORITIES[words.take("the priority")]
    for sign, factor in (("+", 1), ("-", -1)):
        if words.accept(sign):
            return standard + factor * words.number("priority", 2**31 - 1)
    return standard


def _policy(chain: ChainDraft, words: Words) -> None:
    words.take("the policy")
    policy = _one_of(words, POLICIES, "policy")
    if chain.base is None:
        words.skip_back()
        raise words.invalid("a policy without a hook", "Only a base chain has a policy; its type and hook come first.")
    chain.base = nft.BaseHook(chain.base.type, chain.base.hook, chain.base.priority, policy)
    _at_end(words)


_KINDS: dict[str, Callable[[TableReader, Words, Sequence[Token] | None], None]] = {
    "table": TableReader.table,
    "chain": TableReader.added_chain,
    "set": TableReader.added_set,
    "map": TableReader.added_map,
    "rule": TableReader.added_rule,
    "element": TableReader.added_elements,
}
