"""kube-proxy's tables are made lazily, and looking a destination up finds what a walk through every rule would."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import pytest

from simulator.cluster.model import (
    Endpoint,
    EndpointPort,
    EndpointSlice,
    LoadBalancerIngress,
    Service,
    ServicePort,
)
from simulator.compilers.kube_proxy.iptables import write_rules
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.compilers.kube_proxy.services import ProxyServices
from simulator.linux.iptables import Chain, Destination, Jump, L4Ports, Rule, Source, Tables, base_tables
from simulator.packet.headers import IPAddress, Protocol

NODE = ProxyNode("node-a", 4, ip=ip_address("192.168.56.11"), pods=Source(ip_network("10.244.0.0/16")))


def service(name: str, number: int, **more: object) -> Service:
    fields: dict[str, object] = {
        "name": name,
        "namespace": "shop",
        "type": "LoadBalancer",
        "cluster_ips": (ip_address(f"10.96.0.{number}"),),
        "external_ips": (ip_address(f"192.0.2.{number}"),),
        "load_balancer": (LoadBalancerIngress(ip_address(f"203.0.113.{number}")),),
        "ports": (
            ServicePort("http", Protocol.TCP, 80, 8080, 0, node_port=30000 + number),
            ServicePort("dns", Protocol.UDP, 53, 53, 1, node_port=31000 + number),
        ),
    }
    return Service(**{**fields, **more})  # type: ignore[arg-type]


def slices(name: str, number: int) -> tuple[EndpointSlice, ...]:
    ports = (EndpointPort("http", Protocol.TCP, 8080), EndpointPort("dns", Protocol.UDP, 53))
    endpoints = tuple(Endpoint((ip_address(f"10.244.{n}.{number}"),), node=f"node-{'ab'[n - 1]}") for n in (1, 2))
    return (EndpointSlice(name=f"{name}-x", namespace="shop", service=name, address_type="IPv4", ports=ports,
                          endpoints=endpoints),)  # fmt: skip


SERVICES = [
    service("plain", 1),
    service("guarded", 2, source_ranges=("198.51.100.0/24",), external_traffic_policy="Local", health_check_node_port=32000),
    service("nobody", 3),
    service("here", 4, internal_traffic_policy="Local"),
    service("sticky", 5, affinity_seconds=10800),
    service("inside", 6, type="ClusterIP", external_ips=(), load_balancer=(),
            ports=(ServicePort("http", Protocol.TCP, 80, 8080, 0),)),
]  # fmt: skip
SLICES = {
    f"shop/{name}": slices(name, at)
    for at, name in ((1, "plain"), (2, "guarded"), (4, "here"), (5, "sticky"), (6, "inside"))
}


@pytest.fixture
def tables() -> Tables:
    made = base_tables(4)
    write_rules(ProxyServices(reversed(SERVICES), lambda key: SLICES.get(key, ()), 4), NODE, made)
    return made


def shared_chains(tables: Tables) -> Iterator[Chain]:
    for table, names in {
        "nat": ("KUBE-SERVICES", "KUBE-NODEPORTS"),
        "filter": ("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL"),
    }.items():
        for name in names:
            yield tables.tables[table].chains[name]


def concerns(rule: Rule, destination: IPAddress, dport: int) -> bool:
    return all(
        (not isinstance(match, Destination) or (destination in match.network) is not match.invert)
        and (not isinstance(match, L4Ports) or match.dports in (None, (dport, dport)))
        for match in rule.matches
    )


@pytest.mark.parametrize("number", range(1, 7))
def test_a_lookup_finds_every_rule_that_can_match_under_its_own_number(tables: Tables, number: int) -> None:
    prefixes = ("10.96.0", "192.0.2", "203.0.113", "192.168.56", "127.0.0")
    asked = [(ip_address(f"{prefix}.{number}"), 80) for prefix in prefixes]
    asked += [(ip_address("192.168.56.11"), port) for port in (30000 + number, 31000 + number, 32000)]
    for chain in shared_chains(tables):
        everything = list(enumerate(chain.rules, 1))
        for destination, dport in asked:
            found = list(chain.candidates(destination, dport))
            assert found == sorted(found, key=lambda one: one[0])
            assert all(pair in everything for pair in found)
            matching = [(n, rule) for n, rule in everything if concerns(rule, destination, dport)]
            assert [pair for pair in found if concerns(pair[1], destination, dport)] == matching, chain.name


def test_a_shared_chain_is_a_sequence_like_any_other(tables: Tables) -> None:
    for chain in shared_chains(tables):
        rules = chain.rules
        assert [rules[at] for at in range(len(rules))] == list(rules)
        assert list(rules[:3]) == list(rules)[:3]
        assert not rules or rules[-1] == list(rules)[-1]
        with pytest.raises(IndexError):
            rules[len(rules)]


def test_services_stand_in_the_order_of_their_names(tables: Tables) -> None:
    jumps = tables.tables["nat"].chains["KUBE-SERVICES"].rules
    destinations = [m.network for rule in jumps for m in rule.matches if isinstance(m, Destination)]
    assert str(destinations[0]) == "10.96.0.2/32", "guarded comes first"


def test_asking_for_one_service_reads_no_endpoint_of_another() -> None:
    made = base_tables(4)
    services = ProxyServices(SERVICES, lambda key: SLICES.get(key, ()), 4)
    write_rules(services, NODE, made)
    list(made.tables["nat"].chains["KUBE-SERVICES"].candidates(ip_address("10.96.0.1"), 80))
    assert made.tables["nat"].chains[f"KUBE-SVC-{services.ports[0].hash}"].rules
    read = [port.name for port in services.ports if "endpoints" in vars(port)]
    assert read == ["shop/guarded:http", "shop/here:http", "shop/here:dns", "shop/nobody:http", "shop/nobody:dns"]


def test_every_chain_that_is_jumped_to_exists_and_none_is_left_over(tables: Tables) -> None:
    for table in tables.tables.values():
        names = list(table.chains)
        assert len(names) == len(set(names)) == len(table.chains)
        jumps = {rule.target.chain for name in names for rule in table.chains[name].rules
                 if isinstance(rule.target, Jump)}  # fmt: skip
        assert jumps <= set(names)
        unused = {name for name in names if name.startswith("KUBE-")} - jumps
        assert unused <= {"KUBE-PROXY-CANARY"}


@pytest.mark.parametrize("name", ["KUBE-SVC-AAAAAAAAAAAAAAAA", "KUBE-SEP-AAAAAAAAAAAAAAAA", "KUBE-EXT-", "DOCKER"])
def test_a_chain_that_nobody_wrote_is_not_there(tables: Tables, name: str) -> None:
    assert name not in tables.tables["nat"].chains
    with pytest.raises(KeyError):
        tables.tables["nat"].chains[name]


def test_an_endpoint_chain_can_be_asked_for_first(tables: Tables) -> None:
    names = [name for name in tables.tables["nat"].chains if name.startswith("KUBE-SEP-")]
    fresh = base_tables(4)
    write_rules(ProxyServices(SERVICES, lambda key: SLICES.get(key, ()), 4), NODE, fresh)
    assert fresh.tables["nat"].chains[names[-1]].rules == tables.tables["nat"].chains[names[-1]].rules


def test_jumps_stand_before_rules_that_were_there() -> None:
    made = base_tables(4)
    mine = Rule((), Jump("MINE"))
    made.tables["nat"].chains["PREROUTING"].rules = (mine,)
    write_rules(ProxyServices([], lambda key: (), 4), NODE, made)
    rules = made.tables["nat"].chains["PREROUTING"].rules
    assert [rule.target for rule in rules] == [Jump("KUBE-SERVICES"), Jump("MINE")]
