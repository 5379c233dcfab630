"""X-Forwarded-*: what a proxy tells its backend of the client, and whether it believes what a client says of itself."""

from msgspec.structs import replace

from simulator.programs.http import Headers, Request


def believed(request: Request) -> Request:
    """The request, from the client that it says it came from: ngx_http_realip_module."""
    first = (request.headers.get("X-Forwarded-For") or "").split(",")[0].strip()
    return replace(request, client=first) if first else request


def nginx_headers(headers: Headers, asked: Request, trusts: bool) -> Headers:
    """What ingress-nginx says of the client. rootfs/etc/nginx/template/nginx.tmpl: proxy_set_header"""
    scheme = "https" if asked.secure else "http"
    told = {
        "X-Forwarded-For": asked.client or "", "X-Forwarded-Host": asked.authority, "X-Forwarded-Port": str(asked.port),
        "X-Forwarded-Proto": scheme, "X-Forwarded-Scheme": scheme, "X-Scheme": scheme, "X-Real-IP": asked.client or "",
    }  # fmt: skip
    original = [(name, headers.get(name)) for name in ("X-Forwarded-For", "X-Forwarded-Host")]
    for name, value in told.items():
        own = headers.get(name) if trusts and name not in ("X-Forwarded-For", "X-Real-IP") else None
        headers = headers.set(name, own or value)
    for name, said in original:
        headers = headers if said is None else headers.set(name.replace("X-", "X-Original-"), said)
    return headers
