"""Network policies as chains in the filter table of each pod's node.

No one program writes exactly these: they are what plugins that filter in FORWARD have in common (Calico's and
kube-router's iptables modes). A packet is looked at on the source's node after kube-proxy's DNAT, and on the
destination's node before that node's SNAT:

    FORWARD -> POLICY-FORWARD     replies pass; then the local source's chain, then the local destination's
      -> POLICY-FROM-<pod>        what the pod may send: tier by tier, and at the end DROP if it is isolated
      -> POLICY-TO-<pod>          what may be sent to it
        -> POLICY-OUT-<policy>    a policy's egress rules; POLICY-IN-<policy> its ingress rules
          -> POLICY-RULE-<rule>   the peers of one rule; those with exceptions have a POLICY-PEER-<peer> of their own

With policy.hostNetworkPods=policed, programs of hostNetwork pods are held, too. Those that call are told from their
node by the control group of their socket, those that are called by the ports that they listen on:

    OUTPUT -> POLICY-OUTPUT       what such a pod sends; and what it sends to pods of its node, which may not want it
    INPUT -> POLICY-INPUT         what is sent to its ports, by pods of the node that may not send, and by others

On other nodes it is known by its address alone, which it shares with its node and with others of its kind.

A rule that allows sets a mark, one that passes on to the next tier another one; who called looks at the marks. What a
node sends to its own pods, and what they send to it, goes through OUTPUT and INPUT, where nothing is written for it: a
pod's own node always gets through.
"""
