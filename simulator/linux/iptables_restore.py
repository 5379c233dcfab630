"""Reading iptables-save text, and what iptables-restore takes: the opposite of `iptables_save.py`.

What is not understood is a ParseProblem, never skipped: a rule that is left out would make a trace a lie.
Originals: iptables/iptables-restore.c, libxtables/xtables.c, extensions/libxt_*.c.
"""

from collections.abc import Mapping
from ipaddress import ip_network

from simulator.linux.iptables import (
    Chain,
    Destination,
    InInterface,
    IpProtocol,
    Jump,
    Match,
    OutInterface,
    Rule,
    Source,
    Table,
    Tables,
    Target,
)
from simulator.linux.iptables_extensions import (
    L4_MODULES,
    MODULES,
    PROTOCOLS,
    TARGET_OPTIONS,
    TARGETS,
    Option,
    build_match,
)
from simulator.linux.reading import ParseProblem
from simulator.packet.headers import IPNetwork, Protocol

ALIASES = {
    "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--in-interface": "-i",
    "--out-interface": "-o", "--protocol": "-p", "--match": "-m", "--jump": "-j", "--destination-port": "--dport",
    "--source-port": "--sport", "--destination-ports": "--dports",
}  # fmt: skip
HEADER_ORDER: Mapping[type, int] = {Source: 0, Destination: 1, InInterface: 2, OutInterface: 3, IpProtocol: 4}
PORT_OPTIONS = ("--sport", "--dport")


def parse(text: str, family: int) -> Tables:
    """The tables of one family. Counters and comment lines are dropped, as iptables-restore does."""
    tables: dict[str, Table] = {}
    chains: dict[str, Chain] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        try:
            if line.startswith("*"):
                chains = {}
                tables[line[1:]] = Table(line[1:], chains)
            elif line and line != "COMMIT" and not line.startswith("#"):
                _read_line(line, chains, family)
        except ParseProblem as problem:
            raise ParseProblem(problem.message, problem.hint, number, line) from None
    return Tables(family, tables)


def _read_line(line: str, chains: dict[str, Chain], family: int) -> None:
    if line.startswith("["):
        line = line.partition("] ")[2]
    if line.startswith(":"):
        name, policy = line[1:].split()[:2]
        chains.setdefault(name, Chain(name, (), None if policy == "-" else policy))
        return
    words = _words(line)
    if len(words) < 2 or words[0] not in ("-A", "--append"):
        raise ParseProblem("neither a table, a chain nor a rule", "Paste the output of iptables-save as it is.")
    if words[1] not in chains:
        raise ParseProblem(f"chain {words[1]} is not declared", f"Add the line “:{words[1]} - [0:0]” to its table.")
    chain = chains[words[1]]
    chain.rules = (*chain.rules, _RuleReader(words[2:], family, chains).read())


def _words(line: str) -> list[str]:
    """iptables/xshared.c:add_param_to_argv(): blanks separate, double quotes join, a backslash escapes inside them."""
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for letter in line:
        if escaped or (quoted and letter not in '"\\'):
            word, escaped = (word or "") + letter, False
        elif letter == "\\" and quoted:
            escaped = True
        elif letter == '"':
            quoted, word = not quoted, word or ""
        elif letter in " \t":
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + letter
    if quoted:
        raise ParseProblem("a quote is not closed", "Close it, or remove it.")
    return words if word is None else [*words, word]


class _RuleReader:
    """Reads the words of one rule: header fields first, then modules in the order in which they are named."""

    def __init__(self, words: list[str], family: int, chains: Mapping[str, Chain]) -> None:
        self._words = words
        self._family = family
        self._chains = chains
        self._headers: list[Match] = []
        self._modules: list[tuple[str, dict[str, Option]]] = []
        self._target: str | None = None
        self._target_options: dict[str, Option] = {}
        self._protocol: Protocol | None = None

    def read(self) -> Rule:
        while self._words:
            invert = self._words[0] == "!"
            if invert:
                self._words.pop(0)
            self._read_option(self._next("an option"), invert)
        matches = [build_match(name, options, self._family) for name, options in self._modules]
        headers = sorted(self._headers, key=lambda match: HEADER_ORDER[type(match)])
        return Rule((*headers, *matches), self._read_target())

    def _next(self, what: str) -> str:
        if not self._words:
            raise ParseProblem(f"{what} is missing at the end", "The line seems to be cut.")
        return self._words.pop(0)

    def _read_option(self, option: str, invert: bool) -> None:
        option = ALIASES.get(option, option)
        if option in ("-s", "-d", "-i", "-o", "-p"):
            self._read_header(option, self._next(f"the value of {option}"), invert)
        elif option == "-m":
            self._load(self._next("the name of a match"))
        elif option == "-j":
            self._target = self._known_target(self._next("the target"))
        elif self._target is not None and option in TARGET_OPTIONS.get(self._target, {}):
            self._target_options[option] = self._value(option, TARGET_OPTIONS[self._target][option], invert)
        else:
            self._read_module_option(option, invert)

    def _read_header(self, option: str, value: str, invert: bool) -> None:
        if option == "-p":
            self._protocol = _protocol(value)
            self._headers.append(IpProtocol(self._protocol, invert))
        elif option in ("-s", "-d"):
            self._headers.append((Source if option == "-s" else Destination)(_network(value, self._family), invert))
        else:
            self._headers.append((InInterface if option == "-i" else OutInterface)(value, invert))

    def _load(self, name: str) -> None:
        if name not in MODULES:
            known = ", ".join(sorted(MODULES))
            raise ParseProblem(f"match “{name}” is not known", f"NetViz knows the matches {known}.")
        self._modules.append((name, {}))

    def _read_module_option(self, option: str, invert: bool) -> None:
        """An option belongs to the module named last that has it; -p tcp brings its module along."""
        if option in PORT_OPTIONS and self._protocol and not any(name in L4_MODULES for name, _ in self._modules):
            self._load(self._protocol.keyword)
        for name, options in reversed(self._modules):
            if option in MODULES[name]:
                options[option] = self._value(option, MODULES[name][option], invert)
                return
        raise ParseProblem(f"option “{option}” is not known", "NetViz would have to guess what it does, so it stops.")

    def _value(self, option: str, takes_value: bool, invert: bool) -> Option:
        return Option(self._next(f"the value of {option}") if takes_value else "", invert)

    def _known_target(self, name: str) -> str:
        if name not in TARGETS and name not in self._chains:
            hint = f"NetViz knows the targets {', '.join(sorted(TARGETS))}; a chain is declared before it is used."
            raise ParseProblem(f"“{name}” is neither a chain of this table nor a known target", hint)
        return name

    def _read_target(self) -> Target | None:
        if self._target is None:
            return None
        build = TARGETS.get(self._target)
        return Jump(self._target) if build is None else build(self._target_options, self._family)


def _network(value: str, family: int) -> IPNetwork:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise ParseProblem(f"“{value}” is no address or network", "Names and lists are not read.") from None
    if network.version != family:
        raise ParseProblem(f"“{value}” is not IPv{family}", "iptables holds IPv4 rules, ip6tables IPv6 rules.")
    return network


def _protocol(value: str) -> Protocol:
    if value not in PROTOCOLS:
        raise ParseProblem(f"protocol “{value}” is not known", f"NetViz knows {', '.join(sorted(PROTOCOLS))}.")
    return PROTOCOLS[value]
