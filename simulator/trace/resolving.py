"""Resolving: the client's resolver asks for a name, question by question, before the connection is opened.

Every question and every answer is a packet with a way of its own, through the DNS Service like any other.
"""

from collections.abc import Sequence

import msgspec

from simulator.chance import Option
from simulator.datapath.icmp import DEFAULT_TTL
from simulator.datapath.route import ip_route_output
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.walk import step
from simulator.linux.conntrack import packet_tuple
from simulator.linux.netns import Netns
from simulator.linux.resolv_conf import ResolvConf
from simulator.linux.socket import Socket
from simulator.packet.headers import Ip, IPAddress, Protocol, Udp
from simulator.packet.packet import Packet
from simulator.programs.coredns import CoreDns
from simulator.programs.dns import PORT, Answer, Question
from simulator.programs.resolver import Failure, Libc, Resolved, resolve
from simulator.steps import Cause, Chance, Disposition, Layer, Outcome, Step, StepKind
from simulator.trace.legs import Said, main_end, run_leg, socket_step
from simulator.trace.model import Flow, LegKind

FIRST_PORT = 53000
"""Each round of questions has a socket of its own; these are the source ports."""
_FUNCTION = {
    Libc.GLIBC: "glibc: resolv/res_query.c:__res_context_search()",
    Libc.MUSL: "musl: src/network/lookup_name.c:name_from_dns_search()",
}
_OUTCOME: dict[Cause | None, Outcome] = {
    Cause.RULE_REJECT: Outcome.REJECTED,
    Cause.NO_LISTENER: Outcome.REFUSED,
    Cause.PORT_NOT_DECLARED: Outcome.REFUSED,
}


class Sent(msgspec.Struct):
    """A question on its way: what came of it, and the server that has to answer."""

    question: Question
    server: Netns | None = None
    seen: Packet | None = None
    program: CoreDns | None = None


class Asker:
    """One client, its resolv.conf, and the questions that it asks in a session."""

    def __init__(self, session: Session, said: Said, flow: Flow, conf: ResolvConf) -> None:
        self.session = session
        self.said = said
        self.flow = flow
        self.conf = conf
        self.libc = Libc(conf.libc)
        self.client = session.network.netns(flow.source)
        self.host = flow.host or ""

    def resolved(self) -> Resolved:
        """getaddrinfo(): round after round, until the resolver has an answer or gives up."""
        asking = resolve(self.host, self.conf.search, self.conf.ndots, self.libc)
        questions = next(asking)
        tries = 0
        while True:
            tries += 1
            answers = self._round(questions, tries)
            try:
                questions = asking.send(answers)
            except StopIteration as stop:
                found: Resolved = stop.value
                return found

    def _round(self, questions: Sequence[Question], tries: int) -> list[Answer | None]:
        """A and AAAA go out side by side from one socket, to one nameserver after the other until one answers."""
        answers: list[Answer | None] = [None for _ in questions]
        for nameserver in self.conf.nameservers:
            sport = FIRST_PORT + self.session.questions
            self.session.questions += 1
            sent = [self._ask(question, nameserver, sport, tries) for question in questions]
            answers = [self._answer(one) for one in sent]
            if any(answer is not None for answer in answers):
                break
        return answers

    def _ask(self, question: Question, nameserver: IPAddress, sport: int, tries: int) -> Sent:
        way = ip_route_output(self.session, self.client, nameserver)
        source = nameserver if isinstance(way, Cause) or way.source is None else way.source
        packet = Packet(
            ip=Ip(source, nameserver, DEFAULT_TTL, Protocol.UDP), l4=Udp(sport, PORT), payload=f"{question}?"
        )
        self._listen_at(nameserver)
        self.session.open(self.client, packet_tuple(packet).inverted(), opener=True, program=self.flow.asker)
        opening = self._told(packet, "resolve.ask", name=question.name, type=question.type.value, number=tries)
        send = socket_step(self.client, packet, "socket.send", "net/ipv4/udp.c:udp_sendmsg()")
        walk = run_leg(self.session, self.said, LegKind.DNS, self.client, packet, (opening, send))
        end = main_end(walk)
        if end.disposition is not Disposition.DELIVERED or end.socket is None:
            self.said.cause = end.cause
            for spawned in walk.spawned[:1]:
                there = self.session.network.netns(spawned.netns)
                run_leg(self.session, self.said, LegKind.ICMP_ERROR, there, spawned.packet, spawned=spawned)
            return Sent(question)
        program = self.session.network.program(end.netns, PORT)
        server = self.session.network.netns(end.netns)
        return Sent(question, server, end.packet, program if isinstance(program, CoreDns) else None)

    def _listen_at(self, nameserver: IPAddress) -> None:
        """A machine outside the manifests that answers DNS is taken to listen."""
        owner = self.session.network.owner(nameserver)
        if owner is not None and isinstance(self.session.network.program(owner, PORT), CoreDns):
            self.session.listen(owner, Socket(Protocol.UDP, None, PORT, owner, assumed=True))

    def _answer(self, sent: Sent) -> Answer | None:
        server, seen = sent.server, sent.seen
        if server is None or seen is None or sent.program is None:
            return None
        answer = sent.program.answer(sent.question)
        assert isinstance(seen.l4, Udp)
        packet = Packet(
            ip=Ip(seen.ip.dst, seen.ip.src, DEFAULT_TTL, Protocol.UDP),
            l4=Udp(seen.l4.dport, seen.l4.sport),
            payload=f"{sent.question} = {answer}",
        )
        opening = (
            _thought(server, packet, answer),
            socket_step(server, packet, "socket.answer", "net/ipv4/udp.c:udp_sendmsg()", flags=""),
        )
        end = main_end(run_leg(self.session, self.said, LegKind.DNS, server, packet, opening))
        heard = end.disposition is Disposition.DELIVERED and end.netns == self.client.name
        if not heard:
            self.said.cause = end.cause
        return answer if heard else None

    def _told(self, packet: Packet, text: str, **words: object) -> Step:
        params = {
            "host": self.host,
            "owner": self.client.name,
            "ndots": self.conf.ndots,
            "dots": self.host.rstrip(".").count("."),
            "search": " ".join(self.conf.search),
            "nameserver": ", ".join(map(str, self.conf.nameservers)),
            "libc": self.libc.value,
        }
        return step(self.client, Skb(packet), StepKind.RESOLVE, Layer.APPLICATION, text, _FUNCTION[self.libc],
                    params | words, origins=self.conf.origins)  # fmt: skip

    def found(self, packet: Packet, resolved: Resolved, address: IPAddress, chances: tuple[Chance, ...]) -> Step:
        """The step that ends the search well; it stands before the connection's first packet."""
        words = {"name": resolved.name or "", "address": address, "tries": len(resolved.tried)}
        return msgspec.structs.replace(self._told(packet, "resolve.found", **words), chances=chances)

    def failed(self, resolved: Resolved) -> None:
        """The program never gets as far as sending a packet of its own."""
        said = self.said
        failure = resolved.failure or Failure.UNKNOWN
        said.errno = failure.value
        said.outcome = Outcome.NXDOMAIN
        if failure is Failure.TEMPORARY:
            said.outcome = _OUTCOME.get(said.cause, Outcome.TIMEOUT)
        else:
            said.cause = Cause.NO_SUCH_NAME
        last = said.legs[-1]
        words = {"failure": failure.value, "tries": len(resolved.tried)}
        told = msgspec.structs.replace(self._told(last.steps[-1].packet, "resolve.failed", **words), cause=said.cause)
        said.legs[-1] = msgspec.structs.replace(last, steps=(*last.steps, told))


