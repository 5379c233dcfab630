"""What is meant by what somebody types."""

import pytest

from netviz.find.question import (
    Address,
    Beside,
    Bottlenecks,
    Depends,
    Filter,
    Port,
    Question,
    Reach,
    Way,
    Words,
    question_of,
)

MEANT: list[tuple[str, Question]] = [
    ("cart", Words(("cart",))),
    ("kind:Service web", Words(("web",), Filter(kinds=("service",)))),
    ("ns:shop app=web", Words((), Filter(namespaces=("shop",), labels=("app=web",)))),
    ("10.96.0.1", Address("10.96.0.1", whole=True)),
    ("fd00::1", Address("fd00::1", whole=True)),
    ("10.244.1", Address("10.244.1", whole=False)),
    ("port 5432", Port(5432)),
    (":53/udp", Port(53, "UDP")),
    ("who can reach redis?", Reach("redis", to=True)),
    ("Who may connect to shop/redis", Reach("shop/redis", to=True)),
    ("who reaches redis", Reach("redis", to=True)),
    ("who can talk to port 6379/tcp?", Port(6379, "TCP")),
    ("can cart reach redis?", Way("cart", "redis")),
    ("cart to redis", Way("cart", "redis")),
    ("cart:7070", Words(("cart",))),
    ("http://cart:7070/items", Words(("cart",))),
    ("shop/redis:6379", Words(("shop/redis",))),
    ("10.96.0.10:53", Address("10.96.0.10", whole=True)),
    ("[fd00::1]:80", Address("fd00::1", whole=True)),
    ("pods on node-a", Words(("node-a",), Filter(kinds=("pod",)))),
    ("what can cart reach", Reach("cart", to=False)),
    ("from cart to redis:6379", Way("cart", "redis:6379")),
    ("cart -> redis", Way("cart", "redis")),
    ("who shares a segment with web-0", Beside("web-0")),
    ("what connects node-b", Depends("node-b")),
    ("bottlenecks", Bottlenecks()),
]


@pytest.mark.parametrize(("typed", "meant"), MEANT, ids=[typed for typed, _ in MEANT])
def test_a_line_is_read_as(typed: str, meant: Question) -> None:
    assert question_of(typed) == meant


def test_filters_of_the_page_and_of_the_line_add_up() -> None:
    assert Filter(namespaces=("a",)) | Filter(namespaces=("b",), kinds=("pod",)) == Filter(("a", "b"), (), ("pod",))
