"""The recorded packet-flow cases of kube-proxy's own tests, as services, slices and the node of the simulator."""

import json
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path
from typing import Any

from simulator.cluster.model import (
    Endpoint,
    EndpointPort,
    EndpointSlice,
    LoadBalancerIngress,
    Service,
    ServicePort,
)
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.linux.iptables import Source
from simulator.packet.headers import IPAddress, Protocol

FAMILIES = {"IPv4": 4, "IPv6": 6}
Case = dict[str, Any]


def cases(shared: Path, proxy: str) -> list[Case]:
    """Every case of one proxy mode that starts from objects."""
    files = sorted(shared.glob(f"conformance/proxyflows/*/{proxy}_*.json"))
    read = [json.loads(file.read_text()) for file in files]
    return [case for case in read if "services" in case]


def family(case: Case) -> int:
    return FAMILIES[case["ipFamily"]]


def canonical(text: str) -> IPAddress:
    """An address as kube-proxy reads it: 10.180.00.001 is 10.180.0.1."""
    if ":" in text:
        return ip_address(text)
    return ip_address(".".join(str(int(part)) for part in text.split(".")))


def services(case: Case) -> list[Service]:
    return [_service(body) for body in case["services"]]


def _service(body: dict[str, Any]) -> Service:
    spec = body.get("spec", {})
    cluster_ips = spec.get("clusterIPs") or [spec.get("clusterIP") or "None"]
    headless = cluster_ips[0] in ("None", "")
    affinity = spec.get("sessionAffinity") == "ClientIP"
    ingress = body.get("status", {}).get("loadBalancer", {}).get("ingress", [])
    return Service(
        name=body["metadata"]["name"],
        namespace=body["metadata"]["namespace"],
        labels=body["metadata"].get("labels", {}),
        type=spec.get("type", "ClusterIP"),
        cluster_ips=() if headless else tuple(canonical(ip) for ip in cluster_ips),
        headless=headless,
        ports=tuple(_service_port(port, at) for at, port in enumerate(spec.get("ports", []))),
        external_ips=tuple(canonical(ip) for ip in spec.get("externalIPs", [])),
        load_balancer=tuple(
            LoadBalancerIngress(
                canonical(one["ip"]) if one.get("ip") else None, one.get("hostname"), one.get("ipMode") or "VIP"
            )
            for one in ingress
        ),
        source_ranges=tuple(_network_text(text) for text in spec.get("loadBalancerSourceRanges", [])),
        external_traffic_policy=spec.get("externalTrafficPolicy") or "Cluster",
        internal_traffic_policy=spec.get("internalTrafficPolicy") or "Cluster",
        affinity_seconds=spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"] if affinity else None,
        health_check_node_port=spec.get("healthCheckNodePort") or None,
    )


def _network_text(text: str) -> str:
    address, _, length = text.partition("/")
    return f"{canonical(address.strip())}/{length}"


def _service_port(port: dict[str, Any], at: int) -> ServicePort:
    return ServicePort(
        name=port.get("name", ""),
        protocol=Protocol(port.get("protocol", "TCP")),
        port=port["port"],
        target_port=port.get("targetPort", port["port"]),
        index=at,
        node_port=port.get("nodePort") or None,
    )


def slices_of(case: Case) -> dict[str, tuple[EndpointSlice, ...]]:
    found: dict[str, tuple[EndpointSlice, ...]] = {}
    for body in case["endpointSlices"]:
        meta = body["metadata"]
        service = meta["labels"]["kubernetes.io/service-name"]
        key = f"{meta['namespace']}/{service}"
        found[key] = (*found.get(key, ()), EndpointSlice(
            name=meta["name"],
            namespace=meta["namespace"],
            service=service,
            address_type=body.get("addressType", "IPv4"),
            ports=tuple(
                EndpointPort(port.get("name") or "", Protocol(port.get("protocol") or "TCP"), port.get("port"))
                for port in body.get("ports") or []
            ),
            endpoints=tuple(_endpoint(one) for one in body.get("endpoints") or []),
        ))  # fmt: skip
    return found


def _endpoint(body: dict[str, Any]) -> Endpoint:
    conditions = body.get("conditions") or {}
    hints = body.get("hints") or {}
    return Endpoint(
        addresses=tuple(canonical(text) for text in body["addresses"]),
        ready=conditions.get("ready"),
        serving=conditions.get("serving"),
        terminating=conditions.get("terminating"),
        node=body.get("nodeName"),
        hint_zones=tuple(zone["name"] for zone in hints.get("forZones") or []),
        hint_nodes=tuple(node["name"] for node in hints.get("forNodes") or []),
    )


def node(case: Case) -> ProxyNode:
    told = case["node"]
    flags = told.get("iptables", {})
    pod_cidr = told["localDetector"].get("podCIDR")
    return ProxyNode(
        name=told["name"],
        family=family(case),
        labels=told["topologyLabels"],
        ip=ip_address(told["nodeIP"]),
        addresses=tuple(ip_interface(text).ip for text in told["interfaceAddrs"]),
        pods=Source(ip_network(pod_cidr)) if pod_cidr else None,
        node_port_addresses=tuple(ip_network(text) for text in told["nodePortAddresses"]["cidrs"]),
        masquerade_all=told["masqueradeAll"],
        localhost_node_ports=flags.get("localhostNodePorts", True),
        random_fully=flags.get("randomFully", False),
        tcp_be_liberal=flags.get("conntrackTCPLiberal", False),
        counters=tuple(flags.get("nfacctCounters", ())),
    )
