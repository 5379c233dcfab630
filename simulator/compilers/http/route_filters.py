"""Filters and backends of routes, as the proxy gets them."""

from collections.abc import Iterable, Iterator

from simulator.cluster.cluster import Cluster
from simulator.cluster.http import references
from simulator.cluster.http.gateway_model import (
    BackendRef,
    CorsFilter,
    MirrorFilter,
    Modifier,
    ObjectRefTo,
    PathModifier,
    RedirectFilter,
    RewriteFilter,
    Route,
    RouteFilter,
    RouteMatch,
)
from simulator.cluster.http.tls_policy import invalid, policy_for
from simulator.cluster.model import Service, ServicePort
from simulator.compilers.http.backends import missing, upstream
from simulator.origin import Origins
from simulator.programs.routes import (
    Answer,
    Backend,
    Cors,
    Fault,
    Filter,
    HeaderChange,
    Mirror,
    PathChange,
    Redirect,
    Rewrite,
    Upstream,
)


class Compiler:
    """Knows the cluster that references lead into."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._known: dict[tuple[str, int], Upstream] = {}

    def backend(self, route: Route, ref: BackendRef, match: RouteMatch) -> Backend:
        origins = route.origin(*ref.to.path)
        filters = tuple(self.filters(route, ref.filters, match))
        return Backend(self.upstream(route, ref.to, origins), ref.weight, filters, origins)

    def upstream(self, route: Route, to: ObjectRefTo, origins: Origins) -> Upstream:
        found = references.backend(self.cluster.web, self.cluster.services, route, to)
        if found.wrong is not None or found.service is None or found.port is None:
            assert found.wrong is not None
            text = f"{found.wrong.message[0].upper()}{found.wrong.message[1:]}"
            return missing(f"{to.namespace}/{to.name}", Fault(found.wrong.reason, text, 500), origins)
        key = (found.service.key, found.port.index)
        if key not in self._known:
            self._known[key] = upstream(self.cluster, found.service, found.port, **self.tls(found.service, found.port))
        return self._known[key]

    def tls(self, service: Service, port: ServicePort) -> dict[str, object]:
        """Whether the gateway speaks TLS to a port, to whom, and whether it can."""
        policy = policy_for(self.cluster.web, service, port)
        if policy is None:
            return {}
        wrong = invalid(self.cluster.web, policy)
        if wrong is None:
            return {"tls": True, "sni": policy.hostname}
        text = f"The BackendTLSPolicy {policy.name} can't be used: {wrong.message}"
        return {"fault": Fault(wrong.reason, text, 502)}

    def filters(self, route: Route, filters: Iterable[RouteFilter], match: RouteMatch) -> Iterator[Filter]:
        for one in filters:
            yield self.filter(route, one, match)

    def filter(self, route: Route, one: RouteFilter, match: RouteMatch) -> Filter:
        origins = route.origin(*one.path)
        match one:
            case Modifier():
                return HeaderChange(one.set, one.add, one.remove, one.response, origins=origins)
            case RedirectFilter():
                return Redirect(one.scheme, one.hostname, one.port, _change(one.change, match), one.status,
                                origins=origins)  # fmt: skip
            case RewriteFilter():
                return Rewrite(one.hostname, _change(one.change, match), origins)
            case MirrorFilter():
                return Mirror(self.upstream(route, one.to, origins), one.percent, origins)
            case CorsFilter():
                return Cors(one.allowed, one.methods, one.headers, one.exposed, one.credentials, one.max_age,
                            origins=origins)  # fmt: skip
        return Answer(500, f"The filter {one.text} is not known here: 500.", origins=origins)


def _change(change: PathModifier | None, match: RouteMatch) -> PathChange | None:
    """Of a prefix that is replaced, the one that the rule has matched."""
    if change is None:
        return None
    return PathChange(change.value, match.path_value if change.prefix else None)
