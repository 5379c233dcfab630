"""Routes: the longest prefix wins, and a route prints as `ip route` prints it."""

from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from simulator.linux.route import Route, RouteKind, RoutingTable

DEFAULT = Route(ip_network("0.0.0.0/0"), "eth0", gateway=ip_address("192.168.56.1"))
PODS = Route(ip_network("10.244.2.0/24"), "eth0", gateway=ip_address("192.168.56.12"))
OWN = Route(ip_network("10.244.1.0/24"), "cni0", source=ip_address("10.244.1.1"), kernel=True)
TABLE = RoutingTable([DEFAULT, PODS, OWN])


def test_the_longest_prefix_wins() -> None:
    assert TABLE.lookup(ip_address("10.244.2.9")) is PODS
    assert TABLE.lookup(ip_address("10.244.1.9")) is OWN
    assert TABLE.lookup(ip_address("8.8.8.8")) is DEFAULT


def test_a_family_without_routes_has_no_way() -> None:
    assert TABLE.lookup(ip_address("fd00::1")) is None


def test_a_tables_own_route_hides_the_shared_one_for_the_same_range() -> None:
    shared = RoutingTable([Route(ip_network("10.244.1.0/24"), "eth0", gateway=ip_address("192.168.56.11")), PODS])
    table = RoutingTable([OWN, DEFAULT], shared)
    assert table.lookup(ip_address("10.244.1.9")) is OWN
    assert table.lookup(ip_address("10.244.2.9")) is PODS
    assert [r.destination for r in table] == [OWN.destination, DEFAULT.destination, PODS.destination]


def test_a_route_of_the_moment_comes_first() -> None:
    via = Route(ip_network("10.244.2.9/32"), "eth1", gateway=ip_address("192.168.56.13"))
    assert TABLE.lookup(ip_address("10.244.2.9"), (via,)) is via


def test_routes_print_as_ip_route_prints_them() -> None:
    assert str(DEFAULT) == "default via 192.168.56.1 dev eth0"
    assert str(OWN) == "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1"
    flannel = Route(ip_network("10.244.2.0/24"), "flannel.1", gateway=ip_address("10.244.2.0"), onlink=True)
    assert str(flannel) == "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink"
    assert str(Route(ip_network("0.0.0.0/0"), None, kind=RouteKind.BLACKHOLE)) == "blackhole default"
    assert str(Route(ip_network("10.0.0.1/32"), "eth0")) == "10.0.0.1 dev eth0"


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_lookup_finds_what_a_linear_search_finds(prefixes: list[tuple[int, int]], address: int) -> None:
    routes = [Route(ip_network((n >> (32 - p) << (32 - p), p)), "eth0") for n, p in prefixes]
    wanted = ip_address(address)
    matching = [r for r in routes if wanted in r.destination]
    best = max((r.destination.prefixlen for r in matching), default=None)
    found = RoutingTable(routes).lookup(wanted)
    assert (found.destination.prefixlen if found else None) == best


def test_a_table_can_be_without_one_of_the_shared_routes() -> None:
    shared = RoutingTable([PODS, Route(ip_network("10.244.0.0/16"), "eth1")])
    table = RoutingTable([], shared, without=(PODS.destination,))
    found = table.lookup(ip_address("10.244.2.7"))
    assert found is not None
    assert found.device == "eth1"
    assert PODS not in list(table)
    assert shared.lookup(ip_address("10.244.2.7")) == PODS
