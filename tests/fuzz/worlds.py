"""Random small clusters: what the recordings keep fixed varies here."""

import json
from ipaddress import ip_address, ip_network
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

Json = dict[str, Any]

NODE_NAMES = ("node-a", "node-b", "worker-3", "ip-10-0-0-7.example.internal", "n1")
NAMESPACES = ("default", "shop", "a-rather-long-namespace-name")
CLUSTER_CIDRS = ("10.244.0.0/16", "172.20.0.0/16", "10.128.0.0/14")
SERVICE_CIDRS = ("10.96.0.0/12", "10.43.0.0/16", "172.30.0.0/20")
UNDERLAYS = ("192.168.56.0/24", "10.10.0.0/24", "172.16.4.0/22")
SECOND_SUBNET = "192.168.77.0/24"
PORTS = (80, 443, 8080, 53, 9090)
TARGETS = (8080, 8443, 5353, 9)
PROTOCOLS = ("TCP", "TCP", "TCP", "UDP", "UDP", "SCTP")
LB_RANGE = ip_network("203.0.113.0/24")
EXTERNAL_RANGE = ip_network("198.18.0.0/24")


class World(msgspec.Struct):
    """A cluster to be: its objects, its settings, and rules that somebody else wrote on its nodes."""

    objects: list[Json]
    settings: dict[str, str]
    foreign: list[tuple[str, str]] = []
    chance: int = 0

    def __repr__(self) -> str:
        """Short: hypothesis prints what it tried."""
        return f"World({len(self.objects)} objects, {self.settings}, {self.foreign}, chance={self.chance})"

    def manifests(self) -> str:
        return "---\n".join(json.dumps(found, indent=1) + "\n" for found in self.objects)


@st.composite
def worlds(draw: st.DrawFn, proxies: tuple[str, ...] = ("iptables", "nftables")) -> World:
    settings = draw(_settings(proxies))
    nodes = draw(_nodes(settings))
    dual = "," in settings["clusterCIDR"]
    pods = draw(_pods(nodes))
    services = draw(_services(pods, settings, nodes))
    if dual:
        _speak_both(nodes, pods, services)
    foreign = draw(_foreign(settings))
    return World([*nodes, *pods, *services], settings, foreign, draw(st.integers(0, 2**32)))


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
    }
    if one(False, False, False, False, True):
        settings["neighbors"] = "cold"
    if one(False, False, True):
        settings["proxy.nodePortAddresses"] = one(settings["underlay"], "127.0.0.0/8", settings["clusterCIDR"])
    if settings["overlay"] == "host-gw" and one(False, False, True):
        settings["clusterCIDR"] += ",fd00:10:244::/56"
        settings["serviceCIDR"] += ",fd00:10:96::/112"
        settings.pop("proxy.nodePortAddresses", None)
    return settings


def _speak_both(nodes: list[Json], pods: list[Json], services: list[Json]) -> None:
    """IPv6 beside IPv4: for nodes, pods and Services alike."""
    cidrs = {}
    for place, node in enumerate(nodes):
        cidrs[node["metadata"]["name"]] = ip_network(f"fd00:10:244:{place + 1}::/64")
        node["spec"]["podCIDRs"].append(f"fd00:10:244:{place + 1}::/64")
        home = ip_address(node["status"]["addresses"][0]["address"]) not in ip_network(SECOND_SUBNET)
        own = f"fd00:56:{0 if home else 1}::{11 + place}"
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
    """One to four, on one wire or on two; a range for the pods of each, not always of the same length."""
    names = draw(st.permutations(NODE_NAMES))[: draw(st.sampled_from((1, 2, 2, 3, 3, 4)))]
    home, away = ip_network(settings["underlay"]), ip_network(SECOND_SUBNET)
    length = draw(st.sampled_from((24, 24, 25, 26)))
    ranges = list(ip_network(settings["clusterCIDR"].partition(",")[0]).subnets(new_prefix=length))[1:6]
    apart = draw(st.sampled_from((False, False, True)))
    found = []
    for place, name in enumerate(names):
        subnet = away if apart and place == len(names) - 1 and place else home
        found.append({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": f"zone-{place % 2 + 1}"}},
            "spec": {"podCIDR": str(ranges[place]), "podCIDRs": [str(ranges[place])]},
            "status": {"addresses": [{"type": "InternalIP", "address": str(subnet[11 + place])}],
                       "conditions": [{"type": "Ready", "status": "True"}]},
        })  # fmt: skip
    return found


