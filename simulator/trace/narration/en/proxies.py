"""Reverse proxies: what they read, whom they ask, what they hand on."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    "proxy.tls": (
        "The client asks for {sni} in its TLS handshake, and {owner} shows the certificate of Secret {certificate}.",
        "{owner} ends the TLS connection here (listener {listener}): what comes next it reads as plain HTTP.",
        "ClientHello with server_name {sni}; {listener} of {owner} has the key of Secret {certificate}, and terminates.",
    ),
    "proxy.tls-own": (
        "The client asks for {sni} in its TLS handshake. {owner} has no certificate for it and shows one of its own.",
        "No Secret of the manifests holds one for {sni}, so clients that check certificates (browsers, curl) stop here; what follows is what one sees that does not check (curl -k).",
        "ClientHello with server_name {sni}; {listener} of {owner} falls back to its default certificate, which nobody has signed for that name.",
    ),
    "proxy.tls-through": (
        "{owner} reads the name {sni} in the client's TLS handshake, and nothing else: the rest stays encrypted.",
        "Listener {listener} passes TLS through: the certificate is the backend's, and paths and headers can't be seen here.",
        "ClientHello with server_name {sni}; {listener} of {owner} is in mode Passthrough, the bytes go on as they are.",
    ),
    "proxy.forward": (
        "{owner} has read the request for {url}. {rule} takes it to {backend}: {owner} asks {target}.",
        "[{passed} rules before it do not match. ]The proxy ends the client's connection and opens one of its own; the client's address, {client}, goes along in a header.",
        "The route table of {owner} gives {rule}; the upstream {backend} is dialled at its endpoint, {target}, not at its cluster IP.",
    ),
    "proxy.forward?raw=yes": (
        "{owner} takes the connection, and opens one of its own to {target}.",
        "It reads no HTTP, but hands on the bytes as they come[, by {rule}]. {target} sees its address, not the client's, {client}.",
        "{owner} accepts, and dials {backend} at {target}; two connections, spliced.",
    ),
    "proxy.answer": (
        "{owner} has read the request for {url}, and answers by itself: {status}.",
        "{why}. No backend is asked.[ The rule is {rule}.]",
        "The route table of {owner}[ gives {rule}]: status {status}, no upstream.",
    ),
    "proxy.answer?sent=yes": (
        "Asked for {url}, {owner} sends the client on to {location}: {status}.",
        "A browser asks for that next, over another connection; no backend is asked yet.[ The rule is {rule}.]",
        "The route table of {owner}[ gives {rule}]: status {status}, Location: {location}, no upstream.",
    ),
    "proxy.hang-up": (
        "{owner} hangs up: there is nobody to hand the connection to.",
        "{why}.",
        "{owner} closes the client's connection[; the rule was {rule}].",
    ),
    "proxy.back": (
        "{target} has answered, and {owner} hands it on: status {status}.",
        "The answer goes back over the client's own connection, which has been open all the time.",
        "The upstream {backend} has answered; response filters are applied, and the downstream gets status {status}.",
    ),
    "proxy.back?raw=yes": (
        "{target} has answered, and {owner} hands the bytes on.",
        "They go back over the client's own connection, which has been open all the time.",
        "{owner} copies what it reads from {target} to its client.",
    ),
    "proxy.failed": (
        "{owner} could not reach {target}, so its client gets {status}.",
        "The client's connection is fine; it is the proxy's own, to {backend}, that came to nothing.",
        "The upstream connection to {target} failed: status {status} is made by {owner}.",
    ),
}
