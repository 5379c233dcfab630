"""What is broken in a world: only what a replay can build, and what stays the same however often it is asked."""

from ipaddress import ip_network

from hypothesis import strategies as st

from tests.fuzz.ranges import TARGETS, Json

SYSCTLS = ("net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables")


@st.composite
def faults(draw: st.DrawFn, settings: dict[str, str], nodes: list[Json], pods: list[Json]) -> list[str]:
    """None in two worlds of three, else one to three."""
    if not draw(st.sampled_from((False, False, True))):
        return []
    one = st.one_of(_of_node(settings, nodes), _of_node(settings, nodes), _of_pod(pods), _of_way(settings, nodes))
    return draw(st.lists(one, min_size=1, max_size=3, unique=True))


@st.composite
def _of_node(draw: st.DrawFn, settings: dict[str, str], nodes: list[Json]) -> str:
    name = draw(st.sampled_from(nodes))["metadata"]["name"]
    port = draw(st.sampled_from(TARGETS))
    devices = ("eth0", *(("cni0",) if settings["cni"] == "bridge" else ()),
               *(("flannel.1",) if settings["overlay"] == "vxlan" else ()))  # fmt: skip
    return draw(
        st.sampled_from(
            (
                f"node-cut:{name}",
                f"node-lost:{name}",
                f"node-drained:{name}",
                f"proxy-flushed:{name}",
                f"proxy-stopped:{name}",
                f"hairpin-off:{name}",
                f"icmp-filtered:{name}",
                f"port-blocked:{name}/{port}/{draw(st.sampled_from(('TCP', 'UDP', 'SCTP')))}",
                f"port-blocked:{name}/8472/UDP",
                f"sysctl-off:{name}/{draw(st.sampled_from(SYSCTLS))}",
                f"sysctl-on:{name}/net.ipv4.conf.all.rp_filter",
                f"link-cut:{name}/{draw(st.sampled_from(devices))}",
                f"mtu:{name}/{draw(st.sampled_from(devices))}={draw(st.sampled_from((1280, 1400)))}",
            )
        )
    )


@st.composite
def _of_pod(draw: st.DrawFn, pods: list[Json]) -> str:
    pod = draw(st.sampled_from(pods))
    key = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    whole = ("pod-stopped", "pod-crashed", "pod-unready", "pod-terminating")
    if pod["spec"].get("hostNetwork"):
        return f"{draw(st.sampled_from(whole))}:{key}"
    inside = (f"hairpin-off:{key}", f"link-cut:{key}/eth0", f"route-forgotten:{key}/default", f"mtu:{key}/eth0=1300")
    return draw(st.sampled_from((*(f"{kind}:{key}" for kind in whole), *inside)))


@st.composite
def _of_way(draw: st.DrawFn, settings: dict[str, str], nodes: list[Json]) -> str:
    """A route that somebody does not have any more."""
    node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
    name, there = node["metadata"]["name"], str(ip_network(other["spec"]["podCIDR"]))
    if node is other:
        whole = "default" if settings["cni"] == "ptp" else there
        return f"route-forgotten:{name}/{draw(st.sampled_from((whole, 'default')))}"
    return f"route-forgotten:{draw(st.sampled_from((name, 'router')))}/{there}"
