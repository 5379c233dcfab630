"""kube-proxy's nftables table: a look-up finds what the whole table holds, and reads nothing else."""

from ipaddress import ip_address, ip_network

import pytest

from simulator.cluster.model import Endpoint, EndpointPort, EndpointSlice, LoadBalancerIngress, Service, ServicePort
from simulator.compilers.kube_proxy import nft_names
from simulator.compilers.kube_proxy.nftables import proxy_table
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.compilers.kube_proxy.services import ProxyServices
from simulator.linux.iptables import InInterface, Source
from simulator.linux.nft_list import render
from simulator.linux.nftables import Goto, Table
from simulator.packet.headers import Protocol

NODE = ProxyNode(
    "node-a",
    4,
    ip=ip_address("192.168.56.11"),
    addresses=(ip_address("127.0.0.1"), ip_address("192.168.56.11")),
    pods=Source(ip_network("10.244.0.0/16")),
    node_port_addresses=(ip_network("192.168.56.0/24"),),
    service_cidrs=(ip_network("10.96.0.0/12"),),
)
SERVICES = [
    Service(
        name=f"web-{at}",
        namespace="shop",
        type="LoadBalancer",
        cluster_ips=(ip_address(f"10.96.0.{at}"),),
        ports=(ServicePort("http", Protocol.TCP, 80, 8080, 0, node_port=30000 + at),),
        load_balancer=(LoadBalancerIngress(ip_address(f"203.0.113.{at}")),),
        source_ranges=("192.168.56.0/24",) if at == 2 else (),
        affinity_seconds=10800 if at == 3 else None,
    )
    for at in range(1, 5)
]
SLICES = {
    f"shop/web-{at}": (EndpointSlice(
        name="x", namespace="shop", service=f"web-{at}", address_type="IPv4",
        ports=(EndpointPort("http", Protocol.TCP, 8080),),
        endpoints=(Endpoint((ip_address(f"10.244.1.{at}"),), node="node-a"),),
    ),)
    for at in range(1, 4)
}  # fmt: skip


def services() -> ProxyServices:
    return ProxyServices(SERVICES, lambda key: SLICES.get(key, ()), 4)


@pytest.fixture
def table() -> Table:
    return proxy_table(services(), NODE)


def test_every_element_is_found_by_its_key(table: Table) -> None:
    fresh = proxy_table(services(), NODE)
    for name, found in table.sets.items():
        assert {key: fresh.sets[name].elements[key] for key in found.elements} == dict(found.elements)
        assert len(found.elements) == len(list(found.elements))


def test_every_chain_that_is_gone_to_exists(table: Table) -> None:
    verdicts = [element.verdict for found in table.sets.values() for element in found.elements.values()]
    for verdict in verdicts:
        assert not isinstance(verdict, Goto) or table.chains[verdict.chain].rules
    assert set(table.chains) == {table.chains[name].name for name in table.chains}
    assert len(table.chains) == len(list(table.chains))


def test_a_look_up_reads_the_endpoints_of_one_service_only() -> None:
    known = services()
    found = proxy_table(known, NODE)
    verdict = found.sets["service-ips"].elements[(ip_address("10.96.0.1"), Protocol.TCP, 80)].verdict
    assert isinstance(verdict, Goto)
    assert found.chains[verdict.chain].rules
    read = [port.name for port in known.ports if "endpoints" in vars(port)]
    assert read == ["shop/web-1:http", "shop/web-3:http"], "web-3 is sticky: a set for each of its endpoints"


@pytest.mark.parametrize(
    "key", [(ip_address("10.96.0.9"), Protocol.TCP, 80), (ip_address("10.96.0.1"), Protocol.UDP, 80)]
)
def test_what_no_service_has_is_in_no_map(table: Table, key: tuple[object, ...]) -> None:
    assert key not in table.sets["service-ips"].elements


@pytest.mark.parametrize("name", ["service-AAAAAAAA-shop/none/tcp/http", "services-check", "service-x"])
def test_a_chain_that_nobody_wrote_is_not_there(table: Table, name: str) -> None:
    assert name not in table.chains


def test_source_ranges_with_the_node_let_the_balancer_address_through(table: Table) -> None:
    assert "ip saddr != { 192.168.56.0/24, 203.0.113.2 } drop" in render([table])


def test_a_service_without_endpoints_is_rejected(table: Table) -> None:
    key = (ip_address("10.96.0.4"), Protocol.TCP, 80)
    assert table.sets["no-endpoint-services"].elements[key].verdict == Goto("reject-chain")
    assert key not in table.sets["service-ips"].elements


def test_node_ports_on_all_addresses_leave_localhost_out() -> None:
    node = ProxyNode("node-a", 4, pods=InInterface("veth+"))
    text = render([proxy_table(services(), node)])
    assert "fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports" in text
    assert 'ip daddr @cluster-ips iifname != "veth*" meta mark set' in text
    assert "nodeport-ips" not in text


def test_a_name_too_long_for_nft_is_cut_behind_its_hash() -> None:
    long = Service(name="w" * 63, namespace="n" * 200, type="ClusterIP", cluster_ips=(ip_address("10.96.0.1"),),
                   ports=(ServicePort("http", Protocol.TCP, 80, 80, 0),))  # fmt: skip
    port = ProxyServices([long], lambda key: (), 4).ports[0]
    base = nft_names.port_base(port)
    assert len(base) == 240
    assert base.endswith("...")
