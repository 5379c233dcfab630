"""The netlink message of `nfacct add`."""

import struct

from netviz.replay.accounts import message


def test_the_message_names_the_object_and_is_as_long_as_it_says() -> None:
    data = message("ct_state_invalid_dropped_pkts")
    assert struct.unpack_from("=I", data)[0] == len(data)
    assert len(data) % 4 == 0
    assert b"ct_state_invalid_dropped_pkts\0" in data
