"""CoreDNS: answers for the cluster's own names, and asks another server about all others.

Its plugins kubernetes and forward, as kubeadm's Corefile sets them up.
"""

from collections.abc import Callable, Sequence

import msgspec

from simulator.programs.dns import Answer, Question, Rcode, Record, RecordType

MOST_ALIASES = 8

Lookup = Callable[[str], Sequence[Record] | None]
"""The records of a name; () for one that is there without any, None for one that is not (NXDOMAIN)."""


class CoreDns(msgspec.Struct, frozen=True):
    """`zones` are answered from `lookup`, and so is `fallthrough` where it has something; all else goes `upstream`."""

    zones: tuple[str, ...]
    lookup: Lookup
    upstream: Lookup
    fallthrough: tuple[str, ...] = ()

    def answer(self, question: Question) -> Answer:
        """What comes back; an alias (CNAME) comes together with what it leads to."""
        records: list[Record] = []
        name, forwarded = question.name, False
        for _ in range(MOST_ALIASES):
            found, outside = self._find(name)
            forwarded = forwarded or outside
            if found is None:
                return Answer(question, Rcode.NOERROR if records else Rcode.NXDOMAIN, tuple(records), forwarded)
            records += (r for r in found if r.type is question.type)
            alias = next((r for r in found if r.type is RecordType.CNAME), None)
            if alias is None or question.type is RecordType.CNAME:
                return Answer(question, Rcode.NOERROR, tuple(records), forwarded)
            records.append(alias)
            name = str(alias.value)
        return Answer(question, Rcode.SERVFAIL, (), forwarded)

    def _find(self, name: str) -> tuple[Sequence[Record] | None, bool]:
        if _inside(name, self.zones):
            return self.lookup(name), False
        if _inside(name, self.fallthrough):
            found = self.lookup(name)
            if found is not None:
                return found, False
        return self.upstream(name), True


def _inside(name: str, zones: Sequence[str]) -> bool:
    return any(name == zone or name.endswith(f".{zone}") for zone in zones)
