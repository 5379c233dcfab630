"""The rules of every recorded node: what the real kube-proxy and the real portmap plugin wrote into a kernel."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers.rules_text import UnsupportedSetting, rules_text
from simulator.manifests import SourceFile, read_manifests
from tests.conformance.nft import listed, needs_nft

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "oracle"
SCENARIOS = sorted(path.parent for path in ORACLE.glob("public/*/scenario.yaml"))
needs_oracle = pytest.mark.skipif(not SCENARIOS, reason="needs ../shared/conformance/oracle, which is not here")
DUMPS = [dump for scenario in SCENARIOS for dump in sorted(scenario.glob("expected/*/iptables-save.v?"))]

TABLES = [dump for scenario in SCENARIOS for dump in sorted(scenario.glob("expected/*/nftables.json"))]


@pytest.fixture(scope="module")
def canon() -> ModuleType:
    """The recorder's own canonical form: Services in shared chains stand in no order."""
    spec = importlib.util.spec_from_file_location("canon", ORACLE / "tools" / "canon.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cluster_of(text: str, **settings: str) -> Cluster:
    return build_cluster(read_manifests([SourceFile("scenario.yaml", text.encode())]), settings)


def dump_id(dump: Path) -> str:
    return f"{dump.parents[2].name}-{dump.parent.name}-{dump.suffix[1:]}"


@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("dump", DUMPS, ids=dump_id)
def test_a_node_has_the_rules_that_the_real_programs_wrote(dump: Path, canon: ModuleType) -> None:
    cluster = cluster_of((dump.parents[2] / "scenario.yaml").read_text())
    written = rules_text(cluster, dump.parent.name, int(dump.name[-1]))
    assert canon.iptables(written) == canon.iptables(dump.read_text())


@needs_nft
@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("dump", TABLES, ids=dump_id)
def test_a_node_has_the_table_that_the_real_proxy_wrote(dump: Path, canon: ModuleType) -> None:
    cluster = cluster_of((dump.parents[2] / "scenario.yaml").read_text(), proxy="nftables")
    told = json.loads(dump.read_text())
    real = told["nftables"] if isinstance(told, dict) else told
    assert canon.nft_json(listed(rules_text(cluster, dump.parent.name))) == canon.nft_json(real)


@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_order_of_documents_does_not_matter(scenario: Path, canon: ModuleType) -> None:
    text = (scenario / "scenario.yaml").read_text()
    turned = "\n---\n".join(reversed(re.split(r"^---$", text, flags=re.MULTILINE)))
    for node in ("node-a", "node-b"):
        assert rules_text(cluster_of(turned), node) == rules_text(cluster_of(text), node)


@needs_oracle
@pytest.mark.oracle
def test_nothing_hangs_on_the_names_of_nodes(canon: ModuleType) -> None:
    """The same cluster with other node names has the same rules."""
    for name in ("p12-itp-local", "p27-lb-etp-local", "p28-prefer-same-zone"):
        text = (ORACLE / "public" / name / "scenario.yaml").read_text()
        renamed = cluster_of(text.replace("node-a", "worker-7").replace("node-b", "big-iron"))
        assert rules_text(renamed, "worker-7") == rules_text(cluster_of(text), "node-a")
        assert rules_text(renamed, "big-iron") == rules_text(cluster_of(text), "node-b")


MANIFEST = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: 10.96.0.80
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]
"""


def test_everything_adds_what_the_network_plugin_wrote() -> None:
    cluster = cluster_of(MANIFEST)
    node = next(iter(cluster.nodes))
    added = set(rules_text(cluster, node, everything=True).splitlines()) - set(rules_text(cluster, node).splitlines())
    assert len(added) == 1
    assert "-j MASQUERADE" in added.pop()


def test_a_mode_that_cannot_be_printed_says_which_can() -> None:
    with pytest.raises(UnsupportedSetting) as caught:
        rules_text(cluster_of(MANIFEST, proxy="ipvs"), "node-a")
    assert (caught.value.key, caught.value.value) == ("proxy", "ipvs")
    assert "iptables" in caught.value.hint


def test_a_node_that_is_none_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rules_text(cluster_of(MANIFEST), "node-z")


@pytest.mark.parametrize(
    ("settings", "expected", "unexpected"),
    [
        ({}, "! -s 10.244.0.0/16 -d 10.96.0.80/32", "KUBE-NODEPORTS -d"),
        ({"proxy.masqueradeAll": "true"}, "-A KUBE-SVC-XXX -d 10.96.0.80/32 -p tcp", "! -s 10.244.0.0/16 -d 10.96.0.80/32"),
        ({"proxy.nodePortAddresses": "192.168.56.0/24"}, "-A KUBE-SERVICES -d 192.168.56.11/32", "--dst-type LOCAL -j KUBE-NODEPORTS"),
        ({"proxy.detectLocalMode": "NodeCIDR"}, "! -s 10.244.1.0/24 -d 10.96.0.80/32", "! -s 10.244.0.0/16"),
        ({"proxy.detectLocalMode": "BridgeInterface"}, "-d 10.96.0.80/32 ! -i cni0 -p tcp", "! -s 10.244.0.0/16"),
    ],
)  # fmt: skip
def test_settings_of_the_profile_change_the_rules(settings: dict[str, str], expected: str, unexpected: str) -> None:
    cluster = cluster_of(MANIFEST, **settings)
    text = re.sub(r"KUBE-SVC-[A-Z2-7]{16}", "KUBE-SVC-XXX", rules_text(cluster, "node-a"))
    assert expected in text
    assert unexpected not in text
