"""A request from outside through an Ingress or a Gateway: which proxy takes it, what it decides, what comes back."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from simulator.analysis.flow_error import FlowError, did_you_mean
from simulator.chance import Choose, Option
from simulator.cluster.cluster import Cluster
from simulator.cluster.http.owners import Controller, controllers
from simulator.compilers.http.gateway import gateway_table
from simulator.compilers.http.ingress import ingress_table
from simulator.compilers.http.mesh import mesh_table
from simulator.programs.decision import Decision
from simulator.programs.http import (
    DEFAULT_PORT,
    SECURE,
    Field,
    Request,
    Response,
    Url,
    UrlError,
    headers_of,
    parse_url,
)
from simulator.programs.http_server import serve
from simulator.programs.matching import host_matches, host_rank
from simulator.programs.reverse_proxy import decide, finish
from simulator.programs.routes import Table

MOST_BRANCHES = 512
TLS_OF = {"http": "https", "grpc": "grpcs"}
Config = Mapping[str, str]


class Question(msgspec.Struct, frozen=True):
    """What is asked. `via` is "gateway/NS/NAME[:PORT]", "ingress[/CLASS]", "mesh", or None to find out.

    In a mesh `source` ("NS/POD", "NS/WORKLOAD" or "NS/LABEL=VALUE,...") is the client whose sidecar decides.
    """

    url: str
    method: str = "GET"
    headers: tuple[Field, ...] = ()
    via: str | None = None
    sni: str | None = None
    answer_headers: tuple[Field, ...] = ()
    client: str | None = None
    config: tuple[Field, ...] = ()
    source: str | None = None


class Exchange(msgspec.Struct, frozen=True):
    """A request, the proxy that took it, what it decided, and the answer (in `decision.response`)."""

    request: Request
    table: Table
    decision: Decision
    assumptions: tuple[str, ...] = ()

    @property
    def response(self) -> Response | None:
        return self.decision.response


class Way(msgspec.Struct, frozen=True):
    """One way that chance can go."""

    probability: float
    picks: tuple[str, ...]
    exchange: Exchange


class Door(msgspec.Struct, frozen=True):
    """A proxy that can be asked, and what was assumed to ask it."""

    table: Table
    port: int | None = None
    assumptions: tuple[str, ...] = ()


def exchange(cluster: Cluster, question: Question, choose: Choose) -> Exchange:
    """Raises FlowError for a question that can't be asked."""
    request = request_of(cluster, question)
    door = door_of(cluster, question, request)
    if door.port is not None:
        request = msgspec.structs.replace(request, port=door.port)
    return answered(request, door, question, choose)


def answered(request: Request, door: Door, question: Question, choose: Choose) -> Exchange:
    decision = decide(door.table, request, choose)
    if decision.request is not None and decision.target is not None:
        served = serve(decision.request, decision.target.program, question.answer_headers)
        decision = finish(decision, request, served)
    return Exchange(request, door.table, decision, door.assumptions)


def ways(cluster: Cluster, question: Question) -> list[Way]:
    """Every way that chance can go, the likely first."""
    request = request_of(cluster, question)
    door = door_of(cluster, question, request)
    if door.port is not None:
        request = msgspec.structs.replace(request, port=door.port)
    found: list[Way] = []
    open_: list[tuple[int, ...]] = [()]
    while open_ and len(found) < MOST_BRANCHES:
        script = open_.pop()
        told: list[tuple[Sequence[Option], int]] = []

        def choose(
            options: Sequence[Option], script: tuple[int, ...] = script, told: list[tuple[Sequence[Option], int]] = told
        ) -> int:
            index = script[len(told)] if len(told) < len(script) else 0
            told.append((options, index))
            return index

        answer = answered(request, door, question, choose)
        probability = 1.0
        for options, index in told:
            probability *= options[index].probability
        found.append(Way(probability, tuple(options[index].pick for options, index in told), answer))
        for depth in range(len(script), len(told)):
            taken = tuple(index for _, index in told[:depth])
            open_ += [(*taken, other) for other in range(1, len(told[depth][0]))]
    return sorted(found, key=lambda way: -way.probability)


def request_of(cluster: Cluster, question: Question) -> Request:
    try:
        url = parse_url(question.url)
    except UrlError as error:
        raise FlowError(
            "bad-url", f"{question.url} can't be asked: {error}.", "Write one like http://shop.example/"
        ) from None
    headers = headers_of(question.headers)
    authority = headers.get("Host") or url.authority
    host = authority.rpartition(":")[0] if authority.rpartition(":")[2].isdigit() else authority
    host = host.strip("[]").lower() or url.host
    named = not url.host.replace(".", "").isdigit() and ":" not in url.host
    scheme, port = _over_tls(url) if question.sni and not _names_port(question) else (url.scheme, url.port)
    return Request(
        scheme=scheme, method=question.method.upper(), host=host, port=port, path=url.path, query=url.query,
        headers=headers.remove("Host"), sni=question.sni or (url.host if scheme in SECURE and named else None),
        authority=authority, client=question.client or str(cluster.profile.internet_address),
    )  # fmt: skip


def _names_port(question: Question) -> bool:
    return question.via is not None and ":" in question.via


