"""kube-proxy's health checks: an HTTP answer a Service, for load balancers to learn which nodes have endpoints.

pkg/proxy/healthcheck/service_health.go
"""

import json

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node, Service
from simulator.linux.socket import HttpAnswer, Socket
from simulator.packet.headers import IPAddress, Protocol


def health_sockets(cluster: Cluster, node: Node) -> list[Socket]:
    """The health check ports that kube-proxy listens on, with what it answers on this node."""
    return [
        Socket(
            Protocol.TCP,
            None,
            service.health_check_node_port,
            "kube-proxy",
            greets=False,
            http=_answer(cluster, node, service),
            origins=service.origin("spec", "healthCheckNodePort"),
        )
        for service in cluster.services.values()
        if service.health_check_node_port is not None
    ]


def _answer(cluster: Cluster, node: Node, service: Service) -> HttpAnswer:
    """200 where the node has ready endpoints of its own, else 503. service_health.go:hcHandler.ServeHTTP()"""
    local = local_endpoints(cluster, node, service)
    name = {"namespace": service.namespace, "name": service.name}
    body = {"service": name, "localEndpoints": len(local), "serviceProxyHealthy": True}
    return HttpAnswer(200 if local else 503, json.dumps(body))


def local_endpoints(cluster: Cluster, node: Node, service: Service) -> set[IPAddress]:
    """Those that let the node answer 200."""
    return {
        endpoint.addresses[0]
        for slice_ in cluster.slices_of(service.key)
        for endpoint in slice_.endpoints
        if endpoint.node == node.name and endpoint.ready is not False
    }
