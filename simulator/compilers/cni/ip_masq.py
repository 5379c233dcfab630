"""Pod to outside: one rule that gives packets which leave the pod network the node's address.

What flannel's --ip-masq and ip-masq-agent do, in its simplest form.
"""

from simulator.linux.iptables import Comment, Destination, Masquerade, Rule, Source, Tables
from simulator.packet.headers import IPNetwork


def write_masquerade(tables: Tables, cluster_cidrs: tuple[IPNetwork, ...]) -> None:
    """Add the rule at the end of nat POSTROUTING, for every range of the tables' family."""
    chain = tables.tables["nat"].chains["POSTROUTING"]
    for cidr in cluster_cidrs:
        if cidr.version == tables.family:
            matches = (Source(cidr), Destination(cidr, invert=True), Comment("pod to outside"))
            chain.rules = (*chain.rules, Rule(matches, Masquerade()))
