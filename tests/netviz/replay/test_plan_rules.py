"""Rules as the programs read them: the model's, in the order of registration, without words of a manifest."""

from netviz.replay.plan_rules import RuleText, rule_texts, without_accounts
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of

HOST_PORT = SHOP.replace("containerPort: 8080", "containerPort: 8080, hostPort: 8088")


def texts(manifests: str, node: str, named: bool = False, **settings: str) -> list[tuple[str, str]]:
    netns = compile_network(cluster_of(manifests, **settings)).netns(node)
    return [(found.tool, found.text) for found in rule_texts(netns, {name: name for name in netns.devices}, named)]


def test_iptables_rules_lose_their_comments_and_nothing_else() -> None:
    ((tool, plain),), ((_, named),) = texts(SHOP, "node-b"), texts(SHOP, "node-b", named=True)
    assert tool == "iptables-restore"
    assert "--comment" not in plain
    assert '--comment "shop/web cluster IP"' in named
    assert plain.count("\n") == named.count("\n")


def test_chains_of_nftables_are_numbered_and_their_jumps_with_them() -> None:
    nft = next(text for tool, text in texts(SHOP, "node-b", proxy="nftables") if tool == "nft")
    assert "chain c0 {" in nft
    assert "shop" not in nft
    assert ": goto c" in nft


def test_what_is_registered_last_runs_first() -> None:
    """The hostPort plugin's table stands before kube-proxy comes; without it, masquerading makes the table after."""
    with_host_port = [tool for tool, _ in texts(HOST_PORT, "node-b", proxy="nftables")]
    without = [tool for tool, _ in texts(SHOP, "node-b", proxy="nftables")]
    assert with_host_port[-1] == "nft"
    assert without[-1] == "iptables-restore"


def test_counters_can_be_done_without() -> None:
    rules = RuleText(
        "iptables-restore", "-A INPUT -m conntrack --ctstate INVALID -m nfacct --nfacct-name  a_b -j DROP\n"
    )
    assert without_accounts(rules).text == "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
