"""nfnetlink accounting objects, which `-m nfacct` wants to find: what `nfacct add NAME` does.

net/netfilter/nfnetlink_acct.c
"""

import os
import socket
import struct
from collections.abc import Sequence

NETLINK_NETFILTER = 12
NEW = 7 << 8  # NFNL_SUBSYS_ACCT, NFNL_MSG_ACCT_NEW
REQUEST_ACK_CREATE = 0x1 | 0x4 | 0x400
NAME_ATTRIBUTE = 1


def add_accounts(names: Sequence[str]) -> None:
    """Make the objects in the namespace that we are in."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER) as netlink:
        for name in names:
            netlink.send(message(name))
            code = -struct.unpack_from("=i", netlink.recv(4096), 16)[0]
            if code:
                raise OSError(code, os.strerror(code))


def message(name: str) -> bytes:
    """nlmsghdr, nfgenmsg, the attribute with the name."""
    text = name.encode() + b"\0"
    attribute = struct.pack("=HH", 4 + len(text), NAME_ATTRIBUTE) + text
    body = struct.pack("=BBH", 0, 0, 0) + attribute + b"\0" * (-len(attribute) % 4)
    return struct.pack("=IHHII", 16 + len(body), NEW, REQUEST_ACK_CREATE, 1, 0) + body
