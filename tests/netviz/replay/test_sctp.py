"""SCTP by hand."""

from netviz.replay.sctp import ABORT, INIT, INIT_ACK, crc32c, packet, read


def test_the_checksum_is_castagnolis() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_what_is_written_can_be_read() -> None:
    assert read(packet(40000, 36412, INIT, 0, 77)) == (40000, 36412, INIT, 0, 77)
    assert read(packet(36412, 40000, INIT_ACK, 77, 5)) == (36412, 40000, INIT_ACK, 77, 5)
    assert read(packet(36412, 40000, ABORT, 77, 5)) == (36412, 40000, ABORT, 77, 0)
