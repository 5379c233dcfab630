"""hostPort: the chains of CNI's portmap plugin."""

from ipaddress import ip_address, ip_network

from simulator.cluster.model import Container, ContainerPort, Node, Pod
from simulator.compilers.cni.portmap import pod_chain_name, write_portmap
from simulator.linux.iptables import Tables, base_tables
from simulator.linux.iptables_save import rule_text
from simulator.packet.headers import Protocol

NODE = Node(
    name="node-a",
    addresses=(ip_address("192.168.56.11"),),
    pod_cidrs=(ip_network("10.244.1.0/24"), ip_network("fd00:10:244:1::/64")),
)


def pod(name: str, *ports: ContainerPort, host_network: bool = False) -> Pod:
    return Pod(
        name=name,
        namespace="default",
        node="node-a",
        ips=(ip_address("10.244.1.10"), ip_address("fd00:10:244:1::10")),
        containers=(Container("main", "nginx", ports),),
        host_network=host_network,
    )


def lines(tables: Tables, chain: str) -> list[str]:
    return [rule_text(chain, rule) for rule in tables.tables["nat"].chains[chain].rules]


def written(*pods: Pod, family: int = 4) -> Tables:
    tables = base_tables(family)
    write_portmap(pods, NODE, tables)
    return tables


def test_pods_without_a_host_port_leave_the_table_alone() -> None:
    tables = written(pod("web", ContainerPort(80)), pod("host", ContainerPort(80, host_port=80), host_network=True))
    assert list(tables.tables["nat"].chains) == ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]
    assert not any(chain.rules for chain in tables.tables["nat"].chains.values())


def test_a_host_port_is_translated_and_neighbours_are_masqueraded() -> None:
    web = pod("web", ContainerPort(8080, host_port=80))
    chain, tables = pod_chain_name(web), written(web)
    comment = '"dnat name: \\"cbr0\\" id: \\"p-default-web\\""'
    assert lines(tables, "CNI-HOSTPORT-DNAT") == [
        f"-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment {comment} -m multiport --dports 80 -j {chain}"
    ]
    assert lines(tables, chain) == [
        f"-A {chain} -s 10.244.1.0/24 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK",
        f"-A {chain} -s 127.0.0.1/32 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK",
        f"-A {chain} -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.10:8080",
    ]
    assert lines(tables, "OUTPUT") == ["-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT"]


def test_a_host_address_narrows_the_rules_to_it() -> None:
    web = pod("web", ContainerPort(8080, host_port=80, host_ip=ip_address("192.168.56.11")))
    assert lines(written(web), pod_chain_name(web))[-1].startswith(
        f"-A {pod_chain_name(web)} -d 192.168.56.11/32 -p tcp"
    )
    assert pod_chain_name(web) not in written(web, family=6).tables["nat"].chains


def test_ipv6_has_no_rule_for_localhost() -> None:
    web = pod("web", ContainerPort(8080, host_port=80))
    chain = pod_chain_name(web)
    assert lines(written(web, family=6), chain) == [
        f"-A {chain} -s fd00:10:244:1::/64 -p tcp -m tcp --dport 80 -j CNI-HOSTPORT-SETMARK",
        f"-A {chain} -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00:10:244:1::10]:8080",
    ]


def test_ports_are_grouped_by_protocol_and_by_fifteen() -> None:
    ports = [ContainerPort(n, host_port=n) for n in range(1000, 1016)]
    web = pod("web", *ports, ContainerPort(53, Protocol.UDP, host_port=53))
    dports = [line.split("--dports ")[1].split()[0] for line in lines(written(web), "CNI-HOSTPORT-DNAT")]
    assert [len(found.split(",")) for found in dports] == [15, 1, 1]


def test_every_pod_has_a_chain_of_its_own() -> None:
    tables = written(pod("web", ContainerPort(1, host_port=1)), pod("dns", ContainerPort(2, host_port=2)))
    assert len(lines(tables, "CNI-HOSTPORT-DNAT")) == 2
    assert len([name for name in tables.tables["nat"].chains if name.startswith("CNI-DN-")]) == 2


def test_a_long_name_is_cut_as_the_plugin_cuts_it() -> None:
    web = pod("w" * 253, ContainerPort(1, host_port=1))
    assert '..." -m multiport' in lines(written(web), "CNI-HOSTPORT-DNAT")[0]
