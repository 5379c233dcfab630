"""iptables-extensions(8): the matches and targets that can be read, their options and what is made of them."""

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from simulator.linux.iptables import (
    Accept,
    AddrType,
    Cgroup,
    Comment,
    CtStateMatch,
    Dnat,
    Drop,
    L4Ports,
    MarkMatch,
    Masquerade,
    Match,
    Multiport,
    NfAcct,
    PhysDev,
    Recent,
    Reject,
    Return,
    SetXMark,
    Snat,
    Statistic,
    Target,
)
from simulator.linux.reading import ParseProblem, short, unknown
from simulator.packet.headers import IPAddress, Protocol

ALL_BITS = 0xFFFFFFFF
MAX_PORT = 65535
CT_STATES = ("INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT")
PROTOCOLS = {p.keyword: p for p in Protocol if p is not Protocol.ARP} | {"icmpv6": Protocol.ICMPV6}
PROTOCOL_NUMBERS = {
    "1": Protocol.ICMP, "6": Protocol.TCP, "17": Protocol.UDP, "58": Protocol.ICMPV6, "132": Protocol.SCTP,
}  # fmt: skip
ADDRESS_KINDS = ("LOCAL", "UNICAST")
"""Of those that addrtype tells apart, the ones that the model does."""

REJECTS = {
    4: (
        "icmp-net-unreachable", "icmp-host-unreachable", "icmp-port-unreachable", "icmp-proto-unreachable",
        "icmp-net-prohibited", "icmp-host-prohibited", "icmp-admin-prohibited", "tcp-reset",
    ),
    6: ("icmp6-no-route", "icmp6-adm-prohibited", "icmp6-addr-unreachable", "icmp6-port-unreachable", "tcp-reset"),
}  # fmt: skip
DEFAULT_REJECT = {4: "icmp-port-unreachable", 6: "icmp6-port-unreachable"}
NUMBER = re.compile(r"(?P<hex>0[xX][0-9A-Fa-f]{1,16})|[0-9]{1,19}", re.ASCII)
PROBABILITY = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,40})?|\.[0-9]{1,40}", re.ASCII)
DEFAULT_RECENT_MASK = {4: "255.255.255.255", 6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}


class Option:
    """The value of one option, and whether a ! stands before it."""

    def __init__(self, value: str, invert: bool) -> None:
        self.value = value
        self.invert = invert


Options = Mapping[str, Option]


def protocol(value: str) -> Protocol:
    """By name, or by number as iptables-save prints those without one."""
    found = PROTOCOLS.get(value) or PROTOCOL_NUMBERS.get(value)
    if found is None:
        raise unknown(f"protocol “{short(value)}” is not known", f"NetViz knows {', '.join(sorted(PROTOCOLS))}.")
    return found


def _number(value: str, what: str, most: int = ALL_BITS) -> int:
    match = NUMBER.fullmatch(value)
    if match is None:
        raise ParseProblem(f"{what} “{short(value)}” is no number", "Write numbers, not names.")
    number = int(value, 16) if match["hex"] else int(value)
    if number > most:
        raise ParseProblem(f"{what} {value} is too big", f"The biggest is {most}.")
    return number


def _ports(value: str) -> tuple[int, int]:
    low, colon, high = value.partition(":")
    first = _number(low or "0", "port", MAX_PORT)
    last = _number(high or str(MAX_PORT), "port", MAX_PORT) if colon else first
    if first > last:
        raise ParseProblem(f"“{value}” is no range of ports", "The smaller one comes first.")
    return first, last


def build_match(name: str, options: Options, family: int) -> Match:
    plain = {key for key, option in options.items() if option.invert} - INVERTIBLE
    if plain:
        raise unknown(f"“! {min(plain)}” is not known", "NetViz cannot negate this option.")
    if name in L4_MODULES:
        return _l4_ports(PROTOCOLS[name], options)
    missing = REQUIRED.get(name, frozenset()) - options.keys()
    if missing:
        raise ParseProblem(f"match “{name}” without {min(missing)}", "The line seems to be cut.")
    return BUILDERS[name](options, family)


def _l4_ports(protocol: Protocol, options: Options) -> L4Ports:
    sport, dport = options.get("--sport"), options.get("--dport")
    return L4Ports(
        protocol,
        None if sport is None else _ports(sport.value),
        None if dport is None else _ports(dport.value),
        sport is not None and sport.invert,
        dport is not None and dport.invert,
    )


