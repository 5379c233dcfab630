"""nginx's variables: what a text of its configuration says for one request."""

import pytest

from simulator.programs.http import Headers, Request
from simulator.programs.variables import expanded

ASKED = Request(
    "https", "GET", "shop.example", 443, "/a", "b=c", headers=Headers((("X-Team", "red"),)), authority="shop.example:443",
    client="192.0.2.1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no variable", "no variable"),
        ("$scheme://$host$request_uri", "https://shop.example/a?b=c"),
        ("${host}s", "shop.examples"),
        ("$uri $args $query_string", "/a b=c b=c"),
        ("$http_host $server_port $remote_addr", "shop.example:443 443 192.0.2.1"),
        ("$http_x_team $http_x_other", "red "),
        ("$unheard_of", "$unheard_of"),
    ],
)
def test_a_variable_stands_for_a_part_of_the_request(text: str, said: str) -> None:
    assert expanded(text, ASKED) == said