def _thought(server: Netns, packet: Packet, answer: Answer) -> Step:
    """What the DNS server came to: from its own zone, or from another server."""
    text = "resolve.forwarded" if answer.forwarded else "resolve.answer"
    words = {
        "owner": server.name,
        "name": answer.question.name,
        "type": answer.question.type.value,
        "answer": answer,
        "rcode": answer.rcode.value,
        "kind": "" if answer.records else "none",
    }
    origins = tuple(dict.fromkeys(origin for record in answer.records for origin in record.origins))
    function = "coredns: plugin/forward/forward.go" if answer.forwarded else "coredns: plugin/kubernetes/kubernetes.go"
    return step(server, Skb(packet), StepKind.RESOLVE, Layer.APPLICATION, text, function, words, origins=origins)


def look_up(session: Session, said: Said, flow: Flow, conf: ResolvConf) -> tuple[Flow, Step] | None:
    """The flow with the address that was found, and the step that says so; None where there is none, told in `said`."""
    asker = Asker(session, said, flow, conf)
    resolved = asker.resolved()
    if not resolved.addresses:
        asker.failed(resolved)
        return None
    address, chances = _preferred(session, asker.client, resolved.addresses)
    if session.network.owner(address) == "internet" and flow.port is not None:
        session.listen("internet", Socket(flow.protocol, None, flow.port, resolved.name or "", assumed=True))
    found = msgspec.structs.replace(flow, address=address, host=None)
    return found, asker.found(said.legs[-1].packet, resolved, address, chances)


def _preferred(session: Session, client: Netns, addresses: Sequence[IPAddress]) -> tuple[IPAddress, tuple[Chance, ...]]:
    """RFC 6724: IPv6 first where both ends have a global address, else IPv4; of several, CoreDNS put one first.

    plugin/loadbalance/loadbalance.go
    """
    best = max(_rank(session, client, address) for address in addresses)
    equal = [address for address in addresses if _rank(session, client, address) == best]
    if len(equal) == 1:
        return equal[0], ()
    options = tuple(Option(session.network.owner(a) or str(a), 1 / len(equal)) for a in equal)
    picked = session.choose(options)
    return equal[picked], (Chance(options, picked),)


def _rank(session: Session, client: Netns, address: IPAddress) -> int:
    way = ip_route_output(session, client, address)
    if isinstance(way, Cause) or way.source is None or way.source.version != address.version:
        return 0
    return 3 if address.version == 6 and address.is_global else 2 if address.version == 4 else 1