def _multiport(options: Options, family: int) -> Match:
    ports = options["--dports"]
    return Multiport(tuple(_ports(part) for part in ports.value.split(",")), ports.invert)


def _ct_state(options: Options, family: int) -> Match:
    states = options["--ctstate"]
    named = set(states.value.split(","))
    if named - set(CT_STATES):
        strange = short(min(named - set(CT_STATES)))
        raise unknown(f"state “{strange}” is not known", f"States: {', '.join(CT_STATES)}.")
    return CtStateMatch(tuple(state for state in CT_STATES if state in named), states.invert)


def _mark(options: Options, family: int) -> Match:
    value, _, mask = options["--mark"].value.partition("/")
    bits = _number(mask, "mask") if mask else ALL_BITS
    return MarkMatch(_number(value, "mark"), bits, options["--mark"].invert)


def _statistic(options: Options, family: int) -> Match:
    """extensions/libxt_statistic.c: stored in units of 2**-31, rounded."""
    mode, share = options["--mode"].value, options["--probability"].value
    if mode != "random":
        raise unknown(f"mode “{short(mode)}” is not known", "NetViz knows --mode random.")
    if PROBABILITY.fullmatch(share) is None or float(share) > 1:
        raise ParseProblem(f"“{short(share)}” is no probability", "Write it as 0.5.")
    return Statistic(round(float(share) * 2**31))


def _addr_type(options: Options, family: int) -> Match:
    src, dst = options.get("--src-type"), options.get("--dst-type")
    if src is None and dst is None:
        raise ParseProblem("match “addrtype” without --src-type and --dst-type", "Name one of them.")
    for option in (src, dst):
        if option is not None and option.value not in ADDRESS_KINDS:
            hint = f"NetViz tells {' and '.join(ADDRESS_KINDS)} apart."
            raise unknown(f"type of address “{short(option.value)}” is not known", hint)
    return AddrType(
        None if src is None else src.value,
        None if dst is None else dst.value,
        src is not None and src.invert,
        dst is not None and dst.invert,
    )


def _recent(options: Options, family: int) -> Match:
    actions = [action for action in ("set", "rcheck", "update", "remove") if f"--{action}" in options]
    if len(actions) != 1:
        raise ParseProblem("match “recent” needs one of --set, --rcheck, --update, --remove", "Name one of them.")
    if "--reap" in options and "--seconds" not in options:
        raise ParseProblem("match “recent” with --reap and without --seconds", "--reap forgets what is older.")
    if "--seconds" in options and actions[0] in ("set", "remove"):
        raise ParseProblem(f"match “recent” with --{actions[0]} and --seconds", "Only a look-up asks for an age.")
    if "--rsource" in options and "--rdest" in options:
        raise ParseProblem("match “recent” with --rsource and --rdest", "Name one of them.")
    seconds, mask = options.get("--seconds"), options.get("--mask")
    return Recent(
        actions[0],
        options["--name"].value if "--name" in options else "DEFAULT",
        None if seconds is None else _number(seconds.value, "seconds"),
        "--reap" in options,
        "--rdest" not in options,
        DEFAULT_RECENT_MASK[family] if mask is None else _mask(mask.value, family),
    )


def _reject(options: Options, family: int) -> Target:
    how = options.get("--reject-with")
    if how is not None and how.value not in REJECTS[family]:
        known = ", ".join(REJECTS[family])
        raise unknown(f"--reject-with “{short(how.value)}” is not known", f"NetViz knows {known}.")
    return Reject(DEFAULT_REJECT[family] if how is None else how.value)


def _mask(value: str, family: int) -> str:
    """Of the addresses that a list keeps; the model keeps whole ones."""
    if value != DEFAULT_RECENT_MASK[family]:
        raise unknown(f"--mask “{short(value)}” is not known", f"NetViz knows {DEFAULT_RECENT_MASK[family]}.")
    return value


def _nat(option: str, options: Options, family: int) -> tuple[IPAddress, int | None]:
    if option not in options:
        raise ParseProblem(f"{option} is missing", "The line seems to be cut.")
    value = options[option].value
    try:
        address, port = _address_and_port(value)
    except AddressValueError:
        raise ParseProblem(f"“{short(value)}” is not ADDRESS or ADDRESS:PORT", "Ranges are not read.") from None
    if address.version != family:
        raise ParseProblem(f"“{value}” is not IPv{family}", "iptables holds IPv4 rules, ip6tables IPv6 rules.")
    return address, port


