"""Addresses that the cluster gives: `{{ip default/web}}`, `{{service-ip default/web}}`, `{{node-ip node-a}}`.

They may stand in lab.md and checks.yaml; the engine looks them up in the lab's manifests.
"""

import re
from collections.abc import Mapping

from netviz.labs.files import CHECKS, LAB, folders, home
from netviz.labs.reading import Problems
from netviz.labs.world import NotAsked, World
from simulator.cluster.cluster import Cluster

USE = re.compile(r"\{\{ *(ip|service-ip|node-ip) +([\w./-]+) *\}\}")


def computed(files: Mapping[str, str], slug: str, settings: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """The files with the addresses filled in."""
    if not any(USE.search(files.get(path, "")) for path in (LAB, CHECKS)):
        return dict(files)
    held = folders(files)
    try:
        cluster = World(held.get(home(held), {}), settings).cluster
    except NotAsked as not_asked:
        problems.tell("lab-not-asked", not_asked.message, not_asked.hint, f"{slug}/{LAB}", 1)
        return dict(files)
    return {
        path: _filled(text, cluster, f"{slug}/{path}", problems) if path in (LAB, CHECKS) else text
        for path, text in files.items()
    }


def _filled(text: str, cluster: Cluster, file: str, problems: Problems) -> str:
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        for use in USE.finditer(line):
            if _address(cluster, use[1], use[2]) is None:
                problems.tell("lab-unknown-variable", f'There is nobody called "{use[2]}" with an address.',
                              "Write {{ip NAMESPACE/POD}}, {{service-ip NAMESPACE/NAME}} or {{node-ip NAME}}.",
                              file, number, use.start() + 1)  # fmt: skip
        lines.append(USE.sub(lambda use: _address(cluster, use[1], use[2]) or use[0], line))
    return "\n".join(lines)


def _address(cluster: Cluster, kind: str, name: str) -> str | None:
    if kind == "ip":
        pod = cluster.pods.get(name)
        return str(pod.ips[0]) if pod is not None and pod.ips else None
    if kind == "node-ip":
        node = cluster.nodes.get(name)
        return str(node.addresses[0]) if node is not None and node.addresses else None
    service = cluster.services.get(name)
    return str(service.cluster_ips[0]) if service is not None and service.cluster_ips else None
