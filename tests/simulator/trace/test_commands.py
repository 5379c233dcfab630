"""The commands of a step: what one would type to see the same on a real cluster."""

from ipaddress import ip_address

import pytest

from simulator.origin import Origin
from simulator.packet.headers import Arp, Icmp, Ip, Protocol, Tcp
from simulator.packet.packet import Packet
from simulator.steps import Layer, RuleRef, StateChange, Step, StepKind, Text
from simulator.trace.commands import commands_for

PACKET = Packet(Ip(ip_address("10.244.1.100"), ip_address("10.96.10.2"), 64, Protocol.TCP), Tcp(40000, 80, "S"))
PING = Packet(Ip(ip_address("10.244.1.100"), ip_address("10.96.10.2"), 64, Protocol.ICMP), Icmp(8, 0, 1))
ASKER, GATEWAY = ip_address("10.244.1.100"), ip_address("10.244.1.1")
QUESTION = Packet(Ip(ASKER, GATEWAY, 0, Protocol.ARP), Arp("request", "pod:eth0", ASKER, "zero", GATEWAY))
SEP = RuleRef("ip nat", "KUBE-SEP-A", 2, "-j DNAT")
NFT_ENDPOINT = RuleRef("ip kube-proxy", "endpoint-a", 2, "dnat to")
REMEMBERED = StateChange("affinity", "created", "KUBE-SEP-A: src=10.244.1.100", "KUBE-SEP-A 10.244.1.100")
POD = ("kubectl", "exec", "-n", "default", "client-a", "--")


def a_step(kind: StepKind, text: str, device: str | None = "cni0", packet: Packet = PACKET, **more: object) -> Step:
    params = more.pop("params", {})
    return Step("node-a", "node-a", kind, Layer.NETWORK, packet, Text(text, params), "", device=device, **more)


def typed(step: Step, enter: tuple[str, ...] = ()) -> list[str]:
    """Each command as one line."""
    return [" ".join(command.argv) for command in commands_for(step, enter)]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (a_step(StepKind.ROUTE, "route.output"), "ip route get 10.96.10.2"),
        (a_step(StepKind.ROUTE, "route.forward"), "ip route get 10.96.10.2 from 10.244.1.100 iif cni0"),
        (
            a_step(StepKind.NEIGHBOR, "neighbor.found", params={"ip": "10.244.1.1", "mac": "m", "dev": "eth0"}),
            "ip neighbor show 10.244.1.1 dev eth0",
        ),
        (
            a_step(StepKind.TRANSMIT, "device.transmit"),
            "tcpdump -eni cni0 host 10.244.1.100 and host 10.96.10.2 and tcp port 80",
        ),
        (
            a_step(StepKind.RECEIVE, "device.receive", packet=PING),
            "tcpdump -eni cni0 host 10.244.1.100 and host 10.96.10.2 and icmp",
        ),
        (
            a_step(StepKind.NEIGHBOR, "neighbor.ask", params={"ip": "10.244.1.1", "dev": "eth0"}),
            "tcpdump -eni eth0 arp",
        ),
        (a_step(StepKind.TRANSMIT, "device.transmit", packet=QUESTION), "tcpdump -eni cni0 arp"),
        (a_step(StepKind.NAT, "nat.dnat", matched=SEP, state=(REMEMBERED,)), "cat /proc/net/xt_recent/KUBE-SEP-A"),
        (
            a_step(StepKind.NAT, "nat.dnat", matched=NFT_ENDPOINT, state=(REMEMBERED,)),
            "nft list set ip kube-proxy KUBE-SEP-A",
        ),
        (a_step(StepKind.BRIDGE, "bridge.forward", params={"bridge": "cni0"}), "bridge fdb show br cni0"),
        (a_step(StepKind.DROP, "bridge.hairpin-off", params={"port": "veth1"}), "bridge -d link show dev veth1"),
        (a_step(StepKind.FORWARD, "forward.ttl"), "sysctl net.ipv4.ip_forward"),
        (a_step(StepKind.DELIVER, "deliver.socket", params={"port": "8080"}), "ss -ltnp sport = :8080"),
        (
            a_step(StepKind.NETFILTER, "netfilter.pass", params={"table": "ip filter", "chain": "FORWARD"}),
            "iptables -t filter -S FORWARD",
        ),
        (
            a_step(StepKind.NETFILTER, "netfilter.pass", params={"table": "ip6 nat", "chain": "OUTPUT"}),
            "ip6tables -t nat -S OUTPUT",
        ),
        (
            a_step(StepKind.DROP, "netfilter.drop", params={"table": "ip kube-proxy", "chain": "cluster-ips-check"}),
            "nft list chain ip kube-proxy cluster-ips-check",
        ),
    ],
)
def test_the_first_command_shows_what_the_step_did(step: Step, line: str):
    assert typed(step)[0] == line


