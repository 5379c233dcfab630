"""Service meshes by Gateway API (GAMMA): routes whose parent is a Service, for clients inside the cluster.

GEP-1294 (producer and consumer routes), GEP-1324. The sidecar of the client decides, by the Service that it dials.
"""

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.status_model import Attachment
from simulator.cluster.model import Service, ServicePort
from simulator.compilers.http.backends import upstream
from simulator.compilers.http.gateway import rules_of
from simulator.compilers.http.route_filters import Compiler
from simulator.programs.routes import Backend, Listener, Rule, Table


def mesh_table(cluster: Cluster, client: str, service: Service, port: ServicePort) -> Table:
    """What the client's sidecar knows of a Service port; without routes, it goes to the Service as always.

    `client` is the client's namespace: its own routes for somebody else's Service (consumer routes) count before those
    beside the Service (producer routes), and for nobody else.
    """
    compiler = Compiler(cluster)
    attached = _routes(cluster, client, service, port)
    entries = sorted((entry for one in attached for entry in rules_of(compiler, one)), key=lambda entry: entry[0])
    direct = Rule(
        name=f"{service.ref}, no route", kind="Service", owner=service.key,
        backends=(Backend(upstream(cluster, service, port)),), origins=service.origin("spec", "ports", port.index),
    )  # fmt: skip
    listener = Listener(
        name=f"{service.ref}, port {port.port}", port=port.port, protocol="HTTP",
        rules=tuple(rule for _, rule in entries), fallback=None if entries else direct, origins=direct.origins,
    )  # fmt: skip
    return Table(f"the mesh, for {service.ref}", (listener,), origins=service.origin())


def _routes(cluster: Cluster, client: str, service: Service, port: ServicePort) -> list[Attachment]:
    every = [
        one for one in cluster.web.status.mesh.get(service.key, ())
        if one.parent.port in (None, port.port) and one.route.kind in ("HTTPRoute", "GRPCRoute")
    ] if not cluster.web.empty else []  # fmt: skip
    own = [one for one in every if one.route.namespace == client and client != service.namespace]
    return own or [one for one in every if one.route.namespace == service.namespace]
