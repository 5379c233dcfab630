"""Settings: what they default to, how their texts are read, what is said of wrong ones."""

from ipaddress import ip_address, ip_network

import pytest

from simulator.cluster.profile import SETTINGS, Profile, SettingError, assumptions, make_profile


def test_defaults():
    profile = make_profile({})
    assert (profile.cni, profile.overlay, profile.proxy, profile.hairpin_mode, profile.listen) == (
        "bridge",
        "host-gw",
        "iptables",
        True,
        "declared",
    )
    assert (profile.cluster_cidrs, profile.service_cidrs) == (
        (ip_network("10.244.0.0/16"),),
        (ip_network("10.96.0.0/12"),),
    )
    machines = (profile.router_address, profile.control_plane_address, profile.internet_address)
    assert machines == tuple(map(ip_address, ("192.168.56.1", "192.168.56.10", "198.51.100.7")))
    assert profile.sysctl["net.bridge.bridge-nf-call-iptables"] == "1"


@pytest.mark.parametrize(
    ("key", "text", "field", "value"),
    [
        ("overlay", "vxlan", "overlay", "vxlan"),
        ("proxy", "nftables", "proxy", "nftables"),
        ("cni.hairpinMode", "false", "hairpin_mode", False),
        ("proxy.masqueradeAll", "1", "masquerade_all", True),
        ("router.masquerade", "true", "router_masquerade", True),
        ("clusterCIDR", "10.0.0.0/8", "cluster_cidrs", (ip_network("10.0.0.0/8"),)),
        (
            "serviceCIDR",
            "10.96.0.0/16, fd00::/112",
            "service_cidrs",
            (ip_network("10.96.0.0/16"), ip_network("fd00::/112")),
        ),
        (
            "proxy.nodePortAddresses",
            "192.168.56.0/24,127.0.0.0/8",
            "node_port_addresses",
            (ip_network("192.168.56.0/24"), ip_network("127.0.0.0/8")),
        ),
        ("controlPlane", "192.168.56.99", "control_plane_address", ip_address("192.168.56.99")),
        ("nodes", "5", "nodes", 5),
    ],
)
def test_texts_are_read(key, text, field, value):
    assert getattr(make_profile({key: text}), field) == value


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("overlay", "geneve", "host-gw or vxlan"),
        ("cni.hairpinMode", "maybe", "true or false"),
        ("clusterCIDR", "10.0.0.0/33", "range of addresses"),
        ("clusterCIDR", "10.244.1.0/16", "10.244.0.0/16"),
        ("clusterCIDR", "10.244.0.0/30", "too small"),
        ("clusterCIDR", "10.0.0.0/16,10.1.0.0/16", "IPv4 and an IPv6"),
        ("clusterCIDR", "", "one range"),
        ("serviceCIDR", "10.96.0.1", "range"),
        ("underlay", "fd00::/64", "IPv4"),
        ("router", "10.0.0.1", "not in the underlay"),
        ("internet", "fd00::1", "IPv4"),
        ("controlPlane", "192.168.56.1", "router's"),
        ("nodes", "0", "from 1"),
        ("nodes", "9" * 5000, "from 1"),
        ("sysctl.net.ipv4.ip_forward", "yes", "0, 1 or 2"),
    ],
)
def test_what_will_not_do_is_told_with_what_would(key, text, said):
    with pytest.raises(SettingError) as caught:
        make_profile({key: text})
    assert caught.value.key == key
    assert said in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("ovrlay", "overlay"),
        ("clustercidr", "clusterCIDR"),
        ("hairpinMode", "cni.hairpinMode"),
        ("sysctl.net.ipv4.ip_foward", "sysctl.net.ipv4.ip_forward"),
    ],
)
def test_a_key_that_does_not_exist(key, meant):
    with pytest.raises(SettingError) as caught:
        make_profile({key: "1"})
    assert caught.value.hint == f'Did you mean "{meant}"?'


def test_ranges_that_overlap_cannot_both_be_set():
    with pytest.raises(SettingError) as caught:
        make_profile({"clusterCIDR": "10.0.0.0/8", "serviceCIDR": "10.96.0.0/16"})
    assert "overlap" in caught.value.message


def test_a_range_that_overlaps_a_default_is_a_problem(problem_of):
    problem = problem_of("ranges-overlap", settings={"clusterCIDR": "10.0.0.0/8"})
    assert "10.96.0.0/12 (serviceCIDR) and 10.0.0.0/8 (clusterCIDR)" in problem.message


def test_sysctls():
    profile = make_profile(
        {"sysctl.net.bridge.bridge-nf-call-iptables": "0", "sysctl.net.ipv4.conf.default.rp_filter": "1"}
    )
    assert profile.sysctl["net.bridge.bridge-nf-call-iptables"] == "0"
    assert profile.sysctl["net.ipv4.conf.default.rp_filter"] == "1"
    assert Profile().sysctl["net.bridge.bridge-nf-call-iptables"] == "1"


def test_another_underlay_brings_its_own_router_and_control_plane():
    profile = make_profile({"underlay": "10.9.0.0/24"})
    assert (str(profile.router_address), str(profile.control_plane_address)) == ("10.9.0.1", "10.9.0.10")
    assert str(make_profile({"underlay": "10.9.0.0/24", "router": "10.9.0.254"}).router_address) == "10.9.0.254"


def test_each_default_in_use_is_an_assumption_in_plain_words():
    keys = [a.key for a in assumptions(make_profile({}), {})]
    assert {"cni", "overlay", "proxy", "listen", "clusterCIDR", "serviceCIDR"} <= set(keys)
    assert "overlay" not in [a.key for a in assumptions(make_profile({"overlay": "vxlan"}), {"overlay": "vxlan"})]
    assert all(a.message.endswith(".") and "{" not in a.message for a in assumptions(make_profile({}), {}))


@pytest.mark.parametrize("key", SETTINGS)
def test_the_hint_of_every_setting_is_a_setting_that_will_do(key):
    with pytest.raises(SettingError) as caught:
        make_profile({key: "?"})
    words = caught.value.hint.removeprefix("For example --set ").removesuffix(".")
    made, _, text = words.partition("=")
    assert make_profile({made: text})
