"""What worlds are made of: names, ranges, ports."""

from ipaddress import ip_network
from typing import Any

Json = dict[str, Any]

NODE_NAMES = ("node-a", "node-b", "worker-3", "ip-10-0-0-7.example.internal", "n1")
NAMESPACES = ("default", "shop")
CLUSTER_CIDRS = ("10.244.0.0/16", "172.20.0.0/16", "10.128.0.0/14")
SERVICE_CIDRS = ("10.96.0.0/12", "10.43.0.0/16", "172.30.0.0/20")
UNDERLAYS = ("192.168.56.0/24", "10.10.0.0/24", "172.16.4.0/22")
OTHER_SUBNETS = ("192.168.77.0/24", "192.168.78.0/24")
PORTS = (80, 443, 8080, 53, 9090)
TARGETS = (8080, 8443, 5353, 9)
PROTOCOLS = ("TCP", "TCP", "TCP", "UDP", "UDP", "SCTP")
LB_RANGE = ip_network("203.0.113.0/24")
EXTERNAL_RANGE = ip_network("198.18.0.0/24")


def first_range(cidrs: str) -> str:
    """The IPv4 one of a pair."""
    return cidrs.partition(",")[0]
