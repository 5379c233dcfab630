"""kubelet: the resolv.conf of a pod.

pkg/kubelet/network/dns/dns.go
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simulator.cluster.fields import EMPTY, parse_address, part
from simulator.cluster.model import Pod
from simulator.linux.resolv_conf import MOST_NAMESERVERS, ResolvConf
from simulator.origin import Origins
from simulator.packet.headers import IPAddress

CLUSTER_DOMAIN = "cluster.local"
CLUSTER_FIRST, WITH_HOST_NET, NODE_DEFAULT, OWN = "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"
CLUSTER_OPTIONS = ("ndots:5",)
MOST_DOMAINS, MOST_CHARACTERS = 32, 2048
"""pkg/apis/core/validation: MaxDNSSearchPaths, MaxDNSSearchListChars"""

MUSL_IMAGES = ("alpine", "busybox:musl")


def pod_resolv_conf(pod: Pod, cluster_dns: Sequence[IPAddress], node: ResolvConf) -> ResolvConf:
    """What dnsPolicy says, with dnsConfig added; `node` is the machine's own file."""
    spec = _spec(pod)
    policy = dns_policy(pod)
    if policy == OWN:
        base = ResolvConf()
    elif policy == NODE_DEFAULT:
        base = node
    else:
        domains = (f"{pod.namespace}.svc.{CLUSTER_DOMAIN}", f"svc.{CLUSTER_DOMAIN}", CLUSTER_DOMAIN)
        base = ResolvConf(tuple(cluster_dns), (*domains, *node.search), CLUSTER_OPTIONS)
    config = part(spec, "dnsConfig")
    nameservers = dict.fromkeys((*base.nameservers, *_addresses(config.get("nameservers"))))
    search = dict.fromkeys((*base.search, *(s.rstrip(".").lower() or "." for s in _strings(config.get("searches")))))
    options = _merged(base.options, config.get("options"))
    origins = _origins(pod, spec)
    return ResolvConf(tuple(nameservers)[:MOST_NAMESERVERS], _fitting(search), options, libc_of(pod), origins)


def dns_policy(pod: Pod) -> str:
    """The policy in force: on the machine's network, ClusterFirst means the machine's own file. getPodDNSType()"""
    written = _spec(pod).get("dnsPolicy") or CLUSTER_FIRST
    if written == CLUSTER_FIRST and pod.host_network:
        return NODE_DEFAULT
    return written if written in (WITH_HOST_NET, NODE_DEFAULT, OWN) else CLUSTER_FIRST


def libc_of(pod: Pod) -> str:
    """The C library of a pod's first container, as far as the name of its image tells; glibc unless it does."""
    image = pod.containers[0].image if pod.containers else ""
    return "musl" if any(word in image for word in MUSL_IMAGES) else "glibc"


def _spec(pod: Pod) -> Mapping[str, Any]:
    if pod.source is None:
        return EMPTY
    return part(pod.source.manifest.body, *(str(key) for key in pod.source.prefix), "spec")


def _origins(pod: Pod, spec: Mapping[str, Any]) -> Origins:
    written = [key for key in ("dnsPolicy", "dnsConfig") if key in spec]
    return tuple(origin for key in written for origin in pod.origin("spec", key)) or pod.origin("spec")


def _strings(value: object) -> Iterable[str]:
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _addresses(value: object) -> Iterable[IPAddress]:
    for text in _strings(value):
        try:
            yield parse_address(text)
        except ValueError:
            continue


def _merged(base: Iterable[str], written: object) -> tuple[str, ...]:
    """Options of the pod replace those of the same name. mergeDNSOptions()"""
    found = {option.partition(":")[0]: option for option in base}
    for item in written if isinstance(written, list) else ():
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str):
            value = item.get("value")
            found[name] = f"{name}:{value}" if value not in (None, "") else name
    return tuple(found.values())


def _fitting(domains: Iterable[str]) -> tuple[str, ...]:
    """What a search list may hold; what is over is left out. dns.go:formDNSSearchFitsLimits()"""
    kept: list[str] = []
    for domain in domains:
        if len(kept) == MOST_DOMAINS or len(" ".join((*kept, domain))) > MOST_CHARACTERS:
            break
        kept.append(domain)
    return tuple(kept)
