"""What an uploaded Corefile does beyond the DNS server that is modelled."""

import pytest

from simulator.cluster import build_cluster
from simulator.manifests import SourceFile, read_manifests

KUBEADM = """.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
"""


def told(corefile: str) -> list[str]:
    lines = "\n".join(f"    {line}" for line in corefile.splitlines())
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: coredns, namespace: kube-system}}\ndata:\n  Corefile: |\n{lines}\n"
    found = build_cluster(read_manifests([SourceFile("dns.yaml", text.encode())])).problems
    return [
        p.message.partition("modelled: ")[2].partition(". Here")[0] for p in found if p.id == "corefile-not-modelled"
    ]


def test_what_kubeadm_writes_is_modelled() -> None:
    assert told(KUBEADM) == []


@pytest.mark.parametrize(
    ("corefile", "beyond"),
    [
        (KUBEADM.replace("    ready\n", "    rewrite name a.example.com web.shop.svc.cluster.local\n"), "the plugin rewrite"),
        (KUBEADM.replace("    ready\n", "    hosts {\n      192.0.2.1 a.example.com\n      fallthrough\n    }\n"), "the plugin hosts"),
        (KUBEADM.replace("    ready\n", "    # rewrite: not today\n"), None),
        (KUBEADM.replace("cluster.local", "shop.local"), "the zone shop.local"),
        (KUBEADM.replace("forward .", "forward example.com"), "a forward of example.com"),
        (KUBEADM + "consul.local:53 {\n    forward . 10.0.0.1\n}\n", "a server block for consul.local"),
        (KUBEADM + "dns://a.test:53, b.test {\n    hosts\n}\n", "a server block for a.test, b.test"),
        (
            KUBEADM.replace("    ready\n", '    template IN A "(.*)" {\n      answer "{{ .Name }} A 192.0.2.1"\n    }\n'),
            "the plugin template",
        ),
        ("not a Corefile }}} {", None),
    ],
)  # fmt: skip
def test_what_goes_beyond_it_is_named(corefile: str, beyond: str | None) -> None:
    assert told(corefile) == ([beyond] if beyond else [])
