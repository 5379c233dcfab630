"""Plain words mean what they mean to kubectl."""

import pytest

from simulator.manifests.scalars import resolve


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("true", "True", "yes", "on", "ON")),
        *((word, False) for word in ("false", "FALSE", "no", "off")),
        *((word, None) for word in ("", "~", "null", "Null")),
        *(("017", 15), ("0o17", 15), ("0x1f", 31), ("0b11", 3), ("-12", -12), ("1_000", 1000), ("0", 0)),
        *(("1e3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("2E-1", 0.2)),
        *((word, word) for word in ("12:30:45", "2001-12-14", "1.2.3", "10.0.0.0/8", "=", "100m", "1e", "-", "nUll")),
    ],
)
def test_a_plain_word(written: str, value: object):
    assert resolve(written) == value
    assert type(resolve(written)) is type(value)


def test_a_number_of_very_many_digits_costs_nothing():
    assert isinstance(resolve("9" * 1_000_000), float)
