"""Every text that a step can carry: it exists, uses only the parameters the step has, and is short enough to read."""

import ast
import re
from pathlib import Path

import pytest

from simulator.steps import Text
from simulator.trace.narration import narrate, parameters_of, texts

SIMULATOR = Path(__file__).resolve().parents[3] / "simulator"
NOT_TEXTS: frozenset[str] = frozenset()

PLAIN_LIMIT = 140
MECHANISM_LIMIT = 220

EMITTED = """
socket.connect protocol src sport dst dport owner
socket.send protocol src sport dst dport owner
socket.ping src dst owner
socket.answer protocol src sport dst dport owner flags
socket.ack owner
socket.data owner from to
route.output dst route dev src via
route.forward dst route dev via
route.balanced dst route dev service node nodes rule check unhealthy
route.local dst route dev
route.none dst
route.blackhole dst route
route.changed dst route dev via
neighbor.found ip mac dev
neighbor.ask ip dev src probe family
neighbor.asked ip dev mac from owner
neighbor.answered ip dev mac
neighbor.failed ip dev family
device.down dev state
deliver.too-big owner name mtu dst
mtu.too-big length mtu dev to
mtu.silent length mtu dev
mtu.fragmented length mtu dev pieces
device.transmit dev peer
device.receive dev from
device.loopback dev
bridge.forward bridge port mac
bridge.up bridge mac
bridge.down bridge port
vxlan.no-entry dev mac remote
vxlan.no-route dev mac remote
conntrack.full host
bridge.hairpin bridge port
bridge.hairpin-off bridge port
bridge.redirected bridge dst mac
bridge.redirected-late bridge dst mac
bridge.routed bridge dst
bridge.flood bridge
bridge.broadcast bridge ports mac taken
conntrack.new proto tuple
conntrack.found proto state direction tuple
conntrack.related tuple
conntrack.confirmed tuple
conntrack.invalid
nat.dnat old new service by affinity age list
nat.snat old new
nat.port-taken old new
nat.masquerade old new dev by
nat.undo-dnat old new
nat.undo-snat old new
nat.again-dnat old new
nat.again-snat old new
netfilter.accept table chain
netfilter.pass table chain
netfilter.mark table chain mark
netfilter.drop table chain rule
netfilter.reject table chain rule with
netfilter.policy-drop table chain
nftables.pass table chain
nftables.mark table chain mark
nftables.drop table chain rule
nftables.reject table chain rule with
forward.ttl old new
forward.expired
forward.off
icmp.error type code name to about
icmp.translated old new
tcp.reset to port
deliver.socket owner port protocol
deliver.client owner flags
deliver.echo owner
deliver.error owner name
drop.unknown-connection owner
drop.no-route dst
drop.martian
resolve.ask host owner ndots dots search nameserver libc name type number
resolve.answer owner name type answer rcode kind
resolve.forwarded owner name type answer rcode kind
resolve.found host owner ndots dots search nameserver libc name address tries
resolve.failed host owner ndots dots search nameserver libc failure tries
proxy.tls owner sni listener certificate
proxy.tls-own owner sni listener certificate
proxy.tls-through owner sni listener certificate
proxy.forward owner url rule backend target status why passed client raw balancer location sent
proxy.answer owner url rule backend target status why passed client raw balancer location sent
proxy.hang-up owner url rule backend target status why passed client raw balancer location sent
proxy.back owner url rule backend target status why passed client raw balancer location sent
proxy.failed owner url rule backend target status why passed client raw balancer location sent
encapsulate.vxlan vni remote
decapsulate.vxlan vni
limit.steps
"""

PARAMETERS = {words[0]: frozenset(words[1:]) for words in map(str.split, EMITTED.strip().splitlines())}

