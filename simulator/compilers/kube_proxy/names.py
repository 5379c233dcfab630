"""The names of kube-proxy's chains.

pkg/proxy/iptables/proxier.go: portProtoHash(), servicePortChainNameBase
"""

from base64 import b32encode
from hashlib import sha256

from simulator.packet.headers import Protocol

SERVICES = "KUBE-SERVICES"
EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES"
NODE_PORTS = "KUBE-NODEPORTS"
POSTROUTING = "KUBE-POSTROUTING"
MARK_MASQ = "KUBE-MARK-MASQ"
FORWARD = "KUBE-FORWARD"
PROXY_FIREWALL = "KUBE-PROXY-FIREWALL"
LOCALNET_FIREWALL = "KUBE-FIREWALL"
CANARY = "KUBE-PROXY-CANARY"

CLUSTER_POLICY = "KUBE-SVC-"
LOCAL_POLICY = "KUBE-SVL-"
EXTERNAL = "KUBE-EXT-"
FIREWALL = "KUBE-FW-"
ENDPOINT = "KUBE-SEP-"


def service_port_name(namespace: str | None, service: str, port: str) -> str:
    """namespace/service:port, without the colon where the port has no name."""
    return f"{namespace}/{service}:{port}" if port else f"{namespace}/{service}"


def port_hash(service_port: str, protocol: Protocol) -> str:
    """What follows KUBE-SVC-, KUBE-SVL-, KUBE-EXT- and KUBE-FW- of one service port."""
    return _hash(service_port + protocol.keyword)


def endpoint_hash(service_port: str, protocol: Protocol, endpoint: str) -> str:
    """What follows KUBE-SEP-; `endpoint` is ip:port."""
    return _hash(service_port + protocol.keyword + endpoint)


def _hash(text: str) -> str:
    return b32encode(sha256(text.encode()).digest())[:16].decode()