def test_a_rules_step_lists_the_deciding_chain_first_and_each_chain_once():
    path = tuple(
        RuleRef("ip nat", chain, 1, "") for chain in ("PREROUTING", "KUBE-SERVICES", "KUBE-SEP-X", "KUBE-SEP-X")
    )
    step = a_step(StepKind.NAT, "nat.dnat", matched=path[-1], path=path)
    assert typed(step)[:3] == [
        "iptables -t nat -S KUBE-SEP-X",
        "iptables -t nat -S PREROUTING",
        "iptables -t nat -S KUBE-SERVICES",
    ]


def test_conntrack_is_asked_for_the_addresses_before_translation():
    entry = "tcp 6 SYN_SENT src=10.244.1.100 dst=10.96.10.2 sport=1 dport=80 src=10.244.2.10 dst=10.244.1.100 sport=8080 dport=1"
    step = a_step(StepKind.CONNTRACK, "conntrack.found", state=(StateChange("conntrack", "used", entry),))
    assert typed(step) == ["conntrack -L -p tcp -s 10.244.1.100 -d 10.96.10.2"]


def test_inside_a_pod_a_command_is_run_by_kubectl():
    (command,) = commands_for(a_step(StepKind.ROUTE, "route.output"), POD)
    assert command.where == "workstation"
    assert command.argv == (*POD, "ip", "route", "get", "10.96.10.2")


def test_a_service_behind_a_step_is_looked_up_by_its_slices():
    step = a_step(StepKind.NAT, "nat.dnat", origins=(Origin("Service default/web", "spec.ports[0]", "a.yaml", 3),))
    assert typed(step)[-1] == "kubectl get endpointslices -n default -l kubernetes.io/service-name=web"


def test_a_hostile_name_stays_one_word():
    origin = Origin("Service default/x; rm -rf ~", "", "a.yaml", 1)
    command = commands_for(a_step(StepKind.NAT, "nat.dnat", origins=(origin,)), ())[-1]
    assert command.argv[-1] == "kubernetes.io/service-name=x; rm -rf ~"


@pytest.mark.parametrize("kind", StepKind)
def test_every_kind_of_step_can_be_asked_for_commands(kind: StepKind):
    params = {"ip": "10.0.0.1", "dev": "eth0", "bridge": "cni0", "name": "web", "port": "80"}
    for command in commands_for(a_step(kind, "", params=params), ()):
        assert all(isinstance(word, str) and word for word in command.argv)


@pytest.mark.parametrize(
    ("step", "command"),
    [
        (a_step(StepKind.ROUTE, "route.forward", device="veth@default/web"), "ip route get 10.96.10.2"),
        (
            a_step(StepKind.NEIGHBOR, "neighbor.found", params={"ip": "10.244.1.9", "dev": "veth@default/web"}),
            "ip neighbor show 10.244.1.9",
        ),
        (
            a_step(StepKind.RECEIVE, "device.receive", device="veth@default/web"),
            "tcpdump -eni any host 10.244.1.100 and host 10.96.10.2 and tcp port 80",
        ),
        (
            a_step(StepKind.DROP, "bridge.hairpin-off", params={"port": "veth@default/web"}),
            "bridge -d link show",
        ),
    ],
)
def test_a_veth_whose_real_name_is_not_known_is_no_part_of_a_command(step: Step, command: str) -> None:
    assert " ".join(commands_for(step, ())[0].argv) == command
