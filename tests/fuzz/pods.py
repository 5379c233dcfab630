"""Pods of a world: clients, and servers with peculiarities."""

from ipaddress import ip_network

from hypothesis import strategies as st

from tests.fuzz.ranges import NAMESPACES, PROTOCOLS, TARGETS, Json


@st.composite
def pods(draw: st.DrawFn, nodes: list[Json]) -> list[Json]:
    """A client on every node, and three to seven servers of up to three kinds."""
    found = []
    taken: set[tuple[str, int, str]] = set()
    for place, node in enumerate(nodes):
        found.append(
            _pod(f"client-{place}", NAMESPACES[place % 2], {"app": "client"}, node, place, [{"containerPort": 7}])
        )
    for place in range(draw(st.integers(3, 7))):
        node = draw(st.sampled_from(nodes))
        ports = draw(_container_ports())
        pod = _pod(f"web-{place}", draw(st.sampled_from(NAMESPACES)), {"app": draw(st.sampled_from("abc"))}, node,
                   10 + place, ports)  # fmt: skip
        draw(_peculiar(pod, node, taken))
        if draw(st.sampled_from((False, False, True))):
            pod["spec"]["containers"].append({"name": "sidecar", "image": "i", "ports": [{"containerPort": 9100}]})
        found.append(pod)
    return found


@st.composite
def _container_ports(draw: st.DrawFn) -> list[Json]:
    numbers = draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3, unique=True))
    return [{"containerPort": n, "protocol": draw(st.sampled_from(PROTOCOLS)), "name": f"p{n}"} for n in numbers]


def _pod(name: str, namespace: str, labels: Json, node: Json, place: int, ports: list[Json]) -> Json:
    address = ip_network(node["spec"]["podCIDR"])[10 + place]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": node["metadata"]["name"],
                 "containers": [{"name": "main", "image": "i", "ports": ports}],
                 "tolerations": [{"operator": "Exists"}]},
        "status": {"phase": "Running", "podIP": str(address), "podIPs": [{"ip": str(address)}],
                   "hostIP": node["status"]["addresses"][0]["address"],
                   "conditions": [{"type": "Ready", "status": "True"}]},
    }  # fmt: skip


@st.composite
def _peculiar(draw: st.DrawFn, pod: Json, node: Json, taken: set[tuple[str, int, str]]) -> None:
    """Some are not ready, some are going, some are on the node's own network, some have a host port."""
    kind = draw(
        st.sampled_from(
            ("", "", "", "", "", "annotated", "silent", "unready", "terminating", "going", "host", "hostPort")
        )
    )
    name = node["metadata"]["name"]
    ports = pod["spec"]["containers"][0]["ports"]
    if kind in ("unready", "going"):
        pod["status"]["conditions"][0]["status"] = "False"
    if kind in ("terminating", "going"):
        pod["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 30}
    if kind == "host" and not any((name, p["containerPort"], p["protocol"]) in taken for p in ports):
        taken.update((name, p["containerPort"], p["protocol"]) for p in ports)
        pod["spec"]["hostNetwork"] = True
        pod["status"]["podIP"] = pod["status"]["hostIP"]
        pod["status"]["podIPs"] = [{"ip": pod["status"]["hostIP"]}]
    if kind == "hostPort":
        for port in ports:
            number = port["containerPort"] + 10000
            if (name, number, port["protocol"]) not in taken:
                taken.add((name, number, port["protocol"]))
                port["hostPort"] = number
                if draw(st.sampled_from((False, False, True))):
                    port["hostIP"] = draw(st.sampled_from((pod["status"]["hostIP"], "127.0.0.1")))
    if kind == "annotated":
        pod["metadata"]["annotations"] = {"netviz.dev/listen": "8080/TCP, 5353/UDP"}
    if kind == "silent":
        del pod["spec"]["containers"][0]["ports"]


@st.composite
def deployments(draw: st.DrawFn) -> list[Json]:
    """Now and then pods whose names, nodes and addresses nobody wrote; Services of app "a" to "c" may select them."""
    if not draw(st.sampled_from((False, False, True))):
        return []
    app = draw(st.sampled_from("abc"))
    spec = {"containers": [{"name": "main", "image": "i", "ports": draw(_container_ports())}]}
    template = {"metadata": {"labels": {"app": app}}, "spec": spec}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "made", "namespace": draw(st.sampled_from(NAMESPACES))},
            "spec": {
                "replicas": draw(st.integers(1, 3)),
                "selector": {"matchLabels": {"app": app}},
                "template": template,
            },
        }
    ]
