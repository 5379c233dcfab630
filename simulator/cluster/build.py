"""build_cluster(): from what was uploaded to what the API server would hold. Every stage is a module of its own."""

from collections.abc import Iterable, Mapping

from simulator.cluster.all_slices import all_slices
from simulator.cluster.broad_selectors import check_broad_selectors
from simulator.cluster.cluster import Cluster
from simulator.cluster.contradictions import check_contradictions
from simulator.cluster.corefile import check_corefiles
from simulator.cluster.hints import Zones
from simulator.cluster.host_ports import check_host_ports
from simulator.cluster.http.web import Web, read_web
from simulator.cluster.model import Labels, Namespace, Service, Source
from simulator.cluster.nodes import PODS_PER_NODE, Nodes, assumed_nodes, written_nodes
from simulator.cluster.observed import Observed, observed_nodes
from simulator.cluster.pods import Addressing, Placed, place_pods
from simulator.cluster.policies.checks import check_policies, enforced
from simulator.cluster.policies.read import read_policies
from simulator.cluster.problems import Problems, listed
from simulator.cluster.profile import Assumption, Profile, assumptions
from simulator.cluster.profile_checks import check_profile
from simulator.cluster.profile_document import profile_of
from simulator.cluster.ranges import learned, written_pod_ranges
from simulator.cluster.reference_checks import check_references
from simulator.cluster.selectors import LabelIndex
from simulator.cluster.service_checks import check_services
from simulator.cluster.services import DEFAULT, Services
from simulator.cluster.workloads import TEMPLATE, Draft, Key, Workload, bare_pods, owners_of, workloads_of
from simulator.manifests.manifest import Manifest
from simulator.manifests.objects import CLUSTER_SCOPED
from simulator.manifests.read import ManifestSet

GROUP = {
    "Node": "", "Namespace": "", "Pod": "", "Service": "", "Endpoints": "", "ReplicationController": "",
    "EndpointSlice": "discovery.k8s.io", "Deployment": "apps", "ReplicaSet": "apps", "StatefulSet": "apps",
    "DaemonSet": "apps", "Job": "batch", "CronJob": "batch", "ClusterProfile": "netviz.dev",
}  # fmt: skip
"""Kinds that are modelled, and their API group: a Service of serving.knative.dev is something else."""
OLD_GROUP = "extensions"
WITHOUT_DOMAIN = ("", "apps", "batch")
"""A Pod in apps/v1 is a slip (a problem says so), and taken for the Pod that it was meant to be."""
TRIES = 3
"""So often nodes are added for pods that found no room."""
NAMESPACE_LABEL = "kubernetes.io/metadata.name"


def build_cluster(manifests: ManifestSet, settings: Mapping[str, str] = {}) -> Cluster:
    """The completed cluster. Raises SettingError for settings that can't be; all else that is wrong is a problem."""
    problems = Problems()
    kinds = by_kind(manifests.manifests)
    profile, given = profile_of(kinds["ClusterProfile"], settings, problems)
    namespaces = make_namespaces(manifests.manifests, kinds["Namespace"])

    known: dict[Key, Manifest] = {
        (m.kind, m.namespace or DEFAULT, m.name): m for kind in TEMPLATE for m in kinds[kind]
    }  # fmt: skip
    bare = bare_pods(kinds["Pod"], known, problems)
    workloads = workloads_of(known.values(), known, owners_of(bare), manifests.limits.pods, problems)
    seen = {} if kinds["Node"] else observed_nodes(bare, workloads)
    pod_ranges = [*written_pod_ranges(kinds["Node"]), *(cidr for node in seen.values() for cidr in node.pod_cidrs)]
    profile = learned(profile, given, pod_ranges, kinds["Service"])
    labels = {name: namespace.labels for name, namespace in namespaces.items()}
    nodes, placed = place(kinds["Node"], seen, bare, workloads, labels, profile, problems)
    pods = Addressing(nodes.nodes, problems).make(placed)

    services = Services(profile, problems).make(kinds["Service"])
    index = LabelIndex((pod.namespace or DEFAULT, pod.labels, pod) for pod in pods.values())
    zones = Zones(nodes.nodes.values(), nodes.cpu)
    slices = all_slices(kinds, services, index, nodes.nodes, zones, profile, manifests.limits.endpoints, problems)
    policies = read_policies(kinds["other"], problems)
    check_policies(policies, index, namespaces, profile, problems)
    web = make_web(kinds["other"], services, namespaces, problems)
    check_profile(profile, kinds["ClusterProfile"], nodes.nodes.values(), problems)
    check_contradictions(profile, nodes.nodes, pods.values(), services.values(), problems)
    check_host_ports(pods.values(), problems)
    check_services(services.values(), slices, index, idle(workloads), problems)
    check_broad_selectors(services.values(), index, problems)
    check_references(services, kinds["StatefulSet"], pods, slices, problems)
    check_corefiles(kinds["other"], problems)

    return Cluster(
        profile=profile, nodes=nodes.nodes, namespaces=namespaces, pods=pods, services=services, slices=tuple(slices),
        workloads=tuple(m for kind in (*TEMPLATE, "Endpoints") for m in kinds[kind]), others=tuple(kinds["other"]),
        profiles=tuple(kinds["ClusterProfile"]),
        web=web,
        policies=policies,
        problems=(*manifests.problems, *problems.ordered()),
        assumptions=(*assumptions(profile, given), *enforced(policies, given), *_made_up(nodes, workloads)),
    )  # fmt: skip


