"""nginx's variables in texts of its configuration: $host, $request_uri and such. ngx_http_variables.c"""

import re

from simulator.programs.http import Request

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")


def expanded(text: str, request: Request) -> str:
    """The text for one request; a variable that is not known here stays as it is written."""
    if "$" not in text:
        return text
    known = {
        "host": request.host, "http_host": request.authority, "scheme": "https" if request.secure else "http",
        "request_uri": request.target, "uri": request.path, "request_method": request.method,
        "args": request.query or "", "query_string": request.query or "", "remote_addr": request.client or "",
        "server_port": str(request.port),
    }  # fmt: skip

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name.startswith("http_") and name not in known:
            return request.headers.get(name.removeprefix("http_").replace("_", "-")) or ""
        return known.get(name, found[0])

    return _VARIABLE.sub(value, text)
