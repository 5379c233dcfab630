"""Rules that somebody else wrote on a node: a firewall, a hand that wanted to help."""

from ipaddress import ip_network

from hypothesis import strategies as st

from tests.fuzz.ranges import TARGETS, first_range

Foreign = tuple[str, str, str]
"""(table, chain, rule or, as "policy DROP", the chain's policy)"""


@st.composite
def foreign_rules(draw: st.DrawFn, settings: dict[str, str]) -> list[Foreign]:
    """Mostly none; else one or two that stand first in their chain."""
    if not draw(st.sampled_from((False, False, True))):
        return []
    return draw(
        st.lists(st.sampled_from(_rules(settings, draw(st.sampled_from(TARGETS)))), min_size=1, max_size=2, unique=True)
    )


def _rules(settings: dict[str, str], port: int) -> tuple[Foreign, ...]:
    pods, services = first_range(settings["clusterCIDR"]), first_range(settings["serviceCIDR"])
    node = ip_network(settings["underlay"])[11]
    return (
        ("filter", "FORWARD", f"-p tcp -m tcp --dport {port} -j DROP"),
        ("filter", "FORWARD", "-m conntrack --ctstate INVALID -j DROP"),
        ("filter", "FORWARD", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
        ("filter", "FORWARD", f"-s {settings['underlay']} -p udp -j REJECT --reject-with icmp-port-unreachable"),
        ("filter", "FORWARD", "-p tcp -m tcp --dport 8443 -j REJECT --reject-with tcp-reset"),
        ("filter", "FORWARD", "-p udp -j REJECT --reject-with icmp-host-prohibited"),
        ("filter", "FORWARD", "-m physdev --physdev-is-bridged -p udp -j DROP"),
        ("filter", "FORWARD", "-i cni0 -o cni0 -p tcp -j DROP"),
        ("filter", "FORWARD", "policy DROP"),
        ("filter", "INPUT", "policy DROP"),
        ("filter", "INPUT", "-p tcp -m tcp --dport 30000:30010 -j DROP"),
        ("filter", "INPUT", "-p icmp -j DROP"),
        (
            "filter",
            "INPUT",
            "-p tcp -m multiport --dports 30000,30020,18080 -j REJECT --reject-with icmp-port-unreachable",
        ),
        ("filter", "OUTPUT", f"-p udp -m udp --dport {port} -j DROP"),
        ("filter", "OUTPUT", f"-d {services} -j REJECT --reject-with icmp-net-unreachable"),
        ("nat", "PREROUTING", f"-d {services} -p udp -j RETURN"),
        ("nat", "PREROUTING", f"-d {services} -p udp -j ACCEPT"),
        ("nat", "PREROUTING", "-p tcp -m tcp --dport 4567 -j DNAT --to-destination 198.51.100.7:8081"),
        ("nat", "OUTPUT", "-p tcp -m tcp --dport 4567 -j DNAT --to-destination 198.51.100.7:8081"),
        ("nat", "POSTROUTING", f"-s {pods} -p tcp -j MASQUERADE"),
        ("nat", "POSTROUTING", f"-s {pods} -d {pods} -j ACCEPT"),
        ("nat", "POSTROUTING", f"-s {pods} ! -d {pods} -j SNAT --to-source {node}"),
        ("mangle", "PREROUTING", "-p udp -j MARK --set-xmark 0x4000/0x4000"),
        ("mangle", "FORWARD", "-p icmp -j DROP"),
        ("mangle", "POSTROUTING", "-p tcp -m tcp --dport 5353 -j DROP"),
    )
