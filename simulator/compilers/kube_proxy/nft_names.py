"""The names of kube-proxy's objects in nftables.

pkg/proxy/nftables/proxier.go: servicePortChainNameBase(), servicePortEndpointChainNameBase(), hashAndTruncate()
"""

from base64 import b32encode
from hashlib import sha256

from simulator.compilers.kube_proxy.endpoints import ProxyEndpoint
from simulator.compilers.kube_proxy.services import ProxyPort

TABLE = "kube-proxy"

CLUSTER_POLICY = "service-"
LOCAL_POLICY = "local-"
EXTERNAL = "external-"
FIREWALL = "firewall-"
ENDPOINT = "endpoint-"
AFFINITY = "affinity-"
REJECT = "reject-chain"

CLUSTER_IPS = "cluster-ips"
NODE_PORT_IPS = "nodeport-ips"
HAIRPINS = "hairpin-connections"
SERVICE_IPS = "service-ips"
SERVICE_NODE_PORTS = "service-nodeports"
NO_ENDPOINT_SERVICES = "no-endpoint-services"
NO_ENDPOINT_NODE_PORTS = "no-endpoint-nodeports"
FIREWALL_IPS = "firewall-ips"

MAX_LENGTH = 240
"""nft takes 256 characters; 16 are left for the prefix."""


def port_base(port: ProxyPort) -> str:
    """What follows service-, local-, external- and firewall-."""
    return _hashed(_key(port))


def endpoint_base(port: ProxyPort, endpoint: ProxyEndpoint) -> str:
    """What follows endpoint- and affinity-; nft's names have no colons."""
    address = str(endpoint.address).replace(":", ".")
    return _hashed(f"{_key(port)}__{address}/{endpoint.port}")


def service_key(name: str) -> str:
    """namespace/service in the name of a service's chain; "" in any other name."""
    parts = name.partition("-")[2].partition("-")[2].split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else ""


def _key(port: ProxyPort) -> str:
    service = port.service
    return f"{service.namespace}/{service.name}/{port.port.protocol.keyword}/{port.port.name}"


def _hashed(text: str) -> str:
    digest = b32encode(sha256(text.encode()).digest())[:8].decode()
    name = f"{digest}-{text}"
    return name if len(name) <= MAX_LENGTH else name[: MAX_LENGTH - 3] + "..."
