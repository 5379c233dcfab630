"""resolv.conf of a pod, by dnsPolicy and dnsConfig."""

from ipaddress import ip_address

import pytest

from simulator.cluster import build_cluster
from simulator.compilers.resolv_conf import pod_resolv_conf
from simulator.linux.resolv_conf import ResolvConf
from simulator.manifests import SourceFile, read_manifests

DNS = (ip_address("10.96.0.10"),)
NODE = ResolvConf((ip_address("192.168.56.1"),), ("lan",))
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: a, namespace: shop}}
spec:
  containers: [{{name: c, image: "{image}"}}]
{spec}
"""


def conf(spec: str = "", image: str = "nginx:1") -> ResolvConf:
    cluster = build_cluster(read_manifests([SourceFile("a.yaml", POD.format(spec=spec, image=image).encode())]))
    return pod_resolv_conf(cluster.pods["shop/a"], DNS, NODE)


CLUSTER_FIRST = (
    "search shop.svc.cluster.local svc.cluster.local cluster.local lan\nnameserver 10.96.0.10\noptions ndots:5"
)
NODES_OWN = "search lan\nnameserver 192.168.56.1"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("", CLUSTER_FIRST),
        ("  dnsPolicy: ClusterFirst", CLUSTER_FIRST),
        ("  hostNetwork: true", NODES_OWN),
        ("  hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet", CLUSTER_FIRST),
        ("  dnsPolicy: Default", NODES_OWN),
        ("  dnsPolicy: None\n  dnsConfig: {nameservers: [1.1.1.1], searches: [a.b]}", "search a.b\nnameserver 1.1.1.1"),
    ],
)
def test_the_policy_decides_whom_to_ask(spec: str, text: str) -> None:
    assert str(conf(spec)) == text


def test_dns_config_adds_to_the_policy_and_replaces_options_of_the_same_name() -> None:
    found = conf("  dnsConfig: {searches: [x.y], options: [{name: ndots, value: '2'}, {name: use-vc}]}")
    assert (found.search[-1], found.ndots, found.options) == ("x.y", 2, ("ndots:2", "use-vc"))


def test_an_option_without_a_value_stands_alone_and_the_root_may_be_searched() -> None:
    found = conf("  dnsConfig: {searches: [., X.y.], options: [{name: use-vc, value: ''}, {name: ndots, value: '0'}]}")
    assert (found.search[-2:], found.options, found.ndots) == ((".", "x.y"), ("ndots:0", "use-vc"), 0)


def test_no_more_than_three_nameservers_and_32_domains_fit() -> None:
    many = ", ".join(f"d{i}.example" for i in range(40))
    found = conf(f"  dnsConfig: {{nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3], searches: [{many}]}}")
    assert (len(found.nameservers), len(found.search)) == (3, 32)
    assert found.nameservers[0] == DNS[0]


def test_what_makes_no_sense_in_dns_config_is_left_out() -> None:
    assert (
        str(conf("  dnsConfig: {nameservers: [nonsense, 7], searches: 5, options: [3, {value: x}]}")) == CLUSTER_FIRST
    )


def test_the_image_tells_the_c_library() -> None:
    assert (conf(image="alpine:3").libc, conf(image="nginx:1").libc) == ("musl", "glibc")


def test_the_lines_of_the_pod_that_decided_are_known() -> None:
    (origin,) = conf("  dnsPolicy: Default").origins
    assert (origin.field, origin.line) == ("spec.dnsPolicy", 7)
