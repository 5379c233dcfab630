"""netviz trace: one flow in words, JSON or frames; every way that chance can go; many flows from a file."""

import json

import pytest

FLOW = ("--from", "default/client", "--to", "web:80")


def test_a_trace_is_told_step_by_step(netviz, tiny):
    ran = netviz("trace", tiny, *FLOW)
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("default/client -> web:80 (")
    assert any(line.startswith("request: ") for line in lines)
    assert any(line.startswith("reply: ") for line in lines)
    assert any("KUBE-SVC-" in line for line in lines)
    assert any("tiny.yaml:" in line for line in lines)
    assert any(line.startswith("delivered: an answer came back from default/web-") for line in lines)


def test_the_text_has_no_colour_where_it_is_not_a_terminal(netviz, tiny):
    assert "\x1b" not in netviz("trace", tiny, *FLOW).out


@pytest.mark.parametrize(("depth", "word"), [("mechanism", "conntrack"), ("kernel", ".c:")])
def test_the_text_can_go_deeper(netviz, tiny, depth: str, word: str):
    assert word in netviz("trace", tiny, *FLOW, "--depth", depth).out


def test_json_is_the_trace(netviz, tiny):
    told = netviz("trace", tiny, *FLOW, "--format", "json").json
    assert told["version"] == 1
    assert told["disposition"] == "delivered"
    names = ["dns"] * 4
    assert [leg["kind"] for leg in told["legs"]] == [*names, "request", "reply", "ack", "data", "data"]
    steps = [step for leg in told["legs"] for step in leg["steps"]]
    assert [step["seq"] for step in steps] == list(range(len(steps)))
    assert all(step["narration"]["plain"] and step["commands"] is not None for step in steps)


def test_the_seed_decides_and_so_does_a_pick(netviz, tiny):
    servers = {netviz("trace", tiny, *FLOW, "--format", "json", "--seed", seed).json["server"] for seed in range(20)}
    assert servers == {"default/web-1", "default/web-2"}
    for pod in servers:
        assert netviz("trace", tiny, *FLOW, "--format", "json", "--pick", pod).json["server"] == pod


def test_every_branch_is_told_with_its_probability(netviz, tiny):
    told = netviz("trace", tiny, *FLOW, "--branches", "all", "--format", "json").json
    assert {b["trace"]["server"] for b in told["branches"]} == {"default/web-1", "default/web-2"}
    assert sum(b["probability"] for b in told["branches"]) == pytest.approx(1)
    assert told["choices"]


def test_every_branch_in_words(netviz, tiny):
    out = netviz("trace", tiny, *FLOW, "--branches", "all").out
    assert "## 50.0%: default/web-1" in out
    assert "## 50.0%: default/web-2" in out


def test_an_expectation_that_is_met_is_status_0_and_one_that_is_not_is_status_1(netviz, tiny):
    assert netviz("trace", tiny, *FLOW, "--expect", "delivered").status == 0
    ran = netviz("trace", tiny, *FLOW, "--expect", "rejected")
    assert ran.status == 1
    assert "expected rejected, but it was delivered" in ran.err


def test_a_failure_is_explained_at_the_end(netviz, tiny):
    ran = netviz("trace", tiny, "--from", "default/client", "--to", "nothing:80")
    assert ran.status == 0
    last = ran.out[ran.out.index("rejected: ") :]
    assert "why: Service default/nothing selects pods with `app: wbe`" in last
    assert "tiny.yaml:25 Service default/nothing spec.selector" in last
    assert "`app: web`" in last


def test_one_flow_as_frames(netviz, tiny):
    told = netviz("trace", tiny, *FLOW, "--format", "wire").json
    (outcome,) = told["outcomes"]
    assert outcome["result"] == "connected"
    assert outcome["request"][0]["ns"] == "default/client"


@pytest.fixture
def flows(tmp_path):
    path = tmp_path / "flows.json"
    path.write_text(
        json.dumps(
            {
                "flows": [
                    {"id": "01", "src": "default/client", "dst": "web", "port": 80, "proto": "TCP"},
                    {"id": "02", "src": "default/client", "dst": "192.168.56.11", "port": 8, "proto": "ICMP"},
                    {
                        "id": "03",
                        "src": "internet",
                        "dst": "192.168.56.11",
                        "port": 31000,
                        "proto": "TCP",
                        "via": "node-a",
                    },
                ]
            }
        )
    )
    return path


