"""Services of a world, of every type and policy, and slices written by hand."""

from ipaddress import ip_network

from hypothesis import strategies as st

from tests.fuzz.ranges import EXTERNAL_RANGE, LB_RANGE, PORTS, PROTOCOLS, TARGETS, Json, first_range

ANY: list[Json] = [{"containerPort": 8080, "protocol": "TCP"}]


@st.composite
def services(draw: st.DrawFn, pods: list[Json], settings: dict[str, str], nodes: list[Json]) -> list[Json]:
    """Two to five, of every type and policy; now and then one without a selector, with slices written by hand."""
    cluster_ips = ip_network(first_range(settings["serviceCIDR"]))
    found: list[Json] = []
    for place in range(draw(st.integers(2, 5))):
        kind = draw(st.sampled_from(("ClusterIP", "ClusterIP", "NodePort", "NodePort", "LoadBalancer")))
        meant = draw(st.sampled_from([pod for pod in pods if pod["metadata"]["labels"]["app"] != "client"]))
        spec: Json = {
            "type": kind,
            "clusterIP": str(cluster_ips[100 + place]),
            "clusterIPs": [str(cluster_ips[100 + place])],
            "selector": dict(meant["metadata"]["labels"]),
            "ports": draw(_service_ports(place, kind, meant["spec"]["containers"][0].get("ports") or ANY)),
        }
        namespace = meant["metadata"]["namespace"]
        service: Json = {"apiVersion": "v1", "kind": "Service",
                         "metadata": {"name": f"svc-{place}", "namespace": namespace}, "spec": spec}  # fmt: skip
        draw(_policies(spec, kind))
        if kind == "LoadBalancer":
            draw(_balanced(service, place, settings, nodes))
        if draw(st.sampled_from((False, False, False, True))):
            own = nodes[0]["status"]["addresses"][0]["address"]
            spec["externalIPs"] = [draw(st.sampled_from((str(EXTERNAL_RANGE[10 + place]),) * 3 + (own,)))]
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
    own = nodes[-1]["status"]["addresses"][0]["address"]
    ingress: Json = {"ip": draw(st.sampled_from((str(LB_RANGE[10 + place]),) * 4 + (own,)))}
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
