"""Replay: the modelled hosts as network namespaces of a real kernel, and the same packets through both.

`plan` says what is built (pure), `build` and `lab` carry it out and take it down, `packets` and `programs` speak,
`capture` listens on every device, `frames` and `conntrack` read what was heard, `compare` holds it against the walk.
Only ids made here and computed addresses reach `ip`, `nft` and `iptables-restore`, by standard input, never a shell.
"""
