"""Network policies as chains in the filter table of each pod's node.

No one program writes exactly these: they are what plugins that filter in FORWARD have in common (Calico's and
kube-router's iptables modes). A packet is looked at on the source's node after kube-proxy's DNAT, and on the
destination's node before that node's SNAT:

    FORWARD -> POLICY-FORWARD     replies pass; then the local source's chain, then the local destination's
      -> POLICY-FROM-<pod>        what the pod may send: tier by tier, and at the end DROP if it is isolated
      -> POLICY-TO-<pod>          what may be sent to it
        -> POLICY-OUT-<policy>    a policy's egress rules; POLICY-IN-<policy> its ingress rules
          -> POLICY-RULE-<rule>   the peers of one rule; those with exceptions have a POLICY-PEER-<peer> of their own

A rule that allows sets a mark, one that passes on to the next tier another one; who called looks at the marks. What a
node sends to its own pods, and what they send to it, goes through OUTPUT and INPUT, where nothing is written: a pod's
own node always gets through.
"""