def test_many_flows_as_frames_have_an_outcome_a_branch(netviz, tiny, flows):
    told = netviz("trace", tiny, "--flows", flows, "--branches", "all", "--format", "wire").json
    assert [flow["id"] for flow in told["flows"]] == ["01", "02", "03"]
    assert [len(flow["outcomes"]) for flow in told["flows"]] == [2, 1, 1]
    assert {o["server"] for o in told["flows"][0]["outcomes"]} == {"default/web-1", "default/web-2"}
    assert told["flows"][2]["outcomes"][0]["result"] == "ECONNREFUSED"


def test_many_flows_as_json_and_in_words(netviz, tiny, flows):
    told = netviz("trace", tiny, "--flows", flows, "--format", "json").json
    assert [flow["trace"]["disposition"] for flow in told["flows"]] == ["delivered", "delivered", "refused"]
    assert "# 02\n" in netviz("trace", tiny, "--flows", flows).out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no json", "not JSON"),
        ("[]", "an object is wanted"),
        ('{"flows": 3}', 'no list "flows"'),
        ('{"flows": [{"id": "x", "src": "default/client"}]}', "flow x: dst missing"),
        ('{"flows": [{"id": "x", "src": "default/nobody", "dst": "web", "port": 80}]}', "flow x: There is no pod"),
        ('{"flows": [{"id": "x", "src": "default/client", "dst": "web", "port": 80, "pin": 3}]}', '"pin" is a list'),
    ],
)
def test_a_flows_file_that_is_wrong_is_told_with_its_name(netviz, tiny, tmp_path, content: str, words: str):
    path = tmp_path / "flows.json"
    path.write_text(content)
    ran = netviz("trace", tiny, "--flows", path)
    assert ran.status == 2
    assert str(path) in ran.err
    assert words in ran.err


def test_two_containers_of_a_pod_talk_over_its_loopback_alone(netviz, shared):
    path = shared / "corpus" / "seeds" / "two-containers.yaml"
    told = netviz("trace", path, "--from", "default/testpod/c00", "--to", "localhost:80", "--format", "json").json
    assert told["disposition"] == "delivered"
    steps = [step for leg in told["legs"] for step in leg["steps"]]
    assert {step["netns"] for step in steps} == {"default/testpod"}
    assert {step["device"] for step in steps if step.get("device")} == {"lo"}
    assert {step["packet"]["ip"]["ttl"] for step in steps} == {64}


def test_connections_of_one_session_are_told_one_after_the_other(netviz, tiny):
    told = netviz("trace", tiny, *FLOW, "--connections", 3, "--format", "json").json["connections"]
    assert [trace["legs"][-1]["packet"]["l4"]["dport"] for trace in told] == [40000, 40001, 40002]
    assert [len(trace["after"]) for trace in told] == [0, 1, 2]
    out = netviz("trace", tiny, *FLOW, "--connections", 3).out
    assert "## connection 3 of 3, from port 40002" in out


@pytest.mark.parametrize("flags", [("--branches", "all"), ("--format", "wire")])
def test_connections_have_one_way_each(netviz, tiny, flags):
    assert netviz("trace", tiny, *FLOW, "--connections", 2, *flags).status == 2
    assert "1 to 17" in netviz("trace", tiny, *FLOW, "--connections", 18).err


def test_a_client_that_is_remembered_comes_to_the_same_pod_and_the_step_says_why(netviz, tiny):
    tiny.write_text(
        tiny.read_text().replace("selector: {app: web}", "selector: {app: web}, sessionAffinity: ClientIP", 1)
    )
    ran = netviz("trace", tiny, *FLOW, "--pick", "default/web-2", "--connections", 3)
    assert ran.out.count("delivered: an answer came back from default/web-2") == 3
    assert ran.out.count("This client is remembered") == 1
    assert ran.out.count("as the last time: this client is remembered") == 2


def test_an_error_of_a_proxy_is_explained_although_an_answer_came(netviz, tmp_path):
    path = tmp_path / "door.yaml"
    path.write_text("""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}]}
""")
    out = netviz("trace", path, "--from", "internet", "--to", "http://shop.example/").out
    assert "HTTP status 503" in out
    assert "There is no Service default/gone" in out.partition("why: ")[2]