@st.composite
def _pods(draw: st.DrawFn, nodes: list[Json]) -> list[Json]:
    """A client on every node, and three to seven servers of up to three kinds."""
    found = []
    taken: set[tuple[str, int, str]] = set()
    for place, node in enumerate(nodes):
        found.append(
            _pod(f"client-{place}", NAMESPACES[place % 2], {"app": "client"}, node, place, [{"containerPort": 7}])
        )
    for place in range(draw(st.integers(3, 7))):
        node = draw(st.sampled_from(nodes))
        ports = draw(_container_ports())
        pod = _pod(f"web-{place}", draw(st.sampled_from(NAMESPACES[:2])), {"app": draw(st.sampled_from("abc"))}, node,
                   10 + place, ports)  # fmt: skip
        draw(_peculiar(pod, node, taken))
        if draw(st.sampled_from((False, False, True))):
            pod["spec"]["containers"].append({"name": "sidecar", "image": "i", "ports": [{"containerPort": 9100}]})
        found.append(pod)
    return found


@st.composite
def _container_ports(draw: st.DrawFn) -> list[Json]:
    numbers = draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3, unique=True))
    return [{"containerPort": n, "protocol": draw(st.sampled_from(PROTOCOLS)), "name": f"p{n}"} for n in numbers]


def _pod(name: str, namespace: str, labels: Json, node: Json, place: int, ports: list[Json]) -> Json:
    address = ip_network(node["spec"]["podCIDR"])[10 + place]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": node["metadata"]["name"],
                 "containers": [{"name": "main", "image": "i", "ports": ports}],
                 "tolerations": [{"operator": "Exists"}]},
        "status": {"phase": "Running", "podIP": str(address), "podIPs": [{"ip": str(address)}],
                   "hostIP": node["status"]["addresses"][0]["address"],
                   "conditions": [{"type": "Ready", "status": "True"}]},
    }  # fmt: skip


@st.composite
def _peculiar(draw: st.DrawFn, pod: Json, node: Json, taken: set[tuple[str, int, str]]) -> None:
    """Some are not ready, some are going, some are on the node's own network, some have a host port."""
    kind = draw(st.sampled_from(("", "", "", "", "", "unready", "terminating", "going", "host", "hostPort")))
    name = node["metadata"]["name"]
    ports = pod["spec"]["containers"][0]["ports"]
    if kind in ("unready", "going"):
        pod["status"]["conditions"][0]["status"] = "False"
    if kind in ("terminating", "going"):
        pod["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 30}
    if kind == "host" and not any((name, p["containerPort"], p["protocol"]) in taken for p in ports):
        taken.update((name, p["containerPort"], p["protocol"]) for p in ports)
        pod["spec"]["hostNetwork"] = True
        pod["status"]["podIP"] = pod["status"]["hostIP"]
        pod["status"]["podIPs"] = [{"ip": pod["status"]["hostIP"]}]
    if kind == "hostPort":
        for port in ports:
            number = port["containerPort"] + 10000
            if (name, number, port["protocol"]) not in taken:
                taken.add((name, number, port["protocol"]))
                port["hostPort"] = number


@st.composite
def _services(draw: st.DrawFn, pods: list[Json], settings: dict[str, str], nodes: list[Json]) -> list[Json]:
    """Two to five, of every type and policy; now and then one without a selector, with slices written by hand."""
    cluster_ips = ip_network(settings["serviceCIDR"].partition(",")[0])
    found: list[Json] = []
    for place in range(draw(st.integers(2, 5))):
        kind = draw(st.sampled_from(("ClusterIP", "ClusterIP", "NodePort", "NodePort", "LoadBalancer")))
        meant = draw(st.sampled_from([pod for pod in pods if pod["metadata"]["labels"]["app"] != "client"]))
        spec: Json = {
            "type": kind,
            "clusterIP": str(cluster_ips[100 + place]),
            "clusterIPs": [str(cluster_ips[100 + place])],
            "selector": dict(meant["metadata"]["labels"]),
            "ports": draw(_service_ports(place, kind, meant["spec"]["containers"][0]["ports"])),
        }
        namespace = meant["metadata"]["namespace"]
        service: Json = {"apiVersion": "v1", "kind": "Service",
                         "metadata": {"name": f"svc-{place}", "namespace": namespace}, "spec": spec}  # fmt: skip
        draw(_policies(spec, kind))
        if kind == "LoadBalancer":
            draw(_balanced(service, place, settings, nodes))
        if draw(st.sampled_from((False, False, False, True))):
            spec["externalIPs"] = [str(EXTERNAL_RANGE[10 + place])]
        found.append(service)
        if draw(st.sampled_from((False,) * 6 + (True,))):
            del spec["selector"]
            found.append(draw(_written_slice(service, pods)))
    return found


@st.composite
def _service_ports(draw: st.DrawFn, place: int, kind: str, offered: list[Json]) -> list[Json]:
    """Mostly ports that the pods in mind have; now and then any."""
    found = []
    for index, number in enumerate(draw(st.lists(st.sampled_from(PORTS), min_size=1, max_size=2, unique=True))):
        there = draw(st.sampled_from(offered))
        target, protocol = there["containerPort"], there["protocol"]
        if draw(st.sampled_from((False, False, False, True))):
            target, protocol = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(PROTOCOLS))
        port: Json = {"name": f"port-{index}", "port": number, "protocol": protocol,
                      "targetPort": draw(st.sampled_from((target, f"p{target}")))}  # fmt: skip
        if kind != "ClusterIP":
            port["nodePort"] = 30000 + place * 10 + index
        found.append(port)
    return found


