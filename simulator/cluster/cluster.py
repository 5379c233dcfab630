"""Cluster: what the API server would hold once scheduler and controllers have done their work."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.cluster.http.web import Web
from simulator.cluster.model import EndpointSlice, Namespace, Node, Pod, Service
from simulator.cluster.policies.model import Policy
from simulator.cluster.profile import Assumption, Profile
from simulator.diagnostics import Problem
from simulator.manifests.manifest import Manifest
from simulator.packet.headers import IPAddress

if TYPE_CHECKING:
    from simulator.cluster.faults import Found


class Cluster:
    """Nothing in here changes. Pods and Services are found by "namespace/name"."""

    def __init__(
        self,
        *,
        profile: Profile,
        nodes: Mapping[str, Node],
        namespaces: Mapping[str, Namespace],
        pods: Mapping[str, Pod],
        services: Mapping[str, Service],
        slices: tuple[EndpointSlice, ...],
        workloads: tuple[Manifest, ...] = (),
        others: tuple[Manifest, ...] = (),
        profiles: tuple[Manifest, ...] = (),
        policies: tuple[Policy, ...] = (),
        web: Web | None = None,
        problems: tuple[Problem, ...] = (),
        assumptions: tuple[Assumption, ...] = (),
        faults: "tuple[Found, ...]" = (),
        whole: "Cluster | None" = None,
    ) -> None:
        self.profile = profile
        self.nodes = nodes
        self.namespaces = namespaces
        self.pods = pods
        self.services = services
        self.slices = slices
        self.workloads = workloads
        """Objects that others were made from: Deployments and their like, Endpoints."""
        self.others = others
        """Objects of kinds that are not modelled here."""
        self.profiles = profiles
        """ClusterProfile documents."""
        self.policies = policies
        """Network policies of every kind, in the order in which they count."""
        self.web = web or Web()
        """Ingresses, Gateways, routes and what they refer to."""
        self.problems = problems
        self.assumptions = assumptions
        self.faults = faults
        """What is broken (faults.py), and `whole`, the cluster before that."""
        self.whole = whole
        self._slices_of: dict[str, list[EndpointSlice]] = {}
        for piece in slices:
            if piece.service is not None:
                self._slices_of.setdefault(f"{piece.namespace}/{piece.service}", []).append(piece)
        self._pods_on: dict[str, list[Pod]] = {}
        self._pods_of: dict[str, list[Pod]] = {}
        self._pod_by_ip: dict[IPAddress, Pod] = {}
        for pod in pods.values():
            self._remember(pod)

    def _remember(self, pod: Pod) -> None:
        if pod.node is not None:
            self._pods_on.setdefault(pod.node, []).append(pod)
        if pod.owner is not None:
            name = pod.owner.partition(" ")[2]
            self._pods_of.setdefault(f"{pod.namespace}/{name}", []).append(pod)
        if not pod.host_network:
            for ip in pod.ips:
                self._pod_by_ip.setdefault(ip, pod)

    def extended(
        self,
        assumption: Assumption,
        namespaces: tuple[Namespace, ...] = (),
        pods: tuple[Pod, ...] = (),
        services: tuple[Service, ...] = (),
        slices: tuple[EndpointSlice, ...] = (),
    ) -> "Cluster":
        """The same cluster with something more in it; a Service that is there already is replaced."""
        return Cluster(
            profile=self.profile,
            nodes=self.nodes,
            namespaces={**{n.name: n for n in namespaces}, **self.namespaces},
            pods={**self.pods, **{pod.key: pod for pod in pods}},
            services={**self.services, **{service.key: service for service in services}},
            slices=(*self.slices, *slices),
            workloads=self.workloads,
            others=self.others,
            profiles=self.profiles,
            policies=self.policies,
            web=self.web,
            problems=self.problems,
            assumptions=(*self.assumptions, assumption),
        )

    def slices_of(self, service: str) -> tuple[EndpointSlice, ...]:
        """The EndpointSlices of a Service, "namespace/name"."""
        return tuple(self._slices_of.get(service, ()))

    def pods_on(self, node: str) -> tuple[Pod, ...]:
        return tuple(self._pods_on.get(node, ()))

    def pods_of(self, workload: str) -> tuple[Pod, ...]:
        """The pods of the workloads called "namespace/name"."""
        return tuple(self._pods_of.get(workload, ()))

    def pod_by_ip(self, ip: IPAddress) -> Pod | None:
        """Whose address it is; hostNetwork pods have their node's and are not found."""
        return self._pod_by_ip.get(ip)
