"""ingress-nginx: who may come in, by address or by name and password. What can't be read lets nobody in.

internal/ingress/annotations/ipallowlist, ipdenylist, auth, authreq; a LocationDeniedError of one of them is
"return 503" in rootfs/etc/nginx/template/nginx.tmpl
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from simulator.cluster.http.annotations import origin, split, text, words
from simulator.cluster.http.gateway_model import Present
from simulator.cluster.http.ingress_model import Ingress
from simulator.programs.routes import Allow, Answer, Filter

RANGES = ("whitelist-source-range", "allowlist-source-range", "denylist-source-range")
AUTH_TYPES = ("basic", "digest")
AUTH_KEY = "auth"
Secrets = Mapping[tuple[str, str], Present]


def by_address(ingress: Ingress, config: Mapping[str, str]) -> Iterator[Filter]:
    """An annotation counts more than the ConfigMap's entry of the same name."""
    for key in RANGES:
        wrong = next((word for word in words(ingress, key) if not is_range(word)), None)
        if wrong is not None:
            yield Answer(503, f'{key} says "{wrong}", which is no range of addresses, so nobody comes in: 503.',
                         origins=origin(ingress, key))  # fmt: skip
    one, other, denied = (words(ingress, key) or split(config.get(key, "")) for key in RANGES)
    blocked = split(config.get("block-cidrs", ""))
    if one or other or denied or blocked:
        origins = tuple(found for key in RANGES for found in origin(ingress, key))
        yield Allow(tuple(one or other), (*blocked, *denied), origins)


def by_password(ingress: Ingress, secrets: Secrets) -> Iterator[Filter]:
    """Whether the password is right can't be told: the upload's Secrets are masked."""
    kind = text(ingress, "auth-type")
    if kind not in AUTH_TYPES:
        return
    wanted = text(ingress, "auth-secret")
    key = wanted if "/" in wanted else f"{ingress.namespace}/{wanted}"
    there = secrets.get(("Secret", key))
    by_map = text(ingress, "auth-secret-type") == "auth-map"
    at = origin(ingress, "auth-secret") or origin(ingress, "auth-type")
    if there is None:
        yield Answer(503, f"There is no Secret {key} with the passwords, so nobody comes in: 503.", origins=at)
    elif not by_map and AUTH_KEY not in there.keys:
        yield Answer(503, f'The Secret {key} has no key "{AUTH_KEY}", so nobody comes in: 503.', origins=at)
    realm = text(ingress, "auth-realm")
    yield Answer(
        401, f"Who comes without a name and a password ({kind} authentication) is asked for them: 401.",
        unless_header="Authorization",
        headers=(("WWW-Authenticate", f'{kind.capitalize()} realm="{realm}"'),), origins=at,
    )  # fmt: skip


def by_question(ingress: Ingress) -> Iterator[Filter]:
    """auth-url: another program is asked. What it says is not known here; that it can't be asked, is."""
    url = text(ingress, "auth-url")
    if url and not is_url(url):
        yield Answer(503, f'auth-url says "{url}", which is no URL, so nobody comes in: 503.',
                     origins=origin(ingress, "auth-url"))  # fmt: skip


def is_range(word: str) -> bool:
    """An address, or a network."""
    try:
        ip_network(word, strict=False)
    except ValueError:
        return False
    return True


def is_url(written: str) -> bool:
    """internal/ingress/annotations/parser/main.go:StringToURL()"""
    scheme, there, rest = written.partition("://")
    host = rest.partition("/")[0]
    return bool(scheme and there and host) and ".." not in host
