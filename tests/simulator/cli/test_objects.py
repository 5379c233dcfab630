"""netviz objects: what was written, completed, as YAML or JSON."""

import yaml


def test_a_service_gets_what_the_api_server_adds(netviz, tiny):
    items = netviz("objects", tiny, "--kind", "Service", "--format", "json").json["items"]
    web = next(i for i in items if i["metadata"]["name"] == "web")
    assert web["apiVersion"] == "v1"
    assert web["spec"]["type"] == "ClusterIP"
    assert web["spec"]["clusterIP"] == web["spec"]["clusterIPs"][0]
    assert web["spec"]["ports"] == [{"protocol": "TCP", "port": 80, "targetPort": 8080}]


def test_a_slice_names_the_ready_pods_of_its_service(netviz, tiny):
    items = netviz("objects", tiny, "--kind", "EndpointSlice", "--format", "json").json["items"]
    slices = [i for i in items if i["metadata"].get("labels", {}).get("kubernetes.io/service-name") == "web"]
    endpoints = [e for piece in slices for e in piece["endpoints"]]
    assert {e["targetRef"]["name"] for e in endpoints} == {"web-1", "web-2"}
    assert all(e["conditions"] == {"ready": True, "serving": True, "terminating": False} for e in endpoints)
    assert all(e["nodeName"] for e in endpoints)


def test_a_pod_gets_a_node_and_an_address(netviz, tiny):
    for pod in netviz("objects", tiny, "--kind", "Pod", "--format", "json").json["items"]:
        assert pod["spec"]["nodeName"].startswith("node-")
        assert pod["status"]["podIP"] == pod["status"]["podIPs"][0]["ip"]


def test_the_yaml_says_the_same_as_the_json(netviz, tiny):
    items = netviz("objects", tiny, "--format", "json").json["items"]
    assert list(yaml.safe_load_all(netviz("objects", tiny).out)) == items


def test_what_was_written_and_is_not_modelled_is_kept(netviz, tmp_path):
    path = tmp_path / "policy.yaml"
    text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n"
    path.write_text(text)
    (policy,) = netviz("objects", path, "--kind", "NetworkPolicy", "--format", "json").json["items"]
    assert policy["spec"] == {"podSelector": {}}
