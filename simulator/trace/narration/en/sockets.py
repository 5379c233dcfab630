"""Programs ask their kernel to send, and are told what has arrived."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    # A program asks its kernel to send
    "socket.connect": (
        "{owner} opens a connection to {dst}, port {dport}.",
        "The route to {dst} decides the source address, {src}; {sport} is a free port. The first packet is a SYN.",
        "connect(2): net/ipv4/tcp_ipv4.c:tcp_v4_connect() routes, binds {src} port {sport}, and tcp_connect() sends SYN.",
    ),
    "socket.send": (
        "{owner} sends a datagram to {dst}, port {dport}.",
        "UDP opens nothing: the datagram just leaves, from {src}, the address of the route to {dst}, and port {sport}.",
        "sendto(2): net/ipv4/udp.c:udp_sendmsg() routes, takes {src} port {sport} and gives the datagram to IP.",
    ),
    "socket.send?protocol=SCTP": (
        "{owner} opens an association with {dst}, port {dport}.",
        "The route to {dst} decides the source address, {src}; {sport} is a free port. The first packet holds an INIT.",
        "net/sctp/sm_statefuns.c:sctp_sf_do_prm_asoc() makes the INIT chunk from {src} port {sport}.",
    ),
    "socket.ping": (
        "{owner} asks {dst}: are you there?",
        "A ping is an ICMP echo request. It has no ports, only an identifier; the route gives the source address {src}.",
        "net/ipv4/ping.c:ping_v4_sendmsg() sends ICMP type 8, code 0 (ICMPv6: type 128) from {src}.",
    ),
    "socket.answer": (
        "{owner} answers {dst}.",
        "An answer swaps the two ends: from {src}[ port {sport}] to {dst}[ port {dport}].",
        "The reply is built from the addresses of the packet that it answers and routed on its own: {src} to {dst}.",
    ),
    "socket.answer?flags=SA": (
        "{owner} accepts the connection and answers {dst}.",
        "The kernel answers the SYN by itself, with SYN and ACK: from {src} port {sport} to {dst} port {dport}.",
        "net/ipv4/tcp_input.c:tcp_conn_request() sends the SYN-ACK by tcp_v4_send_synack(); accept(2) comes later.",
    ),
    "socket.ack": (
        "{owner} confirms: the connection is open on both sides.",
        "The third packet of the handshake is a bare ACK. From here on both ends may send data.",
        "net/ipv4/tcp_input.c:tcp_rcv_synsent_state_process() sets ESTABLISHED, and tcp_send_ack() sends the ACK.",
    ),
    "socket.data": (
        "{owner} sends its first data.",
        "Data go from {from} to {to} in the open connection; no rule of the nat table is asked again for them.",
        "net/ipv4/tcp.c:tcp_sendmsg() queues the bytes, and tcp_write_xmit() sends them with PSH and ACK.",
    ),
    # Arrived
    "deliver.socket": (
        "Arrived: {owner} listens on port {port} and gets the packet.",
        "The kernel finds a {protocol} socket bound to port {port} and hands the packet to {owner}.",
        "__inet_lookup_listener() (udp: __udp4_lib_lookup()) finds the {protocol} socket on port {port} of {owner}.",
    ),
    "deliver.client": (
        "The answer has arrived at {owner}.",
        "The packet belongs to an open socket of {owner}, whose addresses and ports are exactly these.",
        "net/ipv4/inet_hashtables.c:__inet_lookup_established() (udp: __udp4_lib_lookup()) finds the socket of {owner}.",
    ),
    "deliver.client?flags=SA": (
        "{owner} hears: connection accepted.",
        "The SYN-ACK comes from the address and port that were called, so the waiting socket takes it.",
        "net/ipv4/tcp_input.c:tcp_rcv_synsent_state_process(): SYN_SENT becomes ESTABLISHED.",
    ),
    "deliver.client?flags=AR": (
        "{owner} hears no: connection refused.",
        "A reset from the address that was called ends the attempt; connect(2) returns ECONNREFUSED.",
        "net/ipv4/tcp_input.c:tcp_reset(): in SYN_SENT sk_err is ECONNREFUSED.",
    ),
    "deliver.client?flags=R": (
        "{owner} hears: this connection is no more.",
        "A reset ends the connection at once; its next read or write returns ECONNRESET.",
        "net/ipv4/tcp_input.c:tcp_reset(): sk_err is ECONNRESET.",
    ),
    "deliver.client?flags=A": (
        "{owner} gets the confirmation: the connection is open on both sides.",
        "The ACK ends the handshake; the connection waits for accept(2) to take it.",
        "net/ipv4/tcp_minisocks.c:tcp_check_req(): SYN_RECV becomes ESTABLISHED.",
    ),
    "deliver.client?flags=PA": (
        "The data have arrived at {owner}.",
        "The bytes wait in the socket's buffer until the program reads them.",
        "net/ipv4/tcp_input.c:tcp_rcv_established() queues the bytes; sk_data_ready() wakes {owner}.",
    ),
    "deliver.client?flags=echo reply": (
        "{owner} hears that the other end is there: the ping is answered.",
        "The echo reply carries the identifier of the request, so it finds the program that waits for it.",
        "net/ipv4/ping.c:ping_rcv() (raw sockets: raw_local_deliver()) finds the socket of {owner} by the identifier.",
    ),
    "deliver.echo": (
        "The ping has arrived. The kernel of {owner} answers it by itself.",
        "No program has to listen for a ping: the kernel turns the echo request round and sends it back.",
        "net/ipv4/icmp.c:icmp_echo() calls icmp_reply() with type 0 (ICMPv6: icmpv6_echo_reply(), type 129).",
    ),
    "deliver.error": (
        "The error reaches {owner}; its program sees: {name}.",
        "The quoted packet tells which socket the error is for. A waiting connect or read returns {name}.",
        "net/ipv4/tcp_ipv4.c:tcp_v4_err() (udp: udp_err()) sets sk_err to {name} on the socket of {owner}.",
    ),
}
