"""Random small clusters: what the recordings keep fixed varies here."""

import json
from ipaddress import ip_address, ip_network
from random import Random

import msgspec
from hypothesis import strategies as st

from tests.fuzz.faults import faults
from tests.fuzz.foreign import Foreign, foreign_rules
from tests.fuzz.pods import deployments, pods
from tests.fuzz.policies import policies
from tests.fuzz.ranges import CLUSTER_CIDRS, NODE_NAMES, OTHER_SUBNETS, SERVICE_CIDRS, UNDERLAYS, Json, first_range
from tests.fuzz.services import services


class World(msgspec.Struct):
    """A cluster to be: its objects, its settings, what is broken, and rules that somebody else wrote on its nodes."""

    objects: list[Json]
    settings: dict[str, str]
    foreign: list[Foreign] = []
    faults: list[str] = []
    chance: int = 0

    def __repr__(self) -> str:
        """Short: hypothesis prints what it tried."""
        broken = f"{self.foreign}, {self.faults}"
        return f"World({len(self.objects)} objects, {self.settings}, {broken}, chance={self.chance})"

    def manifests(self) -> str:
        return "---\n".join(json.dumps(found, indent=1) + "\n" for found in self.objects)


@st.composite
def worlds(draw: st.DrawFn, proxies: tuple[str, ...] = ("iptables", "nftables")) -> World:
    settings = draw(_settings(proxies))
    nodes = draw(_nodes(settings))
    dual = "," in settings["clusterCIDR"]
    servers = draw(pods(nodes))
    workloads = draw(deployments())
    offers = draw(services(servers, settings, nodes))
    if dual:
        _speak_both(nodes, servers, offers)
    foreign = draw(foreign_rules(settings))
    broken = draw(faults(settings, nodes, servers))
    objects = [*nodes, *servers, *offers, *workloads, *draw(policies(settings))]
    return World(objects, settings, foreign, broken, draw(st.integers(0, 2**32)))


@st.composite
def _settings(draw: st.DrawFn, proxies: tuple[str, ...]) -> dict[str, str]:
    one = lambda *words: draw(st.sampled_from(words))  # noqa: E731
    settings = {
        "proxy": one(*proxies),
        "overlay": one("host-gw", "vxlan"),
        "cni": one("bridge", "bridge", "ptp"),
        "clusterCIDR": one(*CLUSTER_CIDRS),
        "serviceCIDR": one(*SERVICE_CIDRS),
        "underlay": one(*UNDERLAYS),
        "sysctl.net.bridge.bridge-nf-call-iptables": one("1", "1", "1", "0"),
        "cni.hairpinMode": one("true", "true", "false"),
        "proxy.masqueradeAll": one("false", "false", "true"),
        "sysctl.net.ipv4.conf.all.rp_filter": one("0", "0", "1", "2"),
        "proxy.detectLocalMode": one("ClusterCIDR", "ClusterCIDR", "NodeCIDR"),
        "sysctl.net.ipv4.conf.all.route_localnet": one("", "", "", "", "0", "1"),
        "sysctl.net.ipv4.ip_forward": one("1", "1", "1", "1", "1", "1", "1", "0"),
    }
    if settings["cni"] == "bridge" and one(False, False, False, True):
        settings["proxy.detectLocalMode"] = one("BridgeInterface", "InterfaceNamePrefix")
    if one(False, False, False, False, True):
        settings["neighbors"] = "cold"
    if one(False, False, True):
        settings["proxy.nodePortAddresses"] = one(settings["underlay"], "127.0.0.0/8", settings["clusterCIDR"])
    if one(False, False, True):
        settings["sysctl.net.ipv6.conf.all.forwarding"] = one("1", "1", "1", "1", "0")
        settings["sysctl.net.bridge.bridge-nf-call-ip6tables"] = one("1", "1", "0")
        settings["clusterCIDR"] += ",fd00:10:244::/56"
        settings["serviceCIDR"] += ",fd00:10:96::/112"
        settings.pop("proxy.nodePortAddresses", None)
    return {key: value for key, value in settings.items() if value}


def _speak_both(nodes: list[Json], pods: list[Json], services: list[Json]) -> None:
    """IPv6 beside IPv4: for nodes, pods and Services alike."""
    cidrs = {}
    for place, node in enumerate(nodes):
        cidrs[node["metadata"]["name"]] = ip_network(f"fd00:10:244:{place + 1}::/64")
        node["spec"]["podCIDRs"].append(f"fd00:10:244:{place + 1}::/64")
        wires = [
            ip_address(node["status"]["addresses"][0]["address"]) in ip_network(subnet) for subnet in OTHER_SUBNETS
        ]
        own = f"fd00:56:{wires.index(True) + 1 if True in wires else 0}::{11 + place}"
        node["status"]["addresses"].append({"type": "InternalIP", "address": own})
    for place, pod in enumerate(pods):
        name = pod["spec"]["nodeName"]
        node = next(n for n in nodes if n["metadata"]["name"] == name)
        host = pod["spec"].get("hostNetwork", False)
        own = node["status"]["addresses"][1]["address"] if host else str(cidrs[name][16 + place])
        pod["status"]["podIPs"].append({"ip": own})
    for place, service in enumerate(found for found in services if found["kind"] == "Service"):
        second = f"fd00:10:96::{place + 16:x}"
        service["spec"] |= {"clusterIPs": [service["spec"]["clusterIP"], second], "ipFamilies": ["IPv4", "IPv6"],
                            "ipFamilyPolicy": "RequireDualStack"}  # fmt: skip


@st.composite
def _nodes(draw: st.DrawFn, settings: dict[str, str]) -> list[Json]:
    """One to four, on one wire, two or three; a range for the pods of each, not always of the same length."""
    names = draw(st.permutations(NODE_NAMES))[: draw(st.sampled_from((1, 2, 2, 3, 3, 4)))]
    length = draw(st.sampled_from((24, 24, 25, 26)))
    ranges = list(ip_network(first_range(settings["clusterCIDR"])).subnets(new_prefix=length))[1:6]
    away = draw(st.sampled_from((0, 0, 0, 1, 2)))
    found = []
    for place, name in enumerate(names):
        last = len(names) - 1 - place
        subnet = OTHER_SUBNETS[last] if last < away and place else settings["underlay"]
        found.append({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": f"zone-{place % 2 + 1}"}},
            "spec": {"podCIDR": str(ranges[place]), "podCIDRs": [str(ranges[place])]},
            "status": {"addresses": [{"type": "InternalIP", "address": str(ip_network(subnet)[11 + place])}],
                       "conditions": [{"type": "Ready", "status": "True"}]},
        })  # fmt: skip
    return found


def randomly(world: World) -> Random:
    """Chance for the choice of flows, from the world's own number."""
    return Random(world.chance)
