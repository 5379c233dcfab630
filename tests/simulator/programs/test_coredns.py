"""CoreDNS: its own zones, aliases, and what it asks elsewhere."""

from collections.abc import Sequence
from ipaddress import ip_address

from simulator.programs.coredns import CoreDns
from simulator.programs.dns import Question, Rcode, Record, RecordType

HERE, THERE = ip_address("10.96.0.1"), ip_address("198.51.100.7")
OWN = {
    "web.cluster.local": (Record("web.cluster.local", RecordType.A, HERE),),
    "alias.cluster.local": (Record("alias.cluster.local", RecordType.CNAME, "api.example.com"),),
    "self.cluster.local": (Record("self.cluster.local", RecordType.CNAME, "self.cluster.local"),),
    "lost.cluster.local": (Record("lost.cluster.local", RecordType.CNAME, "nobody.example.com"),),
    "1.0.96.10.in-addr.arpa": (Record("1.0.96.10.in-addr.arpa", RecordType.PTR, "web.cluster.local"),),
}
ELSEWHERE = {
    "api.example.com": (Record("api.example.com", RecordType.A, THERE),),
    "7.100.51.198.in-addr.arpa": (Record("7.100.51.198.in-addr.arpa", RecordType.PTR, "host.example.com"),),
    "web.cluster.local": (Record("web.cluster.local", RecordType.A, THERE),),
}


def own(name: str) -> Sequence[Record] | None:
    return OWN.get(name)


def elsewhere(name: str) -> Sequence[Record] | None:
    return ELSEWHERE.get(name)


SERVER = CoreDns(("cluster.local",), own, elsewhere, ("in-addr.arpa",))


def ask(name: str, type_: RecordType = RecordType.A) -> tuple[Rcode, str, bool]:
    answer = SERVER.answer(Question(name, type_))
    return answer.rcode, str(answer), answer.forwarded


def test_its_own_zone_is_never_asked_elsewhere() -> None:
    assert ask("web.cluster.local") == (Rcode.NOERROR, "10.96.0.1", False)
    assert ask("nobody.cluster.local") == (Rcode.NXDOMAIN, "NXDOMAIN", False)


def test_a_name_without_that_type_is_there_all_the_same() -> None:
    assert ask("web.cluster.local", RecordType.AAAA) == (Rcode.NOERROR, "NODATA", False)


def test_all_other_names_are_forwarded() -> None:
    assert ask("api.example.com") == (Rcode.NOERROR, "198.51.100.7", True)
    assert ask("nobody.example.com") == (Rcode.NXDOMAIN, "NXDOMAIN", True)


def test_an_alias_comes_with_what_it_leads_to() -> None:
    assert ask("alias.cluster.local") == (Rcode.NOERROR, "api.example.com; 198.51.100.7", True)
    assert ask("alias.cluster.local", RecordType.CNAME) == (Rcode.NOERROR, "api.example.com", False)


def test_an_alias_to_nowhere_is_still_an_answer() -> None:
    assert ask("lost.cluster.local")[:2] == (Rcode.NOERROR, "nobody.example.com")


def test_aliases_in_a_circle_are_a_failure() -> None:
    assert ask("self.cluster.local")[0] is Rcode.SERVFAIL


def test_reverse_zones_fall_through_to_the_other_server() -> None:
    assert ask("1.0.96.10.in-addr.arpa", RecordType.PTR)[1:] == ("web.cluster.local", False)
    assert ask("7.100.51.198.in-addr.arpa", RecordType.PTR)[1:] == ("host.example.com", True)
