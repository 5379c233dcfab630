"""netviz why: exit 1 with the line to blame, exit 0 where there is nothing to explain."""


def test_what_arrives_is_status_0(netviz, tiny):
    ran = netviz("why", tiny, "--from", "default/client", "--to", "web:80")
    assert ran.status == 0
    assert "delivered" in ran.out


def test_what_does_not_arrive_is_status_1_with_file_line_and_fix(netviz, tiny):
    ran = netviz("why", tiny, "--from", "default/client", "--to", "nothing:80")
    assert ran.status == 1
    assert "tiny.yaml:25 Service default/nothing spec.selector" in ran.out
    assert "fix: Set spec.selector to `app: web`" in ran.out


def test_the_same_as_json(netviz, tiny):
    told = netviz("why", tiny, "--from", "default/client", "--to", "nothing:80", "--format", "json").json
    assert told["disposition"] == "rejected"
    assert told["cause"] == "rule-reject"
    assert told["probability"] == 1
    assert told["explanation"]["code"] == "selector-matches-nothing"
    assert told["explanation"]["line"] == 25


def test_a_failure_that_chance_decides_is_told_with_its_share(netviz, tiny, tmp_path):
    path = tmp_path / "half.yaml"
    path.write_text(tiny.read_text().replace("containerPort: 8080", "containerPort: 9999", 1))
    ran = netviz("why", path, "--from", "default/client", "--to", "web:80")
    assert ran.status == 1
    assert "in 50.0% of the cases" in ran.out
    assert "Pod default/web-1" in ran.out


def test_the_demo_service_selects_nothing_and_why_says_what_would_match(netviz, shared):
    seeds = shared / "corpus" / "seeds"
    paths = (seeds / "two-containers.yaml", seeds / "service-that-selects-nothing.yaml")
    flow = ("--from", "default/testpod", "--to", "demoservice:80")
    assert netviz("trace", *paths, *flow, "--expect", "rejected").status == 0
    ran = netviz("why", *paths, *flow)
    assert ran.status == 1
    assert "service-that-selects-nothing.yaml:9 Service default/demoservice spec.selector" in ran.out
    assert "`name: deployment`" in ran.out
    assert "Pod default/testpod" in ran.out


PROBED = """apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeName: node-b
  containers:
    - name: main
      image: web
      ports: [{containerPort: 8080}]
      livenessProbe: {tcpSocket: {port: PORT}}
      readinessProbe: {httpGet: {port: 8080}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def test_the_kubelets_probes_get_through_any_policy(netviz, tmp_path):
    path = tmp_path / "web.yaml"
    path.write_text(PROBED.replace("PORT", "9090"))
    told = netviz("why", path, "--probe", "default/web", "--format", "json").json["probes"]
    assert [(one["flow"]["source"], one["flow"]["port"]) for one in told] == [("node-b", 9090), ("node-b", 8080)]
    assert [one["disposition"] for one in told] == ["delivered", "delivered"]
    assert netviz("why", path, "--probe", "default/web").status == 0


def test_what_keeps_a_probe_away_is_told(netviz, tmp_path):
    path = tmp_path / "web.yaml"
    path.write_text(
        PROBED.replace("PORT", "8080").replace("name: web}", 'name: web, annotations: {netviz.dev/listen: "80/TCP"}}')
    )
    ran = netviz("why", path, "--probe", "default/web")
    assert ran.status == 1
    assert "node-b -> default/web:8080" in ran.out
    assert "nothing says that it listens on 8080" in ran.out


def test_a_pod_without_a_probe_and_a_half_question_are_refused(netviz, tiny):
    assert netviz("why", tiny, "--probe", "default/client").status == 2
    assert netviz("why", tiny, "--from", "default/client").status == 2
    assert netviz("why", tiny, "--probe", "default/client", "--to", "web:80").status == 2
