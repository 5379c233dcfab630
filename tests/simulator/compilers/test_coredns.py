"""The cluster's zone: every kind of record of the DNS specification, and what has none."""

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers.coredns import coredns
from simulator.manifests import SourceFile, read_manifests
from simulator.programs.dns import Question, RecordType

MANIFESTS = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.10.2
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{name: sql, port: 80, targetPort: 5432}]
---
apiVersion: v1
kind: Service
metadata: {name: empty, namespace: shop}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {type: ExternalName, externalName: api.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: number, namespace: shop}
spec: {type: ExternalName, externalName: 192.0.2.9}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
spec: {hostname: db-0, subdomain: db, nodeName: node-a, containers: [{name: c, image: db}]}
status: {phase: Running, podIP: 10.244.1.10, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: shop, labels: {app: db}}
spec: {nodeName: node-b, containers: [{name: c, image: db}]}
status: {phase: Running, podIP: 10.244.2.10, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ill, namespace: shop, labels: {app: db}}
spec: {nodeName: node-b, containers: [{name: c, image: db}]}
status: {phase: Running, podIP: 10.244.2.11, conditions: [{type: Ready, status: "False"}]}
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return build_cluster(read_manifests([SourceFile("shop.yaml", MANIFESTS.encode())]))


A, AAAA, SRV, PTR = RecordType.A, RecordType.AAAA, RecordType.SRV, RecordType.PTR


@pytest.mark.parametrize(
    ("name", "type_", "told"),
    [
        ("web.shop.svc.cluster.local", A, "10.96.10.2"),
        ("web.shop.svc.cluster.local", AAAA, "NODATA"),
        ("_http._tcp.web.shop.svc.cluster.local", SRV, "0 100 80 web.shop.svc.cluster.local."),
        ("_http._udp.web.shop.svc.cluster.local", SRV, "NXDOMAIN"),
        ("db.shop.svc.cluster.local", A, "10.244.1.10; 10.244.2.10"),
        ("db-0.db.shop.svc.cluster.local", A, "10.244.1.10"),
        ("10-244-2-10.db.shop.svc.cluster.local", A, "10.244.2.10"),
        ("other.db.shop.svc.cluster.local", A, "NXDOMAIN"),
        ("10-244-2-11.db.shop.svc.cluster.local", A, "NXDOMAIN"),
        (
            "_sql._tcp.db.shop.svc.cluster.local",
            SRV,
            "0 100 5432 db-0.db.shop.svc.cluster.local.; 0 100 5432 10-244-2-10.db.shop.svc.cluster.local.",
        ),
        ("empty.shop.svc.cluster.local", A, "NXDOMAIN"),
        ("api.shop.svc.cluster.local", A, "api.example.com; 198.51.100.7"),
        ("number.shop.svc.cluster.local", A, "NXDOMAIN"),
        ("nosuch.shop.svc.cluster.local", A, "NXDOMAIN"),
        ("shop.svc.cluster.local", A, "NODATA"),
        ("nowhere.svc.cluster.local", A, "NXDOMAIN"),
        ("10-9-8-7.shop.pod.cluster.local", A, "10.9.8.7"),
        ("10-9-8-7.nowhere.pod.cluster.local", A, "NXDOMAIN"),
        ("no-address.shop.pod.cluster.local", A, "NXDOMAIN"),
        ("2.10.96.10.in-addr.arpa", PTR, "web.shop.svc.cluster.local"),
        ("10.1.244.10.in-addr.arpa", PTR, "db-0.db.shop.svc.cluster.local"),
        ("10.2.244.10.in-addr.arpa", PTR, "NXDOMAIN"),
        ("kubernetes.default.svc.cluster.local", A, "10.96.0.1"),
        ("api.example.com", A, "198.51.100.7"),
        ("web.shop", A, "NXDOMAIN"),
        ("cluster.local", A, "NODATA"),
    ],
)
def test_what_is_answered(cluster: Cluster, name: str, type_: RecordType, told: str) -> None:
    assert str(coredns(cluster).answer(Question(name, type_))) == told