def by_kind(manifests: Iterable[Manifest]) -> dict[str, list[Manifest]]:
    """The manifests of each modelled kind, and under "other" all the rest."""
    found: dict[str, list[Manifest]] = {kind: [] for kind in (*GROUP, "other")}
    for manifest in manifests:
        group = manifest.api_version.rpartition("/")[0]
        own = GROUP.get(manifest.kind)
        slip = group in WITHOUT_DOMAIN and own in WITHOUT_DOMAIN
        ours = own is not None and (group == own or slip or (group == OLD_GROUP and own == "apps"))
        found[manifest.kind if ours else "other"].append(manifest)
    return found


def make_namespaces(manifests: Iterable[Manifest], written: Iterable[Manifest]) -> dict[str, Namespace]:
    """One for each name that is used, and `default`."""
    objects = {m.name: m for m in written}
    used = {m.namespace or DEFAULT for m in manifests if m.kind not in CLUSTER_SCOPED}
    return {name: _namespace(name, objects.get(name)) for name in sorted({DEFAULT, *used, *objects})}


def _namespace(name: str, manifest: Manifest | None) -> Namespace:
    metadata = (manifest.body.get("metadata") or {}) if manifest else {}
    labels: Labels = {**(metadata.get("labels") or {}), NAMESPACE_LABEL: name}
    annotations = metadata.get("annotations") or {}
    return Namespace(name=name, labels=labels, annotations=annotations, source=Source(manifest) if manifest else None)


def place(
    written: list[Manifest],
    seen: Mapping[str, Observed],
    bare: list[Draft],
    workloads: list[Workload],
    namespaces: Mapping[str, Labels],
    profile: Profile,
    problems: Problems,
) -> tuple[Nodes, list[Placed]]:
    """The nodes, and every pod on one of them. Workers that are assumed are as many as the pods need."""
    own = Problems()
    nodes = written_nodes(written, profile, own)
    if nodes.nodes:
        placed, _ = place_pods(bare, workloads, nodes, namespaces, own)
        problems.extend(own)
        return nodes, placed
    need = workers_for(bare, workloads)
    for _ in range(TRIES):
        found = Problems()
        nodes = assumed_nodes(seen, need, profile, found)
        placed, lack_room = place_pods(bare, workloads, nodes, namespaces, found)
        if not lack_room or profile.nodes or len(nodes.nodes) < need:
            break
        need = len(nodes.nodes) + lack_room
    problems.extend(own)
    problems.extend(found)
    return nodes, placed


def make_web(
    others: list[Manifest], services: Mapping[str, Service], namespaces: Mapping[str, Namespace], problems: Problems
) -> Web:
    """Ingresses, Gateways and their routes, with the status that controllers give them."""
    web = read_web(others, problems)
    if not web.empty:
        from simulator.cluster.http.checks import check_web
        from simulator.cluster.http.status import status_of

        web.status = status_of(web, services, namespaces)
        check_web(web, services, problems)
    return web


def idle(workloads: Iterable[Workload]) -> LabelIndex[str]:
    """Workloads that make no pods, by the labels that these would have."""
    return LabelIndex((w.namespace, w.template.labels, w.manifest.ref) for w in workloads if w.count == 0)


def workers_for(bare: list[Draft], workloads: list[Workload]) -> int:
    """By the number of pods; some may also want to be apart."""
    daemons = sum(workload.count is None for workload in workloads)
    wanted = len(bare) + sum(workload.count or 0 for workload in workloads)
    return -(-wanted // max(1, PODS_PER_NODE - daemons))


def _made_up(nodes: Nodes, workloads: list[Workload]) -> list[Assumption]:
    """What was made up because nobody wrote it."""
    found: list[Assumption] = []
    assumed = [node.name for node in nodes.nodes.values() if node.source is None]
    if assumed:
        text = listed(assumed)
        found.append(Assumption("nodes", text, f"The workers {text} are assumed: the upload has no Node objects."))
    if workloads:
        found.append(Assumption("pods", "NAME-0, NAME-1, ...", "Pods of workloads got their names, nodes and addresses "
                                "here, and are taken to be ready."))  # fmt: skip
    return found