SAMPLES = {
    "sni": "shop.example", "listener": "https", "certificate": "default/shop-tls",
    "mtu": "1400",
    "length": "1500",
    "pieces": "2",
    "node": "node-a", "nodes": "node-a, node-b, node-c and 4 more", "check": "31234", "unhealthy": "node-d, node-e",
    "by": "nftables", "host": "web", "ndots": "5", "dots": "0", "search": "default.svc.cluster.local", "number": "1",
    "nameserver": "10.96.0.10", "libc": "glibc", "answer": "10.96.0.50", "rcode": "NOERROR", "kind": "", "tries": "1",
    "failure": "EAI_NONAME", "url": "http://shop.example/", "backend": "default/web", "target": "default/web-1",
    "raw": "", "balancer": "", "location": "https://shop.example/", "sent": "", "status": "200", "why": "It is sent on", "passed": "2", "client": "10.244.1.1",
    "owner": "default/client-a", "src": "10.244.1.100", "sport": "40000", "dst": "10.96.10.2", "dport": "80",
    "protocol": "TCP", "proto": "TCP", "old": "10.96.10.2:80", "new": "10.244.2.10:8080", "service": "Service default/web",
    "dev": "veth@default/client-a", "peer": "default/client-a eth0", "from": "node-a", "via": "10.244.1.1",
    "route": "default via 10.244.1.1 dev eth0", "table": "ip nat", "chain": "PREROUTING", "mac": "default/web-1:eth0",
    "bridge": "cni0", "port": "veth@default/web-1", "ip": "10.244.1.1", "to": "10.244.1.100",
    "tuple": "src=10.244.1.100 dst=10.96.10.2 sport=40000 dport=80", "state": "ESTABLISHED", "direction": "original",
    "mark": "0x4000", "rule": "-j DROP", "with": "icmp-port-unreachable", "name": "port unreachable", "type": "3",
    "code": "3", "about": "10.244.1.100:40000 > 10.96.10.2:80", "vni": "1", "remote": "192.168.56.12",
    "address": "10.96.10.2", "flags": "",
    "family": "ipv4", "probe": "1", "ports": "3", "taken": "veth@default/web-1", "affinity": "", "age": "3h", "list": "KUBE-SEP-A",
}  # fmt: skip


def sample(key: str) -> Text:
    """A text with plausible parameters, and those that its variant asks for."""
    identifier, _, condition = key.partition("?")
    params = {name: SAMPLES[name] for name in sorted(PARAMETERS[identifier])}
    if condition:
        name, _, value = condition.partition("=")
        params[name] = value
    return Text(identifier, params)


def ids_in_the_source() -> set[str]:
    """Every string of the walk and the conversation that looks like the id of a text."""
    found: set[str] = set()
    groups = {key.partition(".")[0] for key in PARAMETERS}
    shape = re.compile(rf"({'|'.join(sorted(groups))})\.[a-z-]+")
    trace = [SIMULATOR / "trace" / f"{name}.py" for name in ("conversation", "balancing")]
    for module in (*(SIMULATOR / "datapath").glob("*.py"), *trace):
        for node in ast.walk(ast.parse(module.read_text())):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and shape.fullmatch(value):
                found.add(value)
    return found


def test_the_walk_and_the_conversation_emit_only_texts_that_exist():
    assert ids_in_the_source() - NOT_TEXTS <= set(PARAMETERS)


def test_every_text_that_is_emitted_exists_and_no_other():
    assert {key.partition("?")[0] for key in texts()} == set(PARAMETERS)


@pytest.mark.parametrize("key", texts())
def test_a_text_uses_only_parameters_that_its_step_has(key: str):
    for template in texts()[key]:
        assert parameters_of(template) <= PARAMETERS[key.partition("?")[0]]


@pytest.mark.parametrize("key", texts())
def test_a_variant_depends_on_a_parameter_that_its_step_has(key: str):
    identifier, _, condition = key.partition("?")
    assert not condition or condition.partition("=")[0] in PARAMETERS[identifier]


@pytest.mark.parametrize("key", texts())
def test_every_depth_is_filled_and_short_enough(key: str):
    narration = narrate(sample(key))
    assert 0 < len(narration.plain) <= PLAIN_LIMIT
    assert 0 < len(narration.mechanism) <= MECHANISM_LIMIT
    assert len(narration.kernel) > 0
    for told in (narration.plain, narration.mechanism, narration.kernel):
        assert not re.search(r"[{}\[\]]|  | [.,]", told)
        assert told[-1] in ".?"


@pytest.mark.parametrize("key", texts())
def test_the_plain_text_names_no_function_and_no_source_file(key: str):
    assert not re.search(r"\.c\b|\(\)|skb|_", narrate(sample(key)).plain)


def test_a_part_in_brackets_is_left_out_when_its_parameter_is_empty():
    text = Text(
        "route.output", {"dst": "10.244.1.11", "route": "10.244.1.0/24 dev eth0", "dev": "eth0", "src": "", "via": ""}
    )
    assert narrate(text).plain == "Which way to 10.244.1.11? By eth0."
    assert "source address" not in narrate(text).mechanism


def test_a_parameter_is_never_read_as_a_template():
    text = Text("deliver.socket", {"owner": "{port} [x] {0.__class__}", "port": "80", "protocol": "TCP"})
    assert narrate(text).plain == "Arrived: {port} [x] {0.__class__} listens on port 80 and gets the packet."


def test_an_unknown_id_is_a_fault():
    with pytest.raises(KeyError):
        narrate(Text("no.such-text"))
