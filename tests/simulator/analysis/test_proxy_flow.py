"""One packet-flow case: objects as kube-proxy's tests give them, and what the rules do with packets."""

import json
from ipaddress import ip_address
from typing import Any

import msgspec
import pytest

from simulator.analysis.proxy_case import address, node, read_case, services, slices
from simulator.analysis.proxy_flow import Answer, UnsupportedMode, answer
from simulator.linux.reading import ParseProblem

CASE: dict[str, Any] = {
    "proxy": "iptables",
    "ipFamily": "IPv4",
    "node": {"name": "here", "nodeIP": "192.168.0.2", "localIPs": ["192.168.0.2"],
             "localDetector": {"mode": "ClusterCIDR", "podCIDR": "10.0.0.0/8"}},
    "services": [{
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"clusterIP": "172.30.0.041", "type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]},
    }],
    "endpointSlices": [{
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
        "ports": [{"name": "", "port": 8080}],
        "endpoints": [{"addresses": ["10.180.0.2"]}, {"addresses": ["10.180.0.1"], "nodeName": "here"}],
    }],
    "flows": [],
}  # fmt: skip


def flow(source: str, destination: str, port: int, name: str = "one") -> dict[str, Any]:
    return {"name": name, "sourceIP": source, "destIP": destination, "destPort": port, "protocol": "TCP"}


def ask(*flows: dict[str, Any], **changes: Any) -> list[Answer]:
    return answer(read_case(json.dumps(CASE | {"flows": flows} | changes)))


def test_every_endpoint_that_could_be_chosen_is_named() -> None:
    assert ask(flow("10.0.0.2", "172.30.0.41", 80)) == [Answer("one", "10.180.0.1:8080, 10.180.0.2:8080", False)]


def test_a_source_that_is_no_pod_is_masqueraded() -> None:
    assert ask(flow("203.0.113.2", "172.30.0.41", 80))[0].masq


def test_a_node_port_is_served_on_the_addresses_of_the_node_alone() -> None:
    here, there = ask(flow("203.0.113.2", "192.168.0.2", 30080), flow("203.0.113.2", "192.168.0.9", 30080, "two"))
    assert (here.output, there) == ("10.180.0.1:8080, 10.180.0.2:8080", Answer("two", "", False))


def test_without_endpoints_a_packet_is_rejected() -> None:
    assert ask(flow("10.0.0.2", "172.30.0.41", 80), endpointSlices=[])[0].output == "REJECT"


def test_a_rule_set_may_be_given_in_place_of_objects() -> None:
    given = (
        "*nat\n:PREROUTING - [0:0]\n-A PREROUTING -m comment --comment some service portals -p tcp --dport 80 "
        "-j DNAT --to-destination 10.0.0.9:90\nCOMMIT\n*filter\nCOMMIT\n"
    )
    found = ask(flow("10.0.0.2", "1.2.3.4", 80), flow("10.0.0.2", "1.2.3.4", 81, "two"), rules={"given": given})
    assert [one.output for one in found] == ["10.0.0.9:90", ""]


IN_NFTABLES = {"proxy": "nftables", "node": {**CASE["node"], "nodePortAddresses": {"cidrs": ["0.0.0.0/0"]}}}


def test_nftables_says_the_same_in_its_own_rules() -> None:
    found = ask(
        flow("10.0.0.2", "172.30.0.41", 80), flow("203.0.113.2", "172.30.0.41", 80, "from outside"),
        flow("203.0.113.2", "192.168.0.2", 30080, "node port"), flow("10.0.0.2", "172.30.0.41", 81, "no such port"),
        **IN_NFTABLES,
    )  # fmt: skip
    both = "10.180.0.1:8080, 10.180.0.2:8080"
    assert found == [
        Answer("one", both, False),
        Answer("from outside", both, True),
        Answer("node port", both, True),
        Answer("no such port", "REJECT", False),
    ]


def test_an_endpoint_that_reaches_itself_is_masqueraded_in_nftables_where_it_lives() -> None:
    here, elsewhere = ask(
        flow("10.180.0.1", "172.30.0.41", 80), flow("10.180.0.2", "172.30.0.41", 80, "two"), **IN_NFTABLES
    )
    assert (here.masq, elsewhere.masq) == (True, False)


def test_an_nftables_rule_set_may_be_given_in_place_of_objects() -> None:
    given = (
        "add table ip t\nadd chain ip t first { type nat hook prerouting priority -100 ; }\n"
        "add chain ip t last { type nat hook postrouting priority 100 ; }\nadd chain ip t web\n"
        "add rule ip t first ip daddr 1.2.3.4 tcp dport 80 numgen random mod 2 vmap { 0 : goto web , 1 : goto web }\n"
        "add rule ip t first ip daddr 1.2.3.5 drop\n"
        "add rule ip t web mark set mark or 0x4000\nadd rule ip t web meta l4proto tcp dnat to 10.0.0.9:90\n"
        "add rule ip t last mark and 0x4000 != 0 masquerade\n"
    )
    flows = [flow("10.0.0.2", "1.2.3.4", 80), flow("10.0.0.2", "1.2.3.4", 81, "two"), flow("10.0.0.2", "1.2.3.5", 1)]
    found = ask(*flows, rules={"given": given}, **IN_NFTABLES)
    assert [(one.output, one.masq) for one in found] == [("10.0.0.9:90", True), ("", False), ("DROP", False)]


def test_a_given_rule_set_needs_a_table_of_the_case_s_family() -> None:
    with pytest.raises(ParseProblem):
        ask(flow("10.0.0.2", "1.2.3.4", 80), rules={"given": "table ip6 t { }"}, **IN_NFTABLES)


def test_addresses_are_read_as_kube_proxy_reads_them() -> None:
    assert address("10.180.00.001") == ip_address("10.180.0.1")
    assert address("fd00::1") == ip_address("fd00::1")


def test_an_object_without_defaults_is_completed() -> None:
    case = read_case(json.dumps(CASE))
    web = services(case)[0]
    assert (web.internal_traffic_policy, web.external_traffic_policy, web.affinity_seconds) == (
        "Cluster",
        "Cluster",
        None,
    )
    assert slices(case)["shop/web"][0].endpoints[0].ready is None
    assert node(case).ip == ip_address("192.168.0.2")


@pytest.mark.parametrize("change", [{"flows": [{"name": "x"}]}, {"services": [{"metadata": 7}]}])
def test_what_is_no_case_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_case(json.dumps(CASE | change))


def test_a_mode_that_is_not_built_is_refused() -> None:
    with pytest.raises(UnsupportedMode):
        ask(proxy="ipvs")
