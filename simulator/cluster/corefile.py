"""CoreDNS's own configuration, where an upload has it: what in it goes beyond the DNS server that is modelled here.

Modelled is what kubeadm writes (cmd/kubeadm/app/phases/addons/dns/manifests.go): the plugin kubernetes for the zone
cluster.local and the reverse zones, and a forward of all else. A Corefile is read as caddyfile/lexer.go does, as far as
server blocks and the names of plugins go.
"""

import re
from collections.abc import Iterable, Iterator

from simulator.cluster.fields import part
from simulator.cluster.problems import Problems, listed
from simulator.manifests.manifest import Manifest

FIELD = "Corefile"
DOMAIN = "cluster.local"
WITHOUT_EFFECT = frozenset(
    ("errors", "health", "ready", "prometheus", "cache", "loop", "reload", "loadbalance", "log", "debug", "bind",
     "bufsize", "cancel", "import", "local", "lameduck", "nsid", "pprof", "tls", "trace", "whoami", "chaos", "any")
)  # fmt: skip
"""Plugins that change no answer which is looked at here."""
MODELLED = frozenset(("kubernetes", "forward", *WITHOUT_EFFECT))
_TOKEN = re.compile(r'#[^\n]*|"(?:[^"\\]|\\.)*"|[^\s{}"]\S*|[{}\n]')


def check_corefiles(others: Iterable[Manifest], problems: Problems) -> None:
    """A word on what an upload's CoreDNS does and this one does not."""
    for manifest in others:
        text = part(manifest.body, "data").get(FIELD)
        if manifest.kind == "ConfigMap" and isinstance(text, str):
            beyond = list(dict.fromkeys(_beyond(text)))
            if beyond:
                problems.info(
                    "corefile-not-modelled",
                    f"This CoreDNS does more than is modelled: {listed(beyond)}. Here it answers as if kubeadm had "
                    "written its Corefile.",
                    "Take answers to the names that this concerns with care.", manifest, ("data", FIELD),
                )  # fmt: skip


def _beyond(text: str) -> Iterator[str]:
    """Server blocks of their own, plugins that answer or change names, and zones under other names."""
    for keys, plugins in _blocks(text):
        zones = [zone for zone in map(_zone, keys) if zone != "."]
        if zones:
            yield f"a server block for {', '.join(zones)}"
            continue
        for plugin in plugins:
            if plugin[0] not in MODELLED:
                yield f"the plugin {plugin[0]}"
            elif plugin[0] == "kubernetes":
                domains = [zone.rstrip(".") for zone in plugin[1:] if not zone.rstrip(".").endswith(".arpa")]
                yield from (f"the zone {domain}" for domain in domains if domain != DOMAIN)
            elif plugin[0] == "forward" and plugin[1:2] not in ([], ["."]):
                yield f"a forward of {plugin[1]}"


def _zone(key: str) -> str:
    """A server block's key without scheme and port: ".:53", "dns://consul.local:53"."""
    return re.sub(r":\d+$", "", key.rpartition("://")[2].rstrip(",")).rstrip(".") or "."


def _blocks(text: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The keys of each server block, and the lines of its plugins; what is inside a plugin's own braces is left out."""
    depth = 0
    keys: list[str] = []
    plugins: list[list[str]] = []
    here: list[str] = []
    for word in _TOKEN.findall(text):
        if word == "{":
            depth += 1
            if depth == 1:
                keys, plugins, here = here, [], []
        elif word == "}":
            depth -= 1
            if depth == 0:
                yield keys, [*plugins, here] if here else plugins
                here = []
        elif word == "\n":
            if depth == 1 and here:
                plugins.append(here)
                here = []
        elif depth < 2 and not word.startswith("#"):
            here = [*here, word.strip('"')]
