"""hostNetwork pods under policies: held by their sockets and ports where the setting says so, else by nobody."""

from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.compilers.rules_text import rules_text
from simulator.linux.iptables_restore import parse
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Outcome
from simulator.trace.model import Trace
from simulator.trace.tracing import trace
from tests.simulator.cluster.policies.conftest import network_policy, pod

PODS = (
    pod("agent", "app: agent", more=", nodeName: node-a, hostNetwork: true", ports="{containerPort: 9100}"),
    pod("proxy", "app: proxy", more=", nodeName: node-a, hostNetwork: true", ports="{containerPort: 9200}"),
    pod("near", "app: near", more=", nodeName: node-a", ports="{containerPort: 8080}"),
    pod("far", "app: far", more=", nodeName: node-b", ports="{containerPort: 8080}"),
)
SEND_NOTHING = network_policy("podSelector: {matchLabels: {app: agent}}\npolicyTypes: [Egress]", name="mute")
TAKE_NOTHING = network_policy("podSelector: {matchLabels: {app: agent}}", name="deaf")


def cluster_of(*documents: str, policed: bool = True) -> Cluster:
    text = "\n---\n".join((*PODS, *documents)).encode()
    settings = {"policy.hostNetworkPods": "policed" if policed else "unpoliced"}
    return build_cluster(read_manifests([SourceFile("shop.yaml", text)]), settings)


def asked(cluster: Cluster, source: str, target: str) -> Trace:
    name, _, port = target.partition(":")
    address = cluster.pods[f"default/{name}"].ips[0]
    return trace(compile_network(cluster), parse_flow(cluster, source, f"{address}:{port}"))


def outcome(cluster: Cluster, source: str, target: str) -> Outcome:
    return asked(cluster, source, target).disposition


def last(found: Trace) -> str:
    step = found.legs[0].steps[-1]
    return f"{step.host} {step.hook.value if step.hook else ''}"


def test_what_it_may_not_send_is_dropped_as_it_leaves_its_socket():
    found = asked(cluster_of(SEND_NOTHING), "default/agent", "far:8080")
    assert found.disposition is Outcome.TIMEOUT
    assert last(found) == "node-a OUTPUT"
    assert "NetworkPolicy default/mute" in str(found.legs[0].steps[-1].matched)


def test_others_on_the_same_node_and_the_node_itself_may_send_on():
    cluster = cluster_of(SEND_NOTHING)
    assert outcome(cluster, "default/proxy", "far:8080") is Outcome.DELIVERED
    assert outcome(cluster, "node-a", "far:8080") is Outcome.DELIVERED


def test_what_it_may_not_be_sent_is_dropped_at_its_port_and_at_no_other():
    cluster = cluster_of(TAKE_NOTHING)
    found = asked(cluster, "default/far", "agent:9100")
    assert (found.disposition, last(found)) == (Outcome.TIMEOUT, "node-a INPUT")
    assert outcome(cluster, "default/near", "agent:9100") is Outcome.TIMEOUT
    assert outcome(cluster, "default/far", "proxy:9200") is Outcome.DELIVERED


def test_its_own_node_always_reaches_it_and_another_pod_of_that_node_does_not():
    cluster = cluster_of(TAKE_NOTHING)
    assert outcome(cluster, "node-a", "agent:9100") is Outcome.DELIVERED
    assert outcome(cluster, "default/agent", "agent:9100") is Outcome.DELIVERED
    assert outcome(cluster, "default/proxy", "agent:9100") is Outcome.TIMEOUT


def test_a_pod_of_the_same_node_may_refuse_it_but_never_the_node():
    deaf = network_policy(
        "podSelector: {matchLabels: {app: near}}\ningress: [{from: [{podSelector: {matchLabels: {app: proxy}}}]}]"
    )
    cluster = cluster_of(deaf)
    assert outcome(cluster, "node-a", "near:8080") is Outcome.DELIVERED
    found = asked(cluster_of(network_policy("podSelector: {matchLabels: {app: near}}")), "default/agent", "near:8080")
    assert (found.disposition, last(found)) == (Outcome.TIMEOUT, "node-a OUTPUT")


def test_a_pod_that_may_not_send_to_it_is_stopped_at_its_port():
    mute = network_policy("podSelector: {matchLabels: {app: near}}\npolicyTypes: [Egress]")
    cluster = cluster_of(mute)
    assert outcome(cluster, "default/near", "agent:9100") is Outcome.TIMEOUT


def test_by_default_policies_do_not_hold_it():
    cluster = cluster_of(SEND_NOTHING, TAKE_NOTHING, policed=False)
    assert outcome(cluster, "default/agent", "far:8080") is Outcome.DELIVERED
    assert outcome(cluster, "default/far", "agent:9100") is Outcome.DELIVERED
    assert "policy-host-network" in [problem.id for problem in cluster.problems]


def test_the_rules_name_the_control_group_and_can_be_read_back():
    text = rules_text(cluster_of(SEND_NOTHING, TAKE_NOTHING), "node-a", everything=True)
    assert '-m cgroup --path "kubepods/default/agent"' in text
    filters = parse(text, 4).tables["filter"].chains
    assert filters["OUTPUT"].rules[0].target.chain == "POLICY-OUTPUT"
    assert filters["INPUT"].rules[0].target.chain == "POLICY-INPUT"


def test_why_names_the_policy_that_holds_it():
    from simulator.analysis.why import explain

    cluster = cluster_of(SEND_NOTHING, TAKE_NOTHING)
    sent, received = asked(cluster, "default/agent", "far:8080"), asked(cluster, "default/far", "agent:9100")
    told = [explain(cluster, found) for found in (sent, received)]
    assert [one.code for one in told if one] == ["policy-isolates", "policy-isolates"]
    assert [word in one.message for word, one in zip(("default/mute", "default/deaf"), told, strict=True) if one]