def _over_tls(url: Url) -> tuple[str, int]:
    """Scheme and port where a name is said in a TLS handshake: then there is one, whatever the URL begins with, unless
    it is known which port is meant.
    """
    scheme = TLS_OF.get(url.scheme, url.scheme)
    plain = url.port == DEFAULT_PORT.get(url.scheme)
    return scheme, DEFAULT_PORT.get(scheme, url.port) if plain else url.port


def door_of(cluster: Cluster, question: Question, request: Request) -> Door:
    via, config = question.via, dict(question.config)
    if via is None:
        return _found(cluster, request, config)
    kind, _, rest = via.partition("/")
    if kind == "gateway":
        return _gateway(cluster, rest)
    if kind == "ingress":
        return _ingress(cluster, rest, request, config)
    if kind == "mesh":
        return _mesh(cluster, question, request)
    raise FlowError("bad-via", f"There is no way in by {via}.", "Write gateway/NAMESPACE/NAME, ingress or mesh.")


def _gateway(cluster: Cluster, text: str) -> Door:
    key, _, port = text.partition(":")
    gateway = cluster.web.gateways.get(key)
    if gateway is None:
        raise FlowError("unknown-gateway", f"There is no Gateway {key}.",
                        did_you_mean(key, cluster.web.gateways, "gateways"))  # fmt: skip
    if port and not port.isdigit():
        raise FlowError("bad-via", f"{port} is no port.", "Write gateway/NAMESPACE/NAME:PORT.")
    assumed: tuple[str, ...] = ()
    if gateway.class_name not in cluster.web.gateway_classes:
        assumed = (f"A gateway that follows the specification serves the GatewayClass {gateway.class_name}.",)
    return Door(gateway_table(cluster, gateway), int(port) if port else None, assumed)


def _mesh(cluster: Cluster, question: Question, request: Request) -> Door:
    """The sidecar of the client, for the Service that the URL names as the client's resolver would find it."""
    namespace = (question.source or "").partition("/")[0]
    if namespace not in cluster.namespaces:
        raise FlowError("unknown-pod", "In a mesh it matters who asks.", "Write --from NAMESPACE/WORKLOAD.")
    host = parse_url(question.url).host
    labels = host.removesuffix(".cluster.local").removesuffix(".svc").split(".")
    key = f"{labels[1] if len(labels) == 2 else namespace}/{labels[0]}"
    service = cluster.services.get(key) if len(labels) < 3 else None
    service = service or next((s for s in cluster.services.values() if host in map(str, s.cluster_ips)), None)
    if service is None:
        raise FlowError("unknown-service", f'"{host}" is no Service that {namespace} knows.',
                        did_you_mean(key, cluster.services, "Services"))  # fmt: skip
    port = next((p for p in service.ports if p.port == request.port), None)
    if port is None:
        ports = ", ".join(str(p.port) for p in service.ports) or "none"
        raise FlowError("bad-port", f"The Service {service.key} has no port {request.port}.", f"Its ports: {ports}.")
    return Door(mesh_table(cluster, namespace, service, port))


def _ingress(cluster: Cluster, wanted: str, request: Request, config: Config) -> Door:
    known = controllers(cluster)
    if wanted:
        known = tuple(c for c in known if wanted in c.classes)
    if not known:
        names = [name for c in controllers(cluster) for name in c.classes]
        if wanted and names:
            raise FlowError("unknown-class", f"No Ingress has the class {wanted}.",
                            did_you_mean(wanted, names, "classes"))  # fmt: skip
        raise FlowError("no-ingress", "There is no Ingress in the upload.", "Add one, or ask a Gateway.")
    return _of_controller(cluster, _for_host(known, request), config)


def _of_controller(cluster: Cluster, one: Controller, config: Config) -> Door:
    told = (f"A controller for {one.name} runs in the cluster; the upload has no IngressClass for it.",)
    return Door(ingress_table(cluster, one, config), None, told if one.assumed else ())


def _for_host(known: Sequence[Controller], request: Request) -> Controller:
    """The controller that has the most specific rule for the host; else the first that is really there."""
    ranked = [
        (host_rank(rule.host), at)
        for at, one in enumerate(known) for i in one.ingresses for rule in i.rules
        if rule.host and host_matches(rule.host, request.host, True)
    ]  # fmt: skip
    if ranked:
        return known[min(ranked)[1]]
    return next((one for one in known if one.ingresses), known[0])


def _found(cluster: Cluster, request: Request, config: Config) -> Door:
    """Without --via: the Gateway or Ingress that has a name for the host; of several the first."""
    doors = list(_doors(cluster, config))
    if not doors:
        raise FlowError("no-way-in", "There is neither an Ingress nor a Gateway in the upload.",
                        "Add one; without it nobody reads HTTP for the cluster.")  # fmt: skip
    for named in (True, False):
        for door in doors:
            if any(_takes(one.host, one.port, request, named) for one in door.table.listeners):
                return door
    return doors[0]


def _takes(host: str, port: int, request: Request, named: bool) -> bool:
    return port == request.port and bool(host) is named and host_matches(host, request.host)


def _doors(cluster: Cluster, config: Config) -> Iterator[Door]:
    for key in cluster.web.gateways:
        yield _gateway(cluster, key)
    for one in controllers(cluster):
        if one.ingresses:
            yield _of_controller(cluster, one, config)