def _address_and_port(value: str) -> tuple[IPAddress, int | None]:
    if value.startswith("["):
        host, _, port = value[1:].partition("]")
        port = port.removeprefix(":")
    elif value.count(":") > 1:
        host, port = value, ""
    else:
        host, _, port = value.partition(":")
    address = IPv6Address(host) if ":" in host else IPv4Address(host)
    return address, _number(port, "port", MAX_PORT) if port else None


def _set_mark(options: Options, family: int) -> Target:
    """extensions/libxt_MARK.c: every form is stored as mark = (mark & ~mask) ^ value."""
    if len(options) != 1:
        raise ParseProblem("target MARK needs exactly one option", "For example --set-xmark 0x4000/0x4000.")
    ((name, option),) = options.items()
    text, _, mask_text = option.value.partition("/")
    value, mask = _number(text, "mark"), _number(mask_text, "mask") if mask_text else ALL_BITS
    if name == "--set-mark":
        return SetXMark(value, mask | value)
    if name == "--or-mark":
        return SetXMark(value, value)
    if name == "--xor-mark":
        return SetXMark(value, 0)
    if name == "--and-mark":
        return SetXMark(0, ALL_BITS ^ value)
    return SetXMark(value, mask)


L4_MODULES = ("tcp", "udp", "sctp")
INVERTIBLE = frozenset({
    "--sport", "--dport", "--dports", "--ctstate", "--mark", "--src-type", "--dst-type", "--physdev-is-bridged",
    "--path",
})  # fmt: skip

MODULES: Mapping[str, Mapping[str, bool]] = {
    "comment": {"--comment": True},
    "tcp": {"--sport": True, "--dport": True},
    "udp": {"--sport": True, "--dport": True},
    "sctp": {"--sport": True, "--dport": True},
    "multiport": {"--dports": True},
    "conntrack": {"--ctstate": True},
    "mark": {"--mark": True},
    "statistic": {"--mode": True, "--probability": True},
    "addrtype": {"--src-type": True, "--dst-type": True},
    "recent": {
        "--set": False, "--rcheck": False, "--update": False, "--remove": False, "--seconds": True, "--reap": False,
        "--name": True, "--mask": True, "--rsource": False, "--rdest": False,
    },
    "nfacct": {"--nfacct-name": True},
    "physdev": {"--physdev-is-bridged": False},
    "cgroup": {"--path": True},
}  # fmt: skip
"""Module -> its options -> whether the option has a value."""

REQUIRED: Mapping[str, frozenset[str]] = {
    "comment": frozenset({"--comment"}),
    "multiport": frozenset({"--dports"}),
    "conntrack": frozenset({"--ctstate"}),
    "mark": frozenset({"--mark"}),
    "statistic": frozenset({"--mode", "--probability"}),
    "nfacct": frozenset({"--nfacct-name"}),
    "physdev": frozenset({"--physdev-is-bridged"}),
    "cgroup": frozenset({"--path"}),
}

BUILDERS: Mapping[str, Callable[[Options, int], Match]] = {
    "comment": lambda options, family: Comment(options["--comment"].value),
    "multiport": _multiport,
    "conntrack": _ct_state,
    "mark": _mark,
    "statistic": _statistic,
    "addrtype": _addr_type,
    "recent": _recent,
    "nfacct": lambda options, family: NfAcct(options["--nfacct-name"].value),
    "cgroup": lambda options, family: Cgroup(options["--path"].value, options["--path"].invert),
    "physdev": lambda options, family: PhysDev(not options["--physdev-is-bridged"].invert),
}

TARGETS: Mapping[str, Callable[[Options, int], Target]] = {
    "ACCEPT": lambda options, family: Accept(),
    "DROP": lambda options, family: Drop(),
    "RETURN": lambda options, family: Return(),
    "REJECT": _reject,
    "DNAT": lambda options, family: Dnat(*_nat("--to-destination", options, family)),
    "SNAT": lambda options, family: Snat(*_nat("--to-source", options, family)),
    "MASQUERADE": lambda options, family: Masquerade("--random-fully" in options),
    "MARK": _set_mark,
}

TARGET_OPTIONS: Mapping[str, Mapping[str, bool]] = {
    "REJECT": {"--reject-with": True},
    "DNAT": {"--to-destination": True},
    "SNAT": {"--to-source": True},
    "MASQUERADE": {"--random-fully": False},
    "MARK": {f"--{form}": True for form in ("set-xmark", "set-mark", "or-mark", "xor-mark", "and-mark")},
}
