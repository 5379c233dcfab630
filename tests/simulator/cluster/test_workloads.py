"""Workloads become pods, as their controllers would make them."""

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.manifests import DEFAULT, Limits, SourceFile, read_manifests

TEMPLATE = "template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: nginx}]}}"


def workload(kind: str, spec: str = "", api: str = "apps/v1", name: str = "web", labels: str = "app: web") -> str:
    selector = "" if kind in ("Job", "CronJob") else f"selector: {{matchLabels: {{{labels}}}}}, "
    return f"{{apiVersion: {api}, kind: {kind}, metadata: {{name: {name}}}, spec: {{{selector}{spec}{TEMPLATE}}}}}"


def pod(name: str, owner: str = "", labels: str = "app: web") -> str:
    metadata = f"name: {name}, labels: {{{labels}}}{f', ownerReferences: [{owner}]' if owner else ''}"
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{{metadata}}}, spec: {{containers: [{{name: main, image: nginx}}]}}}}"
    )


def names(cluster: Cluster) -> list[str]:
    return [pod.name for pod in cluster.pods.values()]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (workload("Deployment"), ["web-0"]),
        (workload("Deployment", "replicas: 3, "), ["web-0", "web-1", "web-2"]),
        (workload("Deployment", "replicas: 0, "), []),
        (workload("ReplicaSet", "replicas: 2, "), ["web-0", "web-1"]),
        (workload("StatefulSet", "replicas: 2, serviceName: web, "), ["web-0", "web-1"]),
        (workload("StatefulSet", "replicas: 2, ordinals: {start: 5}, "), ["web-5", "web-6"]),
        (workload("Job", "parallelism: 2, ", "batch/v1"), ["web-0", "web-1"]),
        (workload("Job", "parallelism: 5, completions: 3, ", "batch/v1"), ["web-0", "web-1", "web-2"]),
        (f"{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: web}}, spec: {{schedule: '* * * * *', jobTemplate: {{spec: {{{TEMPLATE}}}}}}}}}", ["web-0"]),
        (f"{{apiVersion: v1, kind: ReplicationController, metadata: {{name: web}}, spec: {{selector: {{app: web}}, replicas: 2, {TEMPLATE}}}}}", ["web-0", "web-1"]),
    ],
)  # fmt: skip
def test_names_are_numbers_behind_the_workloads_name(cluster_of, document, expected):
    assert names(cluster_of(document)) == expected


def test_a_daemon_set_has_a_pod_on_every_node(cluster_of):
    cluster = cluster_of(workload("DaemonSet"), settings={"nodes": "3"})
    assert [(p.name, p.node) for p in cluster.pods.values()] == [
        ("web-0", "node-a"),
        ("web-1", "node-b"),
        ("web-2", "node-c"),
    ]


def test_pods_know_their_workload_and_its_line(cluster_of):
    cluster = cluster_of(pod("bare"), workload("Deployment"))
    web = cluster.pods["default/web-0"]
    assert (web.owner, web.labels) == ("Deployment web", {"app": "web"})
    (origin,) = web.origin("spec", "containers", 0)
    assert (origin.object, origin.field, origin.line) == ("Pod default/web-0", "spec.template.spec.containers[0]", 3)
    assert cluster.pods["default/bare"].owner is None
    assert cluster.pods_of("default/web") == (web,)


def test_a_name_that_another_pod_has_is_not_given_twice(cluster_of):
    assert names(cluster_of(pod("web-0"), workload("Deployment"))) == ["web-0", "web-deployment-0"]
    assert len(cluster_of(workload("Deployment"), workload("StatefulSet")).pods) == 2


RS = "{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4, controller: true}"


def test_a_deployment_whose_pods_are_in_the_upload_is_not_expanded_again(cluster_of):
    replica_set = workload("ReplicaSet", name="web-5d4").replace(
        "name: web-5d4}",
        "name: web-5d4, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}",
        1,
    )
    cluster = cluster_of(workload("Deployment", "replicas: 2, "), replica_set, pod("web-5d4-x7", RS))
    assert names(cluster) == ["web-5d4-x7"]
    assert cluster.pods["default/web-5d4-x7"].owner == "Deployment web"


