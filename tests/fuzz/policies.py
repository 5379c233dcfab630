"""NetworkPolicies of a world, and now and then policies of its admins."""

from hypothesis import strategies as st

from tests.fuzz.ranges import NAMESPACES, PROTOCOLS, TARGETS, Json, first_range

APPS = ("a", "b", "c", "client")
KINDS = (("ClusterNetworkPolicy", "v1alpha2", "admins"), ("AdminNetworkPolicy", "v1alpha1", "old-admins"))


@st.composite
def policies(draw: st.DrawFn, settings: dict[str, str]) -> list[Json]:
    """None in every second world, else up to three."""
    if draw(st.booleans()):
        return []
    blocks = (first_range(settings["clusterCIDR"]), settings["underlay"], "198.51.100.0/24", "0.0.0.0/0")
    found = [draw(_policy(f"policy-{place}", blocks)) for place in range(draw(st.integers(1, 3)))]
    if draw(st.sampled_from((False, False, True))):
        found.append(draw(_admins()))
    return found


@st.composite
def _policy(draw: st.DrawFn, name: str, blocks: tuple[str, ...]) -> Json:
    types = draw(st.sampled_from((["Ingress"], ["Ingress"], ["Egress"], ["Ingress", "Egress"])))
    spec: Json = {"podSelector": draw(_selector()), "policyTypes": types}
    for kind, side in (("Ingress", "from"), ("Egress", "to")):
        if kind in types:
            spec[kind.lower()] = [draw(_rule(side, blocks)) for _ in range(draw(st.integers(0, 2)))]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": draw(st.sampled_from(NAMESPACES))},
        "spec": spec,
    }


@st.composite
def _selector(draw: st.DrawFn) -> Json:
    """Everybody, an app, all but an app."""
    app = draw(st.sampled_from(APPS))
    return draw(
        st.sampled_from(
            (
                {},
                {"matchLabels": {"app": app}},
                {"matchLabels": {"app": app}},
                {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": [app]}]},
            )
        )
    )


@st.composite
def _rule(draw: st.DrawFn, side: str, blocks: tuple[str, ...]) -> Json:
    rule: Json = {}
    if draw(st.sampled_from((True, True, True, False))):
        rule[side] = [draw(_peer(blocks)) for _ in range(draw(st.integers(1, 2)))]
    if draw(st.booleans()):
        rule["ports"] = [draw(_port()) for _ in range(draw(st.integers(1, 2)))]
    return rule


@st.composite
def _peer(draw: st.DrawFn, blocks: tuple[str, ...]) -> Json:
    kind = draw(st.sampled_from(("pods", "pods", "namespaces", "both", "block")))
    if kind == "block":
        block: Json = {"cidr": draw(st.sampled_from(blocks))}
        if block["cidr"] == "0.0.0.0/0" and draw(st.booleans()):
            block["except"] = [draw(st.sampled_from(blocks[:-1]))]
        return {"ipBlock": block}
    peer: Json = {}
    if kind in ("pods", "both"):
        peer["podSelector"] = draw(_selector())
    if kind in ("namespaces", "both"):
        name = draw(st.sampled_from(NAMESPACES))
        peer["namespaceSelector"] = draw(st.sampled_from(({}, {"matchLabels": {"kubernetes.io/metadata.name": name}})))
    return peer


@st.composite
def _port(draw: st.DrawFn) -> Json:
    number = draw(st.sampled_from((*TARGETS, 7)))
    port: Json = {"protocol": draw(st.sampled_from(PROTOCOLS)), "port": draw(st.sampled_from((number, f"p{number}")))}
    if port["port"] == number and draw(st.sampled_from((False, False, True))):
        port["endPort"] = number + 1000
    return port


@st.composite
def _admins(draw: st.DrawFn) -> Json:
    kind, version, name = draw(st.sampled_from(KINDS))
    selector = {"matchLabels": {"app": draw(st.sampled_from(APPS))}}
    subject = {"pods": {"namespaceSelector": {}, "podSelector": selector}}
    old = kind == "AdminNetworkPolicy"
    actions = ("Allow", "Deny", "Pass") if old else ("Accept", "Deny", "Pass")
    rule = {"action": draw(st.sampled_from(actions)), "from": [{"namespaces": {}}]}
    spec: Json = {"priority": 10, "subject": subject, "ingress": [rule]}
    if not old:
        spec["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }
