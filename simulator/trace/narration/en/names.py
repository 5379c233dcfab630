"""Names: the resolver, and CoreDNS."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    "resolve.ask": (
        "Before it can connect to {host}, {owner} has to know its address. Its resolver asks for {name}.",
        "resolv.conf says whom to ask ({nameserver}), what to append[: {search}] and when: a name with fewer than {ndots} dots is completed first. {host} has {dots}. Try {number}.",
        "{libc}: candidate {number}, {name}, type {type}; ndots:{ndots}, nameserver {nameserver}.",
    ),
    "resolve.ask?type=AAAA": (
        "At the same time it asks for an IPv6 address of {name}.",
        "A and AAAA go out side by side, from one socket: two packets for every name that is tried.",
        "{libc}: candidate {number}, {name}, type {type}; ndots:{ndots}, nameserver {nameserver}.",
    ),
    "resolve.answer": (
        "{owner} knows {name}: {answer}.",
        "CoreDNS answers from what the API server tells it of Services and EndpointSlices; nothing is stored in files.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}, {answer}.",
    ),
    "resolve.answer?rcode=NXDOMAIN": (
        "There is no such name as {name}: NXDOMAIN.",
        "No Service, endpoint or pod of the cluster has this name, and the zone is CoreDNS's own: nobody else is asked.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}.",
    ),
    "resolve.answer?kind=none": (
        "{owner} knows {name}, but it has no address of this kind.",
        "NOERROR without records (NODATA): the name is there, not with type {type}.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}, no records.",
    ),
    "resolve.forwarded": (
        "{name} is no name of the cluster: {owner} asks the resolver of its node, and passes on the answer: {answer}.",
        "The plugin forward sends what is outside the cluster's zones to the node's nameservers. No manifest says what they answer; the address is assumed.",
        "coredns plugin/forward: {name} {type}, {rcode}, {answer}.",
    ),
    "resolve.forwarded?rcode=NXDOMAIN": (
        "{name} is no name of the cluster, and the resolver of the node does not know it either: NXDOMAIN.",
        "The plugin forward sends what is outside the cluster's zones to the node's nameservers.",
        "coredns plugin/forward: {name} {type}, {rcode}.",
    ),
    "resolve.found": (
        "{host} is {address}. Now the connection can begin.",
        "The name that was found is {name}, after {tries} tried. The resolver gives its addresses to the program, the best one first.",
        "{libc}: getaddrinfo() returns {address} for {host}.",
    ),
    "resolve.failed": (
        "Nobody knows {host}. The program sees: name or service not known. It never sends a packet of its own.",
        "All {tries} names of the search were asked for, and each answer was NXDOMAIN.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
    "resolve.failed?failure=EAI_NODATA": (
        "{host} is there, but has no address. The program never sends a packet of its own.",
        "The answers were NOERROR without a record of type A or AAAA.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
    "resolve.failed?failure=EAI_AGAIN": (
        "No answer comes to the question for {host}. The program waits, then sees: temporary failure in name resolution.",
        "The resolver asks each nameserver twice, 5 seconds each, before it gives up. The address was never learned: nothing is wrong with the server itself yet.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
}