@st.composite
def _policies(draw: st.DrawFn, spec: Json, kind: str) -> None:
    if kind != "ClusterIP" or draw(st.booleans()):
        spec["externalTrafficPolicy"] = draw(st.sampled_from(("Cluster", "Cluster", "Local")))
        if kind == "ClusterIP":
            del spec["externalTrafficPolicy"]
    spec["internalTrafficPolicy"] = draw(st.sampled_from(("Cluster", "Cluster", "Cluster", "Local")))
    if draw(st.sampled_from((False,) * 5 + (True,))):
        spec["sessionAffinity"] = "ClientIP"
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    if draw(st.sampled_from((False,) * 6 + (True,))):
        spec["trafficDistribution"] = "PreferSameZone"
    if draw(st.sampled_from((False,) * 6 + (True,))):
        spec["publishNotReadyAddresses"] = True


@st.composite
def _balanced(draw: st.DrawFn, service: Json, place: int, settings: dict[str, str], nodes: list[Json]) -> None:
    ingress: Json = {"ip": str(LB_RANGE[10 + place])}
    mode = draw(st.sampled_from(("VIP", "VIP", "Proxy")))
    service["status"] = {"loadBalancer": {"ingress": [ingress | {"ipMode": mode}]}}
    if draw(st.sampled_from((False, False, True))):
        pods = settings["clusterCIDR"].partition(",")[0]
        ranges = ("198.51.100.0/24", pods, settings["underlay"], "192.0.2.0/24")
        service["spec"]["loadBalancerSourceRanges"] = draw(
            st.lists(st.sampled_from(ranges), min_size=1, max_size=2, unique=True)
        )
    if service["spec"].get("externalTrafficPolicy") == "Local":
        service["spec"]["healthCheckNodePort"] = 32000 + place


@st.composite
def _written_slice(draw: st.DrawFn, service: Json, pods: list[Json]) -> Json:
    """Endpoints that no selector found: a pod, an address that nobody has, the world outside."""
    chosen = draw(st.sampled_from(pods))
    cidr = ip_network(f"{chosen['status']['podIP']}/26", strict=False)
    addresses = (chosen["status"]["podIP"], str(cidr[60]), "198.51.100.7")
    ports = service["spec"]["ports"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": service["metadata"]["name"] + "-hand", "namespace": service["metadata"]["namespace"],
                     "labels": {"kubernetes.io/service-name": service["metadata"]["name"]}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [draw(st.sampled_from(addresses))], "conditions": {"ready": True}}],
        "ports": [{"name": p["name"], "port": draw(st.sampled_from((8081, *TARGETS))), "protocol": p["protocol"]} for p in ports],
    }  # fmt: skip


@st.composite
def _foreign(draw: st.DrawFn, settings: dict[str, str]) -> list[tuple[str, str]]:
    """(chain of table filter, rule) that another program put first: a port that is shut, a wire that is watched."""
    if draw(st.sampled_from((False, False, False, True))) is False:
        return []
    port = draw(st.sampled_from(TARGETS))
    rules = (
        ("FORWARD", f"-p tcp -m tcp --dport {port} -j DROP"),
        ("FORWARD", "-m conntrack --ctstate INVALID -j DROP"),
        ("FORWARD", f"-s {settings['underlay']} -p udp -j REJECT --reject-with icmp-port-unreachable"),
        ("INPUT", "-p tcp -m tcp --dport 30000:30010 -j DROP"),
        ("INPUT", "-p icmp -j DROP"),
        ("OUTPUT", f"-p udp -m udp --dport {port} -j DROP"),
        ("FORWARD", "-p tcp -m tcp --dport 8443 -j REJECT --reject-with tcp-reset"),
    )
    return draw(st.lists(st.sampled_from(rules), min_size=1, max_size=2, unique=True))


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def randomly(world: World) -> Random:
    """Chance for the choice of flows, from the world's own number."""
    return Random(world.chance)
