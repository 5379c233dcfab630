"""Reading iptables-save text, and what iptables-restore takes: the opposite of `iptables_save.py`.

What is not understood is a problem with its line, never skipped without a word: a rule that is left out would make a
trace a lie. The rest of the text is read all the same.
Originals: iptables/iptables-restore.c, iptables/xshared.c:add_param_to_argv(), libxtables/xtables.c.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from simulator.diagnostics import Problem
from simulator.linux.iptables import BUILT_IN, Chain, Jump, Rule, Table, Tables
from simulator.linux.iptables_rule import read_rule
from simulator.linux.reading import ParseProblem, Problems, Token, short, unknown
from simulator.linux.reading_loops import Loops

TABLES = ("raw", "mangle", "filter", "security", "nat")
POLICIES = ("ACCEPT", "DROP")
NO_POLICY = "-"
MAX_DEPTH = 100
"""Chains that jump to each other; the kernel's own limit is the number of chains."""

COUNTERS = re.compile(r"\[\d{1,20}:\d{1,20}\]")
WORD = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+')
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Reading(msgspec.Struct, frozen=True):
    """What was understood, and what was not."""

    tables: Tables
    problems: tuple[Problem, ...]


def read(text: str, family: int, file: str | None = None) -> Reading:
    """Everything that can be read, and a problem for everything that cannot."""
    problems = Problems()
    tables = _Reader(family, problems).read(text)
    return Reading(tables, problems.told(file))


def parse(text: str, family: int) -> Tables:
    """All of it; the first thing that is not understood is raised as a ParseProblem."""
    problems = Problems()
    tables = _Reader(family, problems).read(text)
    if problems.first is not None:
        raise problems.first
    return tables


class _ChainDraft:
    def __init__(self, name: str, policy: str | None) -> None:
        self.name = name
        self.policy = policy
        self.rules: list[tuple[Rule, int, str]] = []


