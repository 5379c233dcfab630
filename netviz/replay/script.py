"""The same set-up as a shell script: commented, every value quoted, to run and to poke at with tcpdump."""

import shlex
from collections.abc import Iterable, Iterator

from netviz.replay.build import COMMANDS
from netviz.replay.plan import Plan, Space, Words
from netviz.replay.plan_rules import RuleText
from netviz.replay.probe import PACKAGES

PREFIX = "nvz-"
HERE = "NETVIZ_RULES"

_HEAD = """\
#!/bin/sh
# The hosts of a modelled cluster as network namespaces of this kernel; made by `netviz replay --script`.
#
#   sudo sh this-file          build, wait for Enter, take down
#   sudo sh this-file up       build and leave it standing
#   sudo sh this-file down     take it down
#
# While it stands, look inside from another terminal, as in
#   ip netns exec {example} tcpdump -ni any
#   ip netns exec {example} conntrack -L          (Debian: apt install conntrack)
#
# It touches nothing but its own namespaces. It needs root, and of Debian: {packages}.
set -eu

for tool in {tools}; do
  command -v "$tool" >/dev/null || { echo "$tool is not here. On Debian: apt install {packages}" >&2; exit 2; }
done

write() { # NAMESPACE PATH VALUE: a sysctl, where this kernel has it
  ip netns exec "$1" sh -c 'if [ -e "/proc/sys/$1" ]; then printf %s "$2" > "/proc/sys/$1"; fi' sh "$2" "$3"
}
"""

_TAIL = """
stands_already() {
  if [ -e /run/netns/{example} ]; then
    echo "It stands already. Take it down first: $0 down" >&2
    exit 2
  fi
}

case "${1:-}" in
up)
  stands_already
  trap down EXIT
  trap 'exit 130' INT TERM
  up
  trap - EXIT
  ;;
down) down ;;
'')
  stands_already
  trap down EXIT
  trap 'exit 130' INT TERM
  up
  printf 'It stands. Enter takes it down. '
  read -r _ || true
  ;;
*) echo "usage: $0 [up|down]" >&2; exit 2 ;;
esac
"""


def script(plan: Plan) -> str:
    """The whole script."""
    example = shlex.quote(next(iter(plan.spaces.values())).id)
    tools = _tools(plan)
    head = _HEAD.replace("{example}", example).replace("{tools}", _quoted(tools))
    lines = [
        head.replace("{packages}", " ".join(sorted({PACKAGES[tool] for tool in tools}))),
        "# Which namespace is which",
    ]
    lines += [f"#   {space.id:<10} {_comment(space.name)}" for space in plan.all_spaces]
    lines += ["", "down() {"]
    lines += [f"  ip netns del {shlex.quote(s.id)} 2>/dev/null || true" for s in plan.all_spaces]
    lines += ["}", "", "up() {", *_up(plan), "}"]
    return "\n".join(lines) + _TAIL.replace("{example}", example)


def _tools(plan: Plan) -> Words:
    """The programs that the script starts."""
    found = {"ip", "bridge"} | {COMMANDS[rules.tool][0] for space in plan.spaces.values() for rules in space.rules}
    found |= {"ping"} if any(space.warm for space in plan.spaces.values()) else set()
    found |= {"nfacct"} if any(space.accounts for space in plan.spaces.values()) else set()
    return tuple(sorted(found))


def _up(plan: Plan) -> Iterator[str]:
    yield "  # 1. Namespaces, and the sysctls that their devices take over"
    for space in plan.all_spaces:
        yield f"  ip netns add {shlex.quote(space.id)}"
        yield from _sysctls(space, space.sysctl)
    yield "\n  # 2. Cables: pairs of veth ends"
    yield from (f"  ip {_quoted(words)}" for words in plan.cables)
    yield "\n  # 3. Each namespace: links, addresses, routes, neighbours"
    for space in plan.all_spaces:
        yield f"  # {_comment(space.name)}"
        words = [*space.links, *space.addresses, *space.routes, *space.neighbors]
        yield from (f"  ip -n {shlex.quote(space.id)} {_quoted(one)}" for one in words)
        yield from (f"  bridge -n {shlex.quote(space.id)} {_quoted(one)}" for one in space.bridge)
        yield from _sysctls(space, space.device_sysctl)
    yield "\n  # 4. Use each neighbour behind a bridge once, as br_netfilter asks for the header that this leaves"
    for space in plan.spaces.values():
        for address in space.warm:
            once = f"ping -c 1 -W 1 {shlex.quote(str(address))} >/dev/null || true"
            yield f"  ip netns exec {shlex.quote(space.id)} {once}"
    late = [(space, words) for space in plan.all_spaces for words in space.late]
    if late:
        yield "\n  # 5. MTUs, and links that are down"
        yield from (f"  ip -n {shlex.quote(space.id)} {_quoted(words)}" for space, words in late)
    yield f"\n  # {6 if late else 5}. Rules, in the order in which they are registered"
    for space in plan.spaces.values():
        for account in space.accounts:
            yield f"  ip netns exec {shlex.quote(space.id)} nfacct add {shlex.quote(account)}"
        for rules in space.rules:
            yield from _rules(space, rules)


def _rules(space: Space, rules: RuleText) -> Iterator[str]:
    """A here-document that the shell does not look into."""
    yield f"  # {_comment(space.name)}"
    yield f"  ip netns exec {shlex.quote(space.id)} {_quoted(COMMANDS[rules.tool])} <<'{HERE}'"
    yield from (line for line in rules.text.splitlines() if line != HERE)
    yield HERE


def _sysctls(space: Space, values: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in values:
        path = name if "/" in name else name.replace(".", "/")
        yield f"  write {shlex.quote(space.id)} {shlex.quote(path)} {shlex.quote(value)}"


def _quoted(words: Words) -> str:
    return " ".join(shlex.quote(word) for word in words)


def _comment(text: str) -> str:
    """One line, whatever a name holds."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
