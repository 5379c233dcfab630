"""netviz rules: the text of iptables-save for one node."""

from simulator.linux.iptables_restore import parse


def test_the_rules_of_a_node_are_iptables_save_text(netviz, tiny):
    ran = netviz("rules", tiny, "--node", "node-a", "--format", "save")
    assert ran.status == 0
    tables = parse(ran.out, 4).tables
    assert "KUBE-SERVICES" in tables["nat"].chains
    assert "KUBE-SERVICES" in tables["filter"].chains


def test_the_network_plugins_masquerade_is_left_out_unless_all_is_asked_for(netviz, tiny):
    without = netviz("rules", tiny, "--node", "node-a").out.splitlines()
    everything = netviz("rules", tiny, "--node", "node-a", "--all").out.splitlines()
    added = [line for line in everything if line not in without]
    assert added
    assert all("-A POSTROUTING" in line and "-j MASQUERADE" in line for line in added)


def test_the_other_family_has_its_own_text(netviz, tiny):
    assert "10.96." not in netviz("rules", tiny, "--node", "node-a", "--family", "ipv6").out
