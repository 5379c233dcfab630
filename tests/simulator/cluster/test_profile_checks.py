"""Settings that do not fit together, told at the line of the ClusterProfile document that says them."""

import pytest

from simulator.cluster.profile import SettingError, make_profile
from tests.simulator.cluster.contradictory import node


def profile(*lines: str) -> str:
    spec = "\n".join(f"  {line}" for line in lines)
    return f"apiVersion: netviz.dev/v1\nkind: ClusterProfile\nmetadata: {{name: ours}}\nspec:\n{spec}\n"


@pytest.mark.parametrize(
    ("line", "id_", "words"),
    [
        ("clusterCIDR: 192.168.0.0/16", "ranges-overlap", "192.168.0.0/16 (clusterCIDR)"),
        ("internet: 10.244.1.20", "machine-in-range", "10.244.1.20 (internet) is in or beside 10.244.0.0/16"),
        ("internet: 192.168.56.77", "machine-in-range", "192.168.56.0/24 (underlay)"),
        ("serviceCIDR: 198.51.100.128/25", "machine-in-range", "198.51.100.7 (internet)"),
        ("controlPlane: 8.8.8.8", "control-plane-unreachable", "not in the underlay"),
        ("controlPlane: 10.96.0.9", "machine-in-range", "10.96.0.0/12 (serviceCIDR)"),
        ('serviceCIDR: "10.96.0.0/16,fd00:96::/112"', "dual-stack-half", "Pods have no IPv6 range"),
    ],
)
def test_a_setting_that_does_not_fit_the_defaults_is_told_at_its_line(cluster_of, line, id_, words):
    told = [p for p in cluster_of(profile("nodes: 2", line)).problems if p.id == id_]
    assert {(p.level.value, p.object, p.line) for p in told} == {("warning", "ClusterProfile ours", 6)}
    assert any(words in p.message for p in told)


def test_a_router_outside_the_underlay_is_refused_at_its_line(problem_of):
    problem = problem_of("invalid-setting", profile("nodes: 2", "router: 10.0.0.1"))
    assert problem.line == 6
    assert "--set router=192.168.56.1" in problem.hint


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"internet": "127.0.0.1"}, "internet"),
        ({"internet": "224.0.0.1"}, "internet"),
        ({"controlPlane": "::"}, "controlPlane"),
        ({"internet": "10.8.1.1", "clusterCIDR": "10.8.0.0/16"}, "internet"),
        ({"controlPlane": "10.8.1.1", "clusterCIDR": "10.8.0.0/16"}, "controlPlane"),
    ],
)
def test_settings_that_cannot_be_had_together_are_refused(settings, key):
    with pytest.raises(SettingError) as refused:
        make_profile(settings)
    assert refused.value.key == key
    assert refused.value.hint


def test_a_control_plane_elsewhere_is_fine_if_a_node_has_its_address(cluster_of):
    elsewhere = node("cp", "10.20.0.5", "10.244.7.0/24")
    problems = cluster_of(elsewhere, settings={"controlPlane": "10.20.0.5"}).problems
    assert not [p for p in problems if p.id == "control-plane-unreachable"]


def test_the_defaults_fit_together(cluster_of):
    assert cluster_of(profile("nodes: 2")).problems == ()
