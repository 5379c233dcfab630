"""kube-proxy 1.36: Services and EndpointSlices to netfilter rules.

First it is decided, then it is written:

    services.py    which service ports there are, and what is the same on every node
    endpoints.py   the endpoints of a service port, and which of them a node uses
    node.py        what kube-proxy knows of its node: addresses, who is a pod, flags
    names.py       the names of chains; nft_names.py the same in nftables
    proxy.py       kube-proxy of a whole cluster, in either mode

iptables mode:

    iptables.py           the tables of one node, chain by chain as a packet asks for them
    iptables_fixed.py     chains that are there without any Service
    iptables_shared.py    chains with a few rules of every Service: KUBE-SERVICES, KUBE-NODEPORTS, ...
    iptables_service.py   chains of one service port: KUBE-SVC-, KUBE-SVL-, KUBE-EXT-, KUBE-FW-, KUBE-SEP-

nftables mode:

    nftables.py           the one table of a node and family
    nft_fixed.py          chains that are there without any Service
    nft_elements.py       what stands in its sets and maps for a service port
    nft_service.py        the chains of one service port

A cluster has thousands of Services, a packet meets one or two: chains are made when they are looked at.
"""
