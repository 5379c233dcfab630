"""Names that tell whose a namespace is, and hardware addresses of our own."""

import os

import pytest

from netviz.replay.names import PREFIX, hardware_address, is_left_over, namespaces, run_prefix, started
from simulator.cluster.cluster import Cluster

linux = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs Linux' /proc")


@linux
def test_the_namespaces_of_this_process_are_not_left_over() -> None:
    assert not is_left_over(f"{run_prefix()}3")


@linux
def test_those_of_a_process_that_is_gone_are_and_of_one_that_only_has_its_number() -> None:
    assert is_left_over(f"{PREFIX}-4194303-17-3")
    assert is_left_over(f"{PREFIX}-{os.getpid()}-{(started(os.getpid()) or 0) + 1}-3")


def test_other_peoples_namespaces_are_not() -> None:
    assert not any(is_left_over(name) for name in ("cni-1234", "netviz-replay", "blue", f"{PREFIX}-x-1-1"))


def test_hardware_addresses_are_locally_administered_and_each_its_own() -> None:
    found = {hardware_address(number) for number in range(1, 1000)}
    assert len(found) == 999
    assert all(address.startswith("02:") for address in found)


def test_a_cluster_has_its_machines_and_its_pods_and_no_pod_of_the_hosts_network(shop: Cluster) -> None:
    assert namespaces(shop) == ["router", "internet", "cp", "node-a", "node-b", "shop/client", "shop/web"]