def test_a_replica_set_that_is_not_in_the_upload_still_leads_to_its_deployment(cluster_of):
    cluster = cluster_of(workload("Deployment", "replicas: 2, "), pod("web-5d4-x7", RS))
    assert names(cluster) == ["web-5d4-x7"]
    assert cluster.pods["default/web-5d4-x7"].owner == "Deployment web"


def test_of_a_deployment_and_its_replica_set_only_the_deployment_is_expanded(cluster_of):
    replica_set = workload("ReplicaSet", name="web-5d4").replace(
        "name: web-5d4}", "name: web-5d4, ownerReferences: [{kind: Deployment, name: web}]}", 1
    )
    assert names(cluster_of(replica_set, workload("Deployment", "replicas: 2, "))) == ["web-0", "web-1"]


def test_owners_in_a_circle_end(cluster_of):
    one = workload("Deployment").replace(
        "name: web}", "name: web, ownerReferences: [{kind: ReplicaSet, name: web}]}", 1
    )
    other = workload("ReplicaSet").replace(
        "name: web}", "name: web, ownerReferences: [{kind: Deployment, name: web}]}", 1
    )
    assert names(cluster_of(one, other)) == []


def test_a_static_pod_belongs_to_no_workload(cluster_of):
    cluster = cluster_of(pod("etcd-a", "{kind: Node, name: node-a, controller: true}"))
    assert cluster.pods["default/etcd-a"].owner is None


def test_a_selector_that_does_not_match_its_template_is_refused(problem_of, cluster_of):
    document = workload("Deployment", labels="app: wbe")
    problem = problem_of("selector-mismatch", document)
    assert "app=wbe" in problem.message
    assert "app=web" in problem.message
    assert names(cluster_of(document)) == []


def test_a_workload_without_selector_is_told_and_shown_all_the_same(problem_of, cluster_of):
    document = workload("Deployment").replace("selector: {matchLabels: {app: web}}, ", "")
    assert problem_of("selector-missing", document).level.value == "error"
    assert names(cluster_of(document)) == ["web-0"]


def test_negative_replicas_make_no_pods(problem_of, cluster_of):
    document = workload("Deployment", "replicas: -1, ")
    assert "-1" in problem_of("negative-replicas", document).message
    assert names(cluster_of(document)) == []


def test_there_is_an_end_to_replicas(problem_of, cluster_of):
    document = workload("Deployment", "replicas: 2000000000, ")
    cluster = cluster_of(document)
    assert len(cluster.pods) == DEFAULT.pods
    assert str(DEFAULT.pods) in problem_of("too-many-pods", document).message


def test_the_end_is_a_setting_and_the_message_names_it():
    source = SourceFile("many.yaml", workload("Deployment", "replicas: 9, ").encode())
    cluster = build_cluster(read_manifests([source], Limits(pods=4)))
    assert len(cluster.pods) == 4
    assert "NETVIZ_MAX_PODS" in next(p.hint for p in cluster.problems if p.id == "too-many-pods")


def test_a_service_of_another_api_group_is_no_service(cluster_of):
    cluster = cluster_of(
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: hello}, spec: {template: {}}}"
    )
    assert "default/hello" not in cluster.services
    assert [m.name for m in cluster.others] == ["hello"]


def test_services_of_two_api_groups_may_have_one_name(cluster_of):
    cluster = cluster_of(
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: hello}, spec: {template: {}}}\n---\n"
        "{apiVersion: v1, kind: Service, metadata: {name: hello}, spec: {ports: [{port: 80}]}}"
    )
    assert "default/hello" in cluster.services
    assert [m.name for m in cluster.others] == ["hello"]
    assert "duplicate-object" not in {problem.id for problem in cluster.problems}


def test_an_object_that_moved_to_another_group_is_still_the_same(cluster_of):
    cluster = cluster_of(f"{workload('Deployment', api='extensions/v1beta1')}\n---\n{workload('Deployment')}")
    assert "duplicate-object" in {problem.id for problem in cluster.problems}
