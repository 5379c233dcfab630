"""One rule of iptables, word by word: header fields first, then modules in the order in which they are named.

libxtables/xtables.c, iptables/xshared.c:do_parse()
"""

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_network

from simulator.linux.iptables import (
    BUILT_IN,
    Destination,
    InInterface,
    IpProtocol,
    Jump,
    Match,
    OutInterface,
    Rule,
    Source,
    Target,
)
from simulator.linux.iptables_extensions import (
    L4_MODULES,
    MODULES,
    TARGET_OPTIONS,
    TARGETS,
    Option,
    Options,
    build_match,
    protocol,
)
from simulator.linux.reading import ParseProblem, Token, short, unknown
from simulator.packet.headers import IPNetwork, Protocol

ALIASES = {
    "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--in-interface": "-i",
    "--out-interface": "-o", "--protocol": "-p", "--match": "-m", "--jump": "-j", "--destination-port": "--dport",
    "--source-port": "--sport", "--destination-ports": "--dports",
}  # fmt: skip
HEADER_ORDER: Mapping[type, int] = {Source: 0, Destination: 1, InInterface: 2, OutInterface: 3, IpProtocol: 4}
HEADERS = ("-s", "-d", "-i", "-o", "-p")
PORT_OPTIONS = ("--sport", "--dport")
CUT = "The line seems to be cut."


def read_rule(words: Sequence[Token], family: int, chains: Collection[str]) -> Rule:
    """The rule that stands behind -A CHAIN; `chains` are those of its table."""
    reader = _RuleReader(words, family, chains)
    try:
        return reader.read()
    except ParseProblem as problem:
        problem.column = problem.column or reader.column
        raise


class _Module:
    """A match that was named, and its options so far."""

    def __init__(self, name: str, column: int) -> None:
        self.name = name
        self.column = column
        self.options: dict[str, Option] = {}


class _RuleReader:
    """`column` is where the word stands that was read last."""

    def __init__(self, words: Sequence[Token], family: int, chains: Collection[str]) -> None:
        self.column = 0
        self._words = iter(words)
        self._family = family
        self._chains = chains
        self._headers: dict[str, Match] = {}
        self._modules: list[_Module] = []
        self._target: str | None = None
        self._target_options: dict[str, Option] = {}
        self._protocol: Protocol | None = None

    def read(self) -> Rule:
        for token in self._words:
            self.column = token.column
            invert = token.text == "!" and not token.quoted
            self._read_option(self._next("an option") if invert else token.text, invert)
        matches = [self._build(module) for module in self._modules]
        headers = sorted(self._headers.values(), key=lambda match: HEADER_ORDER[type(match)])
        return Rule((*headers, *matches), self._read_target())

    def _next(self, what: str) -> str:
        token = next(self._words, None)
        if token is None:
            raise ParseProblem(f"{what} is missing at the end", CUT)
        self.column = token.column
        return token.text

    def _build(self, module: _Module) -> Match:
        self.column = module.column
        return build_match(module.name, module.options, self._family)

    def _read_option(self, option: str, invert: bool) -> None:
        option = ALIASES.get(option, option)
        if option in HEADERS:
            self._read_header(option, self._next(f"the value of {option}"), invert)
        elif option in ("-m", "-j") and invert:
            raise ParseProblem(f"“! {option}” has no meaning", "A ! stands before what it negates.")
        elif option == "-m":
            self._load(self._next("the name of a match"))
        elif option == "-j":
            self._name_target(self._next("the target"))
        elif self._target is not None and option in TARGET_OPTIONS.get(self._target, {}):
            if invert:
                raise ParseProblem(f"“! {option}” has no meaning", "What a target does cannot be negated.")
            self._take_value(option, TARGET_OPTIONS[self._target], self._target_options, invert)
        else:
            self._read_module_option(option, invert)

    def _read_header(self, option: str, value: str, invert: bool) -> None:
        if option in self._headers:
            raise ParseProblem(f"{option} is there twice", "A rule has each of these once.")
        self._headers[option] = self._header(option, value, invert)

    def _header(self, option: str, value: str, invert: bool) -> Match:
        if option == "-p":
            self._protocol = protocol(value)
            return IpProtocol(self._protocol, invert)
        if option in ("-s", "-d"):
            return (Source if option == "-s" else Destination)(_network(value, self._family), invert)
        return (InInterface if option == "-i" else OutInterface)(value, invert)

    def _load(self, name: str) -> None:
        if name not in MODULES:
            known = ", ".join(sorted(MODULES))
            raise unknown(f"match “{short(name)}” is not known", f"NetViz knows the matches {known}.")
        self._modules.append(_Module(name, self.column))

    def _read_module_option(self, option: str, invert: bool) -> None:
        """An option belongs to the module named last that has it; -p tcp brings its module along."""
        column = self.column
        if option in PORT_OPTIONS and self._protocol and not any(m.name in L4_MODULES for m in self._modules):
            if self._protocol.keyword not in L4_MODULES:
                raise ParseProblem(f"{option} without a protocol that has ports", "Add -p tcp, udp or sctp.")
            self._load(self._protocol.keyword)
        for module in reversed(self._modules):
            if option in MODULES[module.name]:
                self._take_value(option, MODULES[module.name], module.options, invert)
                return
        self.column = column
        raise unknown(f"option “{short(option)}” is not known", "NetViz would have to guess what it does, so it stops.")

    def _take_value(self, option: str, known: Mapping[str, bool], options: dict[str, Option], invert: bool) -> None:
        if option in options:
            raise ParseProblem(f"{option} is there twice", "Which of them is meant?")
        options[option] = Option(self._next(f"the value of {option}") if known[option] else "", invert)

    def _name_target(self, name: str) -> None:
        if self._target is not None:
            raise ParseProblem("a second -j", "A rule has one target.")
        if name not in TARGETS and (name not in self._chains or name in BUILT_IN):
            hint = f"NetViz knows the targets {', '.join(sorted(TARGETS))}; a chain is declared before it is used."
            raise unknown(f"“{short(name)}” is neither a chain of this table nor a known target", hint)
        self._target = name

    def _read_target(self) -> Target | None:
        if self._target is None:
            return None
        build = TARGETS.get(self._target)
        options: Options = self._target_options
        return Jump(self._target) if build is None else build(options, self._family)


def _network(value: str, family: int) -> IPNetwork:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise ParseProblem(f"“{short(value)}” is no address or network", "Names and lists are not read.") from None
    if network.version != family:
        raise ParseProblem(f"“{value}” is not IPv{family}", "iptables holds IPv4 rules, ip6tables IPv6 rules.")
    return network
