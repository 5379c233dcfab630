"""The site with the simulator behind it, from upload to answer."""

import json
import logging
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from netviz.examples import gallery
from netviz.models import Workspace
from tests.netviz.conversation import Conversation

pytest.importorskip("simulator.cluster.cluster", reason="needs the cluster stage of the engine")

API = "/api/v1/workspaces"
PLANTED = "planted-secret-value"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: password
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"kind":"Secret","stringData":{{"a":"{PLANTED}"}}}}'
data:
  a: {b64encode(PLANTED.encode()).decode()}
stringData:
  b: {PLANTED}
---
kind: Secret
metadata: [this does not parse
stringData: {{c: {PLANTED}}}
---
"""


@pytest.fixture
def shop(client, real_engine) -> dict[str, str]:
    text = SECRET + next(example.text for example in gallery() if example.name == "shop")
    return client.post(API, {"files": [SimpleUploadedFile("shop.yaml", text.encode())]}).json()


@pytest.mark.django_db
def test_secret_values_are_neither_stored_nor_told_nor_logged(client, shop, caplog):
    caplog.set_level(logging.DEBUG)
    address = f"{API}/{shop['slug']}"
    told = [client.get(f"{address}/{what}").content for what in ("graph", "objects", "problems", "files/shop.yaml")]
    told.append(client.get(f"/w/{shop['slug']}/").content)
    told.append(client.get(f"{address}/trace", {"from": "default/frontend", "to": "cartservice:7070"}).content)
    told += [str(shop).encode(), bytes(Workspace.objects.get().bundle), caplog.text.encode()]
    for planted in (PLANTED, b64encode(PLANTED.encode()).decode()):
        assert not [text for text in told if planted.encode() in text]


@pytest.mark.django_db
def test_the_graph_names_what_is_there(client, shop):
    graph = client.get(f"{API}/{shop['slug']}/graph").json()
    services = {service["name"]: service for service in graph["services"]}
    assert services["cartservice"]["endpoints"][0] in {pod["id"] for pod in graph["pods"]}
    assert {host["kind"] for host in graph["hosts"]} == {"node", "control-plane", "router", "internet"}
    assert graph["files"][0]["path"] == "shop.yaml"


@pytest.mark.django_db
def test_the_graph_counts_endpoints_that_are_no_pods(client, shop):
    services = {service["id"]: service for service in client.get(f"{API}/{shop['slug']}/graph").json()["services"]}
    server = services["svc:default/kubernetes"]
    assert (server["endpoints"], server["others"]) == ([], 1)


@pytest.mark.django_db
def test_the_graph_tells_every_setting_with_its_default(client, shop):
    """After `set`, what was chosen is told from what is as usual."""
    address = f"{API}/{shop['slug']}"
    changed = client.put(
        address,
        {"settings": {"overlay": "vxlan"}},
        content_type="application/json",
        headers={"X-NetViz-Edit": shop["edit_token"]},
    )
    assert changed.status_code == 200
    told = {setting["key"]: setting for setting in client.get(f"{address}/graph").json()["settings"]}
    assert told["overlay"] == {"key": "overlay", "value": "vxlan", "default": "host-gw", "chosen": True}
    assert told["cni.hairpinMode"]["value"] == "true"
    assert not told["sysctl.net.bridge.bridge-nf-call-iptables"]["chosen"]


def test_an_unknown_pod_is_a_coded_error(client, shop):
    answer = client.get(f"{API}/{shop['slug']}/trace", {"from": "default/nobody", "to": "cartservice:7070"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-pod")


@pytest.mark.django_db(transaction=True)
async def test_the_socket_tells_the_trace_that_http_tells(client, shop):
    from asgiref.sync import sync_to_async

    query = {"from": "default/frontend", "to": "cartservice:7070"}
    whole = (await sync_to_async(client.get)(f"{API}/{shop['slug']}/trace", query)).json()
    async with Conversation(f"/ws/workspaces/{shop['slug']}/") as there:
        await there.say({"type": "trace.start", "id": "a", "flow": query})
        begin, *steps, end = await there.hear_until("trace.end")
    assert [step["step"] for step in steps] == [step for leg in whole["legs"] for step in leg["steps"]]
    assert begin["trace"] == {
        **whole,
        "legs": [{k: v for k, v in leg.items() if k != "steps"} for leg in whole["legs"]],
    }
    assert end["disposition"] == whole["disposition"]


EXPECTED = {"service-that-selects-nothing": "rejected", "nobody-but-frontend": "timeout"}


@pytest.mark.django_db
@pytest.mark.parametrize("example", gallery(), ids=lambda example: example.name)
def test_every_example_answers_its_question(client, real_engine, example):
    slug = client.get(f"/examples/{example.name}/")["Location"].split("/")[2]
    query = {"from": example.source, "to": example.target, "protocol": example.protocol}
    trace = client.get(f"{API}/{slug}/trace", query).json()
    assert trace.get("disposition") == EXPECTED.get(example.name, "delivered"), json.dumps(trace)[:500]
    assert not [p for p in client.get(f"{API}/{slug}/problems").json()["problems"] if p["level"] == "error"]


@pytest.mark.django_db
def test_picks_and_earlier_connections_are_followed_or_refused_in_words(client, shop):
    address = f"{API}/{shop['slug']}/trace"
    query = {"from": "default/frontend", "to": "cartservice:7070"}
    first = client.get(address, query).json()
    earlier = [{"flow": query, "seed": 0, "picks": []}]
    second = client.get(address, query | {"after": json.dumps(earlier)}).json()
    assert second["legs"][0]["packet"]["l4"]["sport"] == first["legs"][0]["packet"]["l4"]["sport"] + 1
    assert second["after"][0] == {
        "flow": second["flow"], "seed": 0, "picks": [], "disposition": "delivered", "server": first["server"],
    }  # fmt: skip
    assert second["key"] != first["key"]
    many = client.get(address, query | {"after": json.dumps(earlier * 17)})
    assert (many.status_code, many.json()["code"]) == (400, "too-many-connections")
    wrong = client.get(address, query | {"picks": "0,x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-pick")
    assert client.get(address, query | {"after": "[{}]"}).json()["code"] == "bad-question"
