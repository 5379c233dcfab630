"""Who may open which connection to whom: every pair at once, by algebra on sets of ports and of addresses.

Nothing is sampled. Pods that no policy can tell apart are one class; what a policy says of a class is worked out
once, as sets of ports (`port_sets`) and of addresses (`address_ranges`); a pair is the intersection of what the
source's egress and the destination's ingress allow.
"""
