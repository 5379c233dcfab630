"""The sysctls of a namespace: the model's, and those that keep the kernel from doing by the way what no model tells."""

from collections.abc import Mapping

QUIET = {
    "net.ipv4.icmp_ratelimit": "0",
    "net.ipv4.icmp_msgs_per_sec": "100000",
    "net.ipv4.icmp_msgs_burst": "100000",
    "net.ipv4.ping_group_range": "0 2147483647",
    "net.ipv4.tcp_syn_retries": "1",
    "net.ipv4.tcp_synack_retries": "0",
    "net.ipv4.ip_forward": "0",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    "net.ipv4.conf.lo.rp_filter": "0",
    "net.ipv4.conf.all.route_localnet": "0",
    "net.ipv4.conf.default.route_localnet": "0",
    "net.ipv4.conf.lo.route_localnet": "0",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.default.accept_redirects": "0",
    "net.netfilter.nf_conntrack_sctp_timeout_closed": "60",
    "net.netfilter.nf_conntrack_sctp_timeout_cookie_wait": "60",
}
"""Redirects and limits on ICMP are not modelled; what a new namespace takes over from the host is undone. No entry is
forgotten (after 3 seconds, else) before it was read."""
NO_IPV6 = {"net.ipv6.conf.all.disable_ipv6": "1", "net.ipv6.conf.default.disable_ipv6": "1"}
IPV6 = {
    "net.ipv6.conf.all.disable_ipv6": "0",
    "net.ipv6.conf.default.disable_ipv6": "0",
    "net.ipv6.conf.all.forwarding": "0",
    "net.ipv6.conf.default.accept_dad": "0",
    "net.ipv6.conf.default.accept_ra": "0",
    "net.ipv6.icmp.ratelimit": "0",
}


def space_sysctls(model: Mapping[str, str], six: bool) -> list[tuple[str, str]]:
    """(name, value) to write before there are devices; the model's own last."""
    bridge = dict.fromkeys(("net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-ip6tables"), "0")
    own = {key: value for key, value in model.items() if not is_of_device(key) and (six or ".ipv6." not in key)}
    return list((QUIET | (IPV6 if six else NO_IPV6) | bridge | own).items())


def is_of_device(key: str) -> bool:
    """net.ipv4.conf.cni0.route_localnet and the like."""
    words = key.split(".")
    return words[0] != "net" or (len(words) > 3 and words[2] == "conf" and words[3] not in ("all", "default", "lo"))


def device_sysctls(model: Mapping[str, str], devices: Mapping[str, str], six: bool) -> list[tuple[str, str]]:
    """What to write once the devices are there: the model's, and that who does not answer is given up soon.

    `devices` are real names by the model's.
    """
    families = ("ipv4", "ipv6") if six else ("ipv4",)
    found = []
    for key, value in model.items():
        if key.startswith("net.") and is_of_device(key):
            family, _, rest = key.removeprefix("net.").partition(".conf.")
            device, _, name = rest.rpartition(".")
            if device in devices and family in families:
                found.append((f"net/{family}/conf/{devices[device]}/{name}", value))
    for device in devices.values():
        for family in families if device != "lo" else ():
            place = f"net/{family}/neigh/{device}"
            found += [(f"{place}/mcast_solicit", "1"), (f"{place}/retrans_time_ms", "40")]
    return found
