"""Names of chains, and the marks."""

from base64 import b32encode
from hashlib import sha256

FORWARD, INPUT, OUTPUT = "POLICY-FORWARD", "POLICY-INPUT", "POLICY-OUTPUT"
FROM_POD, TO_POD = "POLICY-FROM-", "POLICY-TO-"
EGRESS, INGRESS = "POLICY-OUT-", "POLICY-IN-"
RULE, PEER = "POLICY-RULE-", "POLICY-PEER-"

ACCEPTED, PASSED = 1 << 16, 1 << 17
"""Bits of the packet's mark; kube-proxy and portmap have 0x4000, 0x8000 and 0x2000."""
BOTH = ACCEPTED | PASSED

LONGEST = 28
"""XT_EXTENSION_MAXNAMELEN leaves room for so many letters."""


def chain(prefix: str, *words: str) -> str:
    """A name that is the same for the same thing, and short enough."""
    digest = b32encode(sha256(" ".join(words).encode()).digest()).decode()
    return f"{prefix}{digest[:16]}"[:LONGEST]
