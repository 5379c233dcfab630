"""What the API server takes without a word, and no packet gets through."""


def service(spec: str = "selector: {app: web}, ports: [{port: 80}]", name: str = "web") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  {spec.replace(", ports", chr(10) + "  ports").replace("selector", "selector", 1)}
"""


def pod(
    labels: str = "app: web",
    ports: str = "{containerPort: 80}",
    status: str = "",
    namespace: str = "default",
    name: str = "web-1",
) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}
spec: {{containers: [{{name: main, image: nginx, ports: [{ports}]}}]}}
status: {{{status}}}
"""


def ids(cluster):
    return [p.id for p in cluster.problems]


def test_a_service_that_works_has_no_problem(cluster_of):
    assert ids(cluster_of(service(), pod())) == []


def test_a_selector_that_matches_nothing_names_what_would_match(problem_of):
    problem = problem_of("selector-matches-nothing", service("selector: {app: wbe}, ports: [{port: 80}]"), pod())
    assert "(app: wbe)" in problem.message
    assert problem.hint == "The pod web-1 has app: web. Did you mean that, not app: wbe?"
    assert (problem.level.value, problem.line) == ("warning", 6)


def test_another_key_with_the_same_value_is_near(problem_of):
    problem = problem_of("selector-matches-nothing", service("selector: {run: web}, ports: [{port: 80}]"), pod())
    assert "The pod web-1 has app: web" in problem.hint


def test_of_several_labels_the_wrong_one_is_named(problem_of):
    spec = "selector: {app: web, tier: fronted}, ports: [{port: 80}]"
    documents = (pod("app: api, tier: front", name="api-1"), pod("app: web, tier: frontend"))
    assert "The pod web-1 has tier: frontend" in problem_of("selector-matches-nothing", service(spec), *documents).hint


def test_labels_that_no_one_pod_has_together(problem_of):
    documents = (pod("app: web", name="a"), pod("tier: front", name="b"))
    problem = problem_of(
        "selector-matches-nothing", service("selector: {app: web, tier: front}, ports: [{port: 80}]"), *documents
    )
    assert "none has all of them together" in problem.hint


def test_pods_of_another_namespace_are_found(problem_of):
    problem = problem_of("selector-matches-nothing", service(), pod(namespace="shop"))
    assert "in the namespace shop" in problem.hint


def test_a_workload_without_replicas_is_found(problem_of):
    deployment = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: nginx}]}}
"""
    assert (
        "Deployment default/web makes such pods, but has replicas: 0"
        in problem_of("selector-matches-nothing", service(), deployment).hint
    )


def test_nobody_is_ready(problem_of, cluster_of):
    broken = pod(status="conditions: [{type: Ready, status: 'False'}]")
    problem = problem_of("no-ready-pods", service(), broken)
    assert "web-1 is not ready" in problem.message
    assert (
        ids(
            cluster_of(
                service(
                    "publishNotReadyAddresses: true, selector: {app: web}, ports: [{port: 80}]".replace(
                        ", selector", "\n  selector"
                    )
                ),
                broken,
            )
        )
        == []
    )
    assert ids(cluster_of(service(), broken, pod(name="web-2"))) == []


def test_why_nobody_is_ready(problem_of):
    ended = pod(status="phase: Succeeded")
    assert "web-1 has ended (Succeeded)" in problem_of("no-ready-pods", service(), ended).message
    lost = pod().replace("spec: {", "spec: {nodeSelector: {disk: ssd}, ")
    assert "web-1 has no node" in problem_of("no-ready-pods", service(), lost).message


NAMED = "selector: {app: web}, ports: [{port: 80, targetPort: http}]"


def test_a_name_that_no_pod_has(problem_of):
    problem = problem_of("target-port-name-unknown", service(NAMED), pod(ports="{name: web, containerPort: 8080}"))
    assert problem.message == 'No pod of this Service has a TCP port called "http": port 80 leads nowhere.'
    assert '"web" (TCP)' in problem.hint
    assert problem.line == 7


def test_a_name_for_another_protocol(problem_of):
    problem = problem_of(
        "target-port-name-unknown", service(NAMED), pod(ports="{name: http, containerPort: 8080, protocol: UDP}")
    )
    assert "write protocol: UDP" in problem.hint


def test_a_name_that_some_pods_do_not_have(problem_of):
    documents = (pod(ports="{name: http, containerPort: 8080}"), pod(name="old-1"))
    problem = problem_of("target-port-name-unknown", service(NAMED), *documents)
    assert "1 of the 2 pods" in problem.message
    assert "old-1" in problem.message
    assert problem.level.value == "info"


def test_a_number_that_no_pod_declares(problem_of, cluster_of):
    documents = (
        service("selector: {app: web}, ports: [{port: 80, targetPort: 8081}]"),
        pod(ports="{containerPort: 8080}"),
    )
    problem = problem_of("target-port-not-declared", *documents)
    assert "8081/TCP" in problem.message
    assert "they declare 8080/TCP" in problem.message
    assert 'netviz.dev/listen: "8081/TCP"' in problem.hint
    silent = pod(ports="")
    assert ids(cluster_of(documents[0], silent)) == []


def test_services_without_ports(problem_of, cluster_of):
    assert problem_of("service-without-ports", service("selector: {app: web}"), pod()).level.value == "error"
    assert ids(cluster_of(service("clusterIP: None\n  selector: {app: web}"), pod())) == []


def test_external_names(problem_of):
    both = "type: ExternalName\n  externalName: a.example\n  selector: {app: web}"
    assert problem_of("external-name-selector", service(both), pod()).line == 8
    assert problem_of("external-name-missing", service("type: ExternalName")).level.value == "error"


def test_nobody_behind_a_service_without_selector(problem_of):
    assert problem_of("service-without-selector", service("ports: [{port: 80}]")).level.value == "info"


def test_a_load_balancer_without_address(problem_of):
    spec = "type: LoadBalancer\n  selector: {app: web}\n  ports: [{port: 80}]"
    assert problem_of("load-balancer-pending", service(spec), pod()).level.value == "info"
