"""Which sysctls are written, and when."""

from netviz.replay.plan_sysctl import device_sysctls, space_sysctls


def test_what_a_new_namespace_takes_over_from_the_host_is_undone() -> None:
    found = dict(space_sysctls({}, six=False))
    assert found["net.ipv4.conf.default.rp_filter"] == "0"
    assert found["net.ipv4.ip_forward"] == "0"


def test_the_models_own_come_last() -> None:
    assert dict(space_sysctls({"net.ipv4.ip_forward": "1"}, six=False))["net.ipv4.ip_forward"] == "1"


def test_without_ipv6_addresses_ipv6_keeps_still() -> None:
    assert dict(space_sysctls({"net.ipv6.conf.all.forwarding": "1"}, six=False)) == dict(space_sysctls({}, six=False))
    assert dict(space_sysctls({}, six=True))["net.ipv6.conf.all.disable_ipv6"] == "0"


def test_a_devices_sysctl_waits_for_the_device_and_has_its_real_name() -> None:
    model = {"net.ipv4.conf.veth@shop/web.route_localnet": "1", "net.ipv4.ip_forward": "1"}
    found = device_sysctls(model, {"lo": "lo", "veth@shop/web": "veth3"}, six=False)
    assert ("net/ipv4/conf/veth3/route_localnet", "1") in found
    assert not any("ip_forward" in name or "/lo/" in name for name, _ in found)