class _Reader:
    """Reads line by line; `_chains` are those of the table that is open, None outside of one."""

    def __init__(self, family: int, problems: Problems) -> None:
        self._family = family
        self._problems = problems
        self._drafts: dict[str, dict[str, _ChainDraft]] = {}
        self._chains: dict[str, _ChainDraft] | None = None
        self._table = ""
        self._skipping = False
        self._opened = 0, ""

    def read(self, text: str) -> Tables:
        for number, line in enumerate(text.split("\n"), 1):
            stripped = line.strip(" \t\r")
            if stripped and not stripped.startswith("#"):
                self._guard(number, stripped, self._line)
        self._guard(*self._opened, self._is_committed)
        tables = {name: _table(name, drafts) for name, drafts in self._checked()}
        return Tables(self._family, tables)

    def _guard(self, number: int, line: str, read: Callable[[int, str], None]) -> None:
        try:
            read(number, line)
        except ParseProblem as problem:
            told = ParseProblem(
                problem.message, problem.hint, number, short(line), column=problem.column, code=problem.code
            )
            self._problems.add(told, problem.place or self._table or None)

    def _line(self, number: int, line: str) -> None:
        if line.startswith("*"):
            self._is_committed(number, line)
            self._open(line[1:], number, line)
        elif line == "COMMIT":
            self._commit()
        elif self._skipping:
            return
        elif line.startswith(":"):
            self._declare(line)
        else:
            self._rule(number, line)

    def _open(self, name: str, number: int, line: str) -> None:
        self._table, self._opened = name, (number, line)
        self._chains, self._skipping = None, True
        if name not in TABLES:
            raise unknown(f"table “{short(name)}” is not known", f"The kernel has the tables {', '.join(TABLES)}.")
        if name in self._drafts:
            raise ParseProblem(f"table {name} is there twice", "Give the rules of one family of one machine.")
        self._chains = self._drafts.setdefault(name, {})
        self._skipping = False

    def _commit(self) -> None:
        if not self._table:
            raise ParseProblem("COMMIT without a table", "A table starts with a line as *nat.")
        self._table, self._chains, self._skipping = "", None, False

    def _is_committed(self, number: int, line: str) -> None:
        """iptables-restore does nothing with a table that does not end."""
        if self._table and not self._skipping:
            raise ParseProblem(f"table {self._table} has no COMMIT", "The text seems to be cut before its end.")

    def _in_table(self) -> dict[str, _ChainDraft]:
        if self._chains is None:
            raise ParseProblem("a line outside of any table", "Paste the output of iptables-save as it is.")
        return self._chains

    def _declare(self, line: str) -> None:
        chains = self._in_table()
        words = line[1:].split()
        if not 2 <= len(words) <= 3 or (len(words) == 3 and not COUNTERS.fullmatch(words[2])):
            raise ParseProblem(
                "a chain is declared as :NAME POLICY [0:0]", "Paste the output of iptables-save as it is."
            )
        name, policy = words[:2]
        if name in chains:
            raise ParseProblem(f"chain {short(name)} is declared twice", "Remove the second line.")
        chains[name] = _ChainDraft(name, None if policy == NO_POLICY else policy)
        if policy not in (*POLICIES, NO_POLICY) or (policy != NO_POLICY and name not in BUILT_IN):
            chains[name].policy = None
            hint = f"A built-in chain has {' or '.join(POLICIES)}, any other {NO_POLICY}."
            raise ParseProblem(f"“{short(policy)}” is no policy of {short(name)}", hint)

    def _rule(self, number: int, line: str) -> None:
        words = split(line)
        if words and COUNTERS.fullmatch(words[0].text):
            words.pop(0)
        if len(words) == 2 and words[0].text in ("-X", "--delete-chain"):
            self._delete(words[1].text)
            return
        if len(words) < 2 or words[0].text not in ("-A", "--append"):
            raise ParseProblem("neither a table, a chain nor a rule", "Paste the output of iptables-save as it is.")
        chains = self._in_table()
        name = words[1].text
        if name not in chains:
            hint = f"Add the line “:{short(name)} - [0:0]” to its table."
            raise ParseProblem(f"chain {short(name)} is not declared", hint, column=words[1].column)
        try:
            rule = read_rule(words[2:], self._family, chains.keys())
        except ParseProblem as problem:
            problem.place = f"{self._table} {name}"
            raise
        chains[name].rules.append((rule, number, line))

    def _delete(self, name: str) -> None:
        """kube-proxy declares a chain that is to go, which empties it, and deletes it at the end."""
        found = self._in_table().get(name)
        if found is None or found.rules:
            raise ParseProblem(f"chain {short(name)} cannot be deleted", "It has to be declared, and empty.")
        del self._in_table()[name]

    def _checked(self) -> list[tuple[str, dict[str, _ChainDraft]]]:
        """The tables, without jumps that would go on for ever."""
        for name, chains in self._drafts.items():
            self._table = name
            loops = Loops({chain.name: _named(chain) for chain in chains.values()}, MAX_DEPTH)
            for chain in chains.values():
                self._leave_out(chain, chains, loops)
        return list(self._drafts.items())

    def _leave_out(self, chain: _ChainDraft, chains: Mapping[str, _ChainDraft], loops: Loops) -> None:
        kept = []
        for rule, number, line in chain.rules:
            wrong = _wrong(chain.name, rule, chains, loops)
            if wrong:
                problem = ParseProblem(wrong, "The kernel refuses it.", number, short(line))
                self._problems.add(problem, f"{self._table} {chain.name}")
            else:
                kept.append((rule, number, line))
        chain.rules = kept


def _wrong(chain: str, rule: Rule, chains: Mapping[str, _ChainDraft], loops: Loops) -> str:
    """What is wrong with where a rule leads."""
    if not isinstance(rule.target, Jump):
        return ""
    target = rule.target.chain
    if target not in chains:
        return f"chain {short(target)} is deleted further down"
    if (chain, target) in loops.back:
        return f"chain {short(target)} leads back to itself"
    return f"chain {short(target)} leads too deep" if (chain, target) in loops.deep else ""


def _named(chain: _ChainDraft) -> list[str]:
    return [rule.target.chain for rule, _, _ in chain.rules if isinstance(rule.target, Jump)]


def _table(name: str, drafts: dict[str, _ChainDraft]) -> Table:
    chains = {
        draft.name: Chain(draft.name, tuple(r for r, _, _ in draft.rules), draft.policy) for draft in drafts.values()
    }
    return Table(name, chains)


def split(line: str) -> list[Token]:
    """Blanks separate words, double quotes join them, and inside quotes a backslash escapes."""
    words, end = [], 0
    for match in WORD.finditer(line):
        if line[end : match.start()].strip(" \t\r\f\v"):
            break
        end = match.end()
        text = QUOTED.sub(_unquoted, match[0])
        words.append(Token(text, 0, match.start() + 1, quoted='"' in match[0]))
    if line[end:].strip(" \t\r\f\v"):
        raise ParseProblem("a quote is not closed", "Close it, or remove it.", column=end + 1)
    return words


def _unquoted(match: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", match[1])
