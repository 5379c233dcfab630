"""Which machines share a wire."""

import json

from simulator.cluster import build_cluster
from simulator.compilers.underlay import Underlay
from simulator.manifests import SourceFile, read_manifests


def wires(*nodes: tuple[str, ...]) -> list[tuple[list[str], list[str]]]:
    """(subnets, nodes) of every wire, for nodes with these addresses."""
    documents = (
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"n{place}"},
         "spec": {"podCIDR": f"10.244.{place}.0/24"},
         "status": {"addresses": [{"type": "InternalIP", "address": a} for a in addresses]}}
        for place, addresses in enumerate(nodes, 1)
    )  # fmt: skip
    text = "---\n".join(json.dumps(document) + "\n" for document in documents)
    underlay = Underlay(build_cluster(read_manifests([SourceFile("nodes.yaml", text.encode())]), {}))
    return [
        ([str(s) for s in wire.subnets], [name for name in underlay.nodes if underlay.wire_of(name) is wire])
        for wire in underlay.wires
    ]


def test_machines_of_one_subnet_share_a_wire() -> None:
    assert wires(("192.168.56.11",), ("192.168.56.12",)) == [(["192.168.56.0/24"], ["n1", "n2"])]


def test_another_subnet_is_another_wire() -> None:
    assert wires(("192.168.56.11",), ("192.168.77.12",))[1] == (["192.168.77.0/24"], ["n2"])


def test_both_families_of_a_machine_are_on_its_one_wire() -> None:
    assert wires(
        ("192.168.56.11", "fd00:56::11"), ("192.168.77.12", "fd00:77::12"), ("192.168.77.13", "fd00:77::13")
    ) == [
        (["192.168.56.0/24", "fd00:56::/64"], ["n1"]),
        (["192.168.77.0/24", "fd00:77::/64"], ["n2", "n3"]),
    ]
