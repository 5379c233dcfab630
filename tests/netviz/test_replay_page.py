"""The graph in a trace's file: small clusters whole, of large ones what the trace touches."""

import json
import re

from netviz import bundle
from netviz.elements import graph_of
from netviz.replay_page import replay_page, touched
from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.export.page import Spoken
from simulator.trace.tracing import trace

MANY = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 600
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
"""


def test_of_a_large_cluster_the_file_has_what_the_trace_touches_and_counts_of_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "folder", lambda: tmp_path)
    for ending in ("js", "css"):
        (tmp_path / f"standalone.{ending}").write_text("x")
    cluster = build_cluster(read_manifests([SourceFile("many.yaml", MANY.encode())]), {})
    network = compile_network(cluster)
    pods = list(cluster.pods)
    asked = (pods[0], f"{cluster.pods[pods[-1]].ips[0]}:8080", "TCP")
    found = trace(network, parse_flow(cluster, *asked), 0)
    graph = graph_of(cluster, network, (), 0, "")
    text = replay_page(found, Spoken(*asked), graph, {}).decode()
    kept = json.loads(re.search(r'id="netviz-replay">(.*?)</script>', text, re.DOTALL)[1])["graph"]
    ids = {pod["id"] for pod in kept["pods"]}
    assert {f"pod:{pods[0]}", f"pod:{pods[-1]}"} <= ids & set(touched(found))
    assert len(ids) < 200
    assert sum(kept["folded"]["pods"].values()) == 600
