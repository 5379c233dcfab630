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
